/** Tracks how reliable a job's ETAs were: samples of them, and what they say of the newest. Pure. */
import type { ProgressEvent } from '../events/event.ts';

/** At unix second `at`, by the job's clock, it said: so many seconds more. */
export type Said = { readonly at: number; readonly eta: number };

/** Oldest first; the oldest and the newest always stay, so that a fold can carry it at no cost. */
export type Pace = readonly Said[];

const kept = 48;

/** One more progress event of one container. What comes late or says nothing of the end changes nothing. */
export const withPace = (pace: Pace = [], { time, job_eta_seconds: eta }: Pick<ProgressEvent, 'time' | 'job_eta_seconds'>): Pace => {
  const last = pace.at(-1);
  if (eta === undefined || !Number.isFinite(eta) || (last !== undefined && time <= last.at)) return pace;
  const next = [...pace, { at: time, eta: Math.max(0, eta) }];
  // Every other one goes; the ends stay.
  return next.length <= kept ? next : next.filter((_, index) => index === 0 || index === next.length - 1 || index % 2 === 1);
};

/** 10, 50 and 90 of 100 are no more than that. */
export type Spread = { readonly p10: number; readonly p50: number; readonly p90: number };

/** Of a normal distribution. */
const tenth = 1.2816;
/** By how much a job's word is short as a rule: what it has not seen yet, it does not count. These figures are fitted by `npm run measure -- forecast`. */
export const lateness = 1.13;
/** How far such a word is off then, before it has proved itself: a factor of 1.36. And how far at most, however often it was revised: 1.65. */
const usualSpread = 0.31;
const mostOwnSpread = 0.5;
/** What the usual counts for, and what a whole run's own revisions do. */
const usualWeight = 4;
const ownWeight = 6;
/** What comes after the last of the work: writing results, leaving. */
const tailSeconds = 0.6;

/**
 * Standard deviation of the logarithm of (what is left / what the job says is left). Each earlier word is held against what it would have to have
 * been by now: a job that keeps revising its end is trusted less, one that stands by its word more.
 */
export const spreadOf = (pace: Pace, now: Said): number => {
  const first = pace[0];
  const span = first === undefined ? 0 : now.at - first.at + now.eta;
  if (first === undefined || span <= 0) return usualSpread;
  const revisions = pace
    .filter(({ at, eta }) => eta > 1 && now.at - at > 0.1 * span)
    .map(({ at, eta }) => Math.log((now.at - at + now.eta) / eta) ** 2);
  if (revisions.length === 0) return usualSpread;
  const own = Math.min(mostOwnSpread ** 2, revisions.reduce((sum, square) => sum + square, 0) / revisions.length);
  const weight = (ownWeight * (now.at - first.at)) / span;
  return Math.sqrt((usualWeight * usualSpread ** 2 + weight * own) / (usualWeight + weight));
};

/** Seconds left of one container's work at `at` (unix seconds by its clock). Undefined until it has said something of its end. */
export const secondsLeft = (pace: Pace, at: number): Spread | undefined => {
  const last = pace.at(-1);
  if (last === undefined) return undefined;
  const spread = Math.exp(tenth * spreadOf(pace, last));
  const passed = Math.max(0, at - last.at);
  const likely = last.eta * lateness;
  const left = (seconds: number): number => Math.max(0, seconds - passed);
  return { p10: left(likely / spread), p50: left(likely), p90: left(likely * spread + tailSeconds) };
};
