/** What preparing and judging take, roughly. Pure. */

/**
 * Seconds of recording that one core is through with in a second: made up and written; read, filtered, scaled and stored; scored by all
 * baselines. As the processor's time went into the phases of a job on `synthetic-seizures` on an EPYC: 12.2 h made in 15.5 s of it, 8 h
 * prepared in 8.4 s and judged in 2.8 s. Files of higher rates take longer.
 */
const madeTimes = 2800;
const preparedTimes = 3400;
const judgedTimes = 10_000;
/** By the smallest trained model, at 256 Hz, on one core; the next size takes four times as long. */
const modelTimes = 2800;

/** Of a process before its first recording. */
export const startSeconds = 1;

/** Of the curves and the draws of patients of one dataset; 60 patients, four detectors: 0.9 s. */
export const scoreSeconds = 1;

/** At Modal: with more cores, what is left is what one core does alone, and what is paid is the idle ones. */
export const usualHardware = 'cpu-4';

const secondsOf =
  (times: number) =>
  (hours: number, cores: number): number =>
    (hours * 3600) / times / cores;

export const makeSeconds = secondsOf(madeTimes);
export const prepareSeconds = secondsOf(preparedTimes);
/** One recording after the other: more cores are of no use. */
export const judgeSeconds = (hours: number): number => secondsOf(judgedTimes)(hours, 1);
export const modelSeconds = (hours: number): number => secondsOf(modelTimes)(hours, 1);
