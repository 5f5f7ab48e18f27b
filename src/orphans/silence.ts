/** A run that is billed and says nothing: hung, idle, or cut off in a way that nobody noticed. Pure. */

import { meter } from '../metering/meter.ts';
import { type Moment, planeTime } from '../metering/plane-clock.ts';
import type { RunState } from '../runs/state.ts';
import { duration, rate } from '../text/format.ts';

/** `silent`: nothing was heard of its work; `over`: the job has ended, and containers of it are still billed. */
export type Silence = { readonly kind: 'silent' | 'over'; readonly seconds: number; readonly rate: number };

/** Seconds without an event after which a person is told, where the job did not say that it would take longer. */
export const silentAfter = 600;
/** Seconds that containers may take to leave. */
const leavingAfter = 120;

/** Unix milliseconds of the newest event that is known; 0 for none. Events carry the container's clock, which is near Modal's. */
const lastHeard = ({ containers = [], progress, progressOf = {}, phases }: RunState): number =>
  Math.max(
    0,
    ...containers.flatMap(({ workedUntil, startedAt = 0 }) => [workedUntil ?? 0, startedAt]),
    ...[...Object.values(progressOf), ...(progress === undefined ? [] : [progress])].map(({ time }) => time * 1000),
    ...phases.map(({ startedAt, seconds = 0 }) => startedAt + seconds * 1000),
  );

/** A long build says beforehand how long it takes: it is given twice that. */
const allowed = ({ progress, progressOf = {} }: RunState): number => {
  const said = [...Object.values(progressOf), ...(progress === undefined ? [] : [progress])].map(({ eta_seconds = 0 }) => eta_seconds);
  return Math.max(silentAfter, 2 * Math.max(0, ...said));
};

/** Undefined while all is well, while nothing is billed, and while contact is lost, which is told otherwise. */
export const silenceOf = (state: RunState, moment: Moment): Silence | undefined => {
  if (state.spec.target !== 'modal' || state.status === 'ended' || state.contactLost !== undefined) return undefined;
  const { rate: perHour } = meter(state, moment);
  if (perHour <= 0) return undefined;
  const heard = lastHeard(state);
  if (heard === 0) return undefined;
  const seconds = (planeTime(state.planeClock, moment, heard).at - heard) / 1000;
  if (state.exit !== undefined) return seconds > leavingAfter ? { kind: 'over', seconds, rate: perHour } : undefined;
  return seconds > allowed(state) ? { kind: 'silent', seconds, rate: perHour } : undefined;
};

/** What can be done about it: keys where there are keys, else commands. */
export type Ways = { readonly log: string; readonly stop: string };

/** For a person; undefined while all is well. */
export const silenceWords = (state: RunState, moment: Moment, { log, stop }: Ways = { log: 'l', stop: 'x' }): string | undefined => {
  const silence = silenceOf(state, moment);
  if (silence === undefined) return undefined;
  const billed = `${rate(silence.rate)} is billed meanwhile`;
  const since = duration(Math.floor(silence.seconds));
  if (silence.kind === 'over') return `its job ended ${since} ago and containers of it live on: ${billed}; ${stop} stops it`;
  return `nothing was heard of it for ${since}, ${billed}; ${log} shows the log, ${stop} stops it`;
};
