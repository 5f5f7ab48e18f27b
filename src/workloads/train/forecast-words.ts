/** How a forecast is written, in plain lines and on the screen. Pure. */
import type { ForecastRow } from './forecast.ts';

/** "0.02×", "3.1×" */
export const speedText = (speed: number): string => `${speed < 0.095 ? Number(speed.toPrecision(1)) : speed.toFixed(1)}×`;

/** What an estimate ends at. */
export const limitWords: Readonly<Record<NonNullable<ForecastRow['limit']>, string>> = {
  reading: 'windows are read no faster',
  steps: 'its steps are too small',
};

/** "28 GiB", "0.7 GiB": of a GPU's memory, in the unit that it is sold by. */
export const memoryText = (bytes: number): string => {
  const gib = bytes / 2 ** 30;
  return `${gib < 9.95 ? gib.toFixed(1) : Math.round(gib)} GiB`;
};

/** "fits: took 61 GiB", "fits: ≈ 28 GiB", "! too small: ≈ 28 GiB"; empty where nothing is known. */
export const fitWords = ({ memory, fits, measured }: Pick<ForecastRow, 'memory' | 'fits' | 'measured'>): string => {
  if (fits === undefined) return '';
  const needs = memory === undefined ? '' : `: ${measured ? 'took' : '≈'} ${memoryText(memory)}`;
  return `${fits ? 'fits' : '! too small'}${needs}`;
};

/** Whether it fits, and what keeps it from being faster. */
export const whyWords = (row: ForecastRow): string =>
  [fitWords(row), row.limit === undefined ? '' : limitWords[row.limit]].filter(words => words !== '').join(' · ');

/** Where figures that nobody measured come from. */
export const estimateWords = 'from tensor speeds and what the model computes, until it is measured there.';
export const speedWords = 'speed: against an RTX 4090 (165 TFLOPS; makers’ data sheets, dense fp16), as reckoned for this model.';
export const memoryWords = 'fits: what a step keeps in float32, counted from the model’s shapes.';
