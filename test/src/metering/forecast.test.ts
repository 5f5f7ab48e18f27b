import { expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/events/event.ts';
import { lateness, type Pace, secondsLeft, spreadOf, withPace } from '../../../src/metering/eta-reliability.ts';
import { forecast, outlook, withProgress } from '../../../src/metering/forecast.ts';
import type { ContainerState, RunState } from '../../../src/runs/state.ts';
import type { Point } from '../../../src/workloads/bench/events.ts';
import { cloudSpec, points, running, start } from '../../screens/support/states.ts';

const said = (at: number, eta: number): Pick<ProgressEvent, 'time' | 'job_eta_seconds'> => ({ time: at, job_eta_seconds: eta });
const paceOf = (words: readonly (readonly [number, number])[]): Pace =>
  words.reduce<Pace>((pace, [at, eta]) => withPace(pace, said(at, eta)), []);
const seconds = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

test('a job that stands by its word is trusted more, one that revises it less', () => {
  const steady = paceOf(seconds(60).map(at => [at, 100 - at]));
  const drifting = paceOf(seconds(60).map(at => [at, 100 * 1.02 ** at]));
  const usual = spreadOf([], { at: 0, eta: 100 });
  expect(spreadOf(steady, { at: 59, eta: 41 })).toBeLessThan(usual / 1.3);
  expect(spreadOf(drifting, { at: 59, eta: 320 })).toBeGreaterThan(usual);
});

test('the range narrows as the work is done', () => {
  const widths = [10, 40, 80].map(until => {
    const left = secondsLeft(paceOf(seconds(until + 1).map(at => [at, 100 - at])), until);
    return (left?.p90 ?? 0) - (left?.p10 ?? 0);
  });
  expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  expect(widths[2]).toBeLessThan(21);
});

test('between two words the seconds go by, and never below none', () => {
  const pace = paceOf([[0, 50]]);
  const [now, later] = [secondsLeft(pace, 0), secondsLeft(pace, 20)];
  expect((now?.p50 ?? 0) - (later?.p50 ?? 0)).toBe(20);
  expect(secondsLeft(pace, 500)).toEqual({ p10: 0, p50: 0, p90: 0 });
  expect(secondsLeft([], 0)).toBeUndefined();
});

test('what a fold carries stays small and keeps its ends; what comes late or says nothing changes nothing', () => {
  const long = paceOf(seconds(5000).map(at => [at, 5000 - at]));
  expect(long.length).toBeLessThanOrEqual(48);
  expect(long[0]?.at).toBe(0);
  expect(long.at(-1)?.at).toBe(4999);
  expect(long.map(({ at }) => at)).toEqual(long.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(withPace(long, said(17, 3))).toBe(long);
  expect(withPace(long, { time: 9999 })).toBe(long);
});

const at = (second: number): number => start + second * 1000;
const moment = (second: number) => ({ wall: at(second), uptime: second * 1000, boot: 'a' });
const event = (container: string, second: number, eta: number): ProgressEvent => ({
  v: 1,
  seq: 1,
  container,
  time: at(second) / 1000,
  type: 'progress',
  phase: 'sweep',
  done: 1,
  total: 2,
  unit: 'passes',
  job_eta_seconds: eta,
});
type Paces = NonNullable<RunState['paces']>;
const pacesOf = (...events: readonly ProgressEvent[]): Paces => events.reduce<Paces>((paces, one) => withProgress(paces, one), {});

test('on this machine the word of the one job is of all of it', () => {
  const state: RunState = { ...running('bench-aaaaaa', 3), paces: pacesOf(event('main', 10, 40), event('main', 20, 30)) };
  const told = forecast(state, moment(20));
  expect(told?.basis).toBe('progress');
  expect(told?.dollars).toBeUndefined();
  expect(told?.seconds.p50).toBeCloseTo(30 * lateness, 10);
  expect(told?.seconds.p10).toBeLessThan(30);
  expect(told?.seconds.p90).toBeGreaterThan(30);
});

test('before the job has spoken there is the estimate, or nothing', () => {
  const state: RunState = running('bench-aaaaaa', 0);
  expect(forecast(state, moment(20))).toBeUndefined();
  const told = forecast(state, moment(20.1), { prior: { seconds: { low: 10, likely: 60, high: 120 } } });
  expect(told).toMatchObject({ basis: 'estimate', seconds: { p10: 0, p50: 40, p90: 100 } });
});

test('the end of a piece of work is not the end of the run', () => {
  const { job_eta_seconds: eta_seconds, ...rest } = event('main', 10, 3);
  const ofPiece = { ...rest, phase: 'data', eta_seconds: eta_seconds ?? 0 };
  const state: RunState = { ...running('bench-aaaaaa', 0), progress: ofPiece, paces: pacesOf(ofPiece) };
  expect(forecast(state, moment(20))).toBeUndefined();
  const prior = { seconds: { low: 10, likely: 60, high: 120 } };
  expect(forecast(state, moment(20.1), { prior })).toMatchObject({ basis: 'estimate', seconds: { p50: 40 } });
  expect(forecast(state, moment(121), { prior })).toBeUndefined();
});

test('without its history the newest word does', () => {
  const told = forecast({ ...running('bench-aaaaaa', 1), progress: event('main', 10, 40) }, moment(15));
  expect(told?.seconds.p50).toBeCloseTo(40 * lateness - 5, 10);
});

test('a run that is over has no future', () => {
  expect(
    forecast({ ...running('bench-aaaaaa', 1), status: 'ended' }, moment(15), { prior: { seconds: { low: 1, likely: 2, high: 3 } } }),
  ).toBeUndefined();
});

const builds = [8, 16, 24, 32].map(M => ({ name: 'hnsw', build: { M }, search: [{ efSearch: 10 }, { efSearch: 20 }] }));
const sweep = (containers: number) => ({ ...cloudSpec({ containers, budget: 5 }), implementations: builds });
const container = (name: string, changes: Partial<ContainerState> = {}): ContainerState => ({
  task: `ta-${name}`,
  attempt: 1,
  name,
  role: name === 'main' ? 'coordinator' : 'worker',
  queuedAt: at(0),
  assignedAt: at(0),
  startedAt: at(4),
  ...changes,
});
const done = (M: number): readonly Point[] =>
  [10, 20].map(efSearch => ({ ...(points[1] as Point), impl: 'hnsw', params: { M, efSearch } }));
const inCloud = (containers: number, changes: Partial<RunState>): RunState => ({
  ...running('bench-aaaaaa', 0),
  spec: sweep(containers),
  planeClock: { plane: at(100), uptime: 100_000, boot: 'a' },
  ...changes,
});

test('parts that wait are measured by those at work, one container after another', () => {
  const state = inCloud(2, {
    containers: [container('main'), container('w1'), container('w2')],
    paces: pacesOf(event('w1', 40, 120), event('w1', 100, 60), event('w2', 40, 120), event('w2', 100, 60)),
  });
  const told = forecast(state, moment(100));
  expect(told?.parts).toEqual({ done: 0, live: 2, waiting: 2 });
  // A minute of each live part, as such words are, then a start and two minutes of the next.
  const [left, whole] = [60 * lateness, 60 + 60 * lateness];
  expect(told?.seconds.p50).toBeCloseTo(left + 4 + whole, 6);
  const billed = (100 * (2 * 1.7654 + 0.0317)) / 3600;
  expect(told?.dollars?.p50).toBeCloseTo(billed + (2 * (left + 4 + whole) * 1.7654 + (left + 4 + whole) * 0.0317) / 3600, 6);
  expect(told?.dollars?.p10).toBeLessThan(told?.dollars?.p50 ?? 0);
  expect(told?.dollars?.p90).toBeGreaterThan(told?.dollars?.p50 ?? 0);
});

test('the last part alone is a narrow matter', () => {
  const paces = pacesOf(...seconds(60).map(second => event('w4', 40 + second, 100 - second)));
  const others = ['w1', 'w2', 'w3'].map(name => container(name, { finishedAt: at(40) }));
  const state = inCloud(4, {
    containers: [container('main'), ...others, container('w4')],
    results: { points: [8, 16, 24].flatMap(done) },
    paces,
  });
  const told = forecast(state, moment(99));
  expect(told?.parts).toEqual({ done: 3, live: 1, waiting: 0 });
  expect(told?.seconds.p50).toBeCloseTo(41 * lateness, 6);
  expect((told?.seconds.p90 ?? 0) - (told?.seconds.p10 ?? 0)).toBeLessThan(41);
});

test('a part whose container was preempted waits again', () => {
  const state = inCloud(1, {
    containers: [container('main'), container('w1', { finishedAt: at(90) })],
    paces: pacesOf(event('w1', 40, 120), event('w1', 80, 80)),
  });
  const prior = { seconds: { low: 300, likely: 400, high: 900 } };
  expect(forecast(state, moment(100), { prior })).toMatchObject({ basis: 'estimate', parts: { live: 0, waiting: 4 } });
});

test('before the job speaks it costs what its parts were estimated at, whatever the waiting; no less than what is billed', () => {
  const dollars = { low: 0.01, likely: 0.02, high: 0.03 };
  const prior = { seconds: { low: 300, likely: 400, high: 9000 }, cloud: { dollars } };
  const state = inCloud(1, { containers: [container('main')], paces: {} });
  expect(forecast(state, moment(0), { prior })?.dollars).toEqual({ p10: 0.01, p50: 0.02, p90: 0.03 });
  const later = forecast(state, moment(36_000), { prior })?.dollars;
  expect(later?.p10).toBeGreaterThan(0.03);
  expect(later?.p90).toBe(later?.p10);
});

test('when all is measured nothing is left but the way out', () => {
  const all = ['w1', 'w2', 'w3', 'w4'].map(name => container(name, { finishedAt: at(40) }));
  const told = forecast(
    inCloud(4, { containers: [container('main'), ...all], results: { points: [8, 16, 24, 32].flatMap(done) } }),
    moment(100),
  );
  expect(told).toMatchObject({ seconds: { p10: 0, p90: 0 }, parts: { done: 4, live: 0, waiting: 0 } });
  expect(told?.dollars?.p90).toBe(told?.dollars?.p10);
});

test('a forecast is held against the budget', () => {
  const dollars = { p10: 1, p50: 2, p90: 3 };
  expect([null, 4, 2.5, 1.5].map(budget => outlook({ dollars }, budget))).toEqual(['within', 'within', 'may-pass', 'passes']);
  expect(outlook({}, 1)).toBe('within');
});
