import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../src/events/event.ts';
import { fold, foldLines, foldText } from '../../../src/runs/fold.ts';
import type { JournalEntry, JournalLine } from '../../../src/runs/journal-entry.ts';
import { type RunState, ranFor } from '../../../src/runs/state.ts';
import { badVerdicts, verdictWords } from '../../../src/workloads/bench/code-verdicts.ts';
import { benchOf, pointsOf } from '../../support/bench-run.ts';
import { spec } from './support/bench.ts';

const handle = { pid: 4242, start: '1', boot: 'b' };
const by = { pid: 4241, start: '1', boot: 'b' };

const event = (seq: number, fields: Record<string, unknown>, container = 'main'): JobEvent =>
  ({ v: 1, seq, container, time: 1000 + seq, ...fields }) as unknown as JobEvent;

const point = (seq: number, ef: number, qps = 100): JobEvent =>
  event(seq, {
    type: 'point',
    dataset: 'quick',
    impl: 'hnsw',
    params: { M: 16, ef },
    k: 10,
    threads: 1,
    recall: 0.9,
    qps,
    qps_median: qps,
    latency_ms: { mean: 1 },
    build_seconds: 1,
    index_bytes: 1,
    rss_bytes: 1,
  });

const said = (event: JobEvent, attempt = 1): JournalEntry => ({ kind: 'event', attempt, event });

const journal = (entries: readonly JournalEntry[]): readonly JournalLine[] =>
  entries.map((entry, index) => ({ v: 1, n: index + 1, at: 1_000_000 + index * 1000, ...entry }));

const story: readonly JournalEntry[] = [
  { kind: 'created', run: 'bench-abc123', spec: spec() },
  { kind: 'supervised', by, recovered: false },
  { kind: 'launching', attempt: 1 },
  { kind: 'launched', attempt: 1, handle },
  said(event(1, { type: 'started', job: 'bench', pid: 1, machine: { cores: 2 } })),
  said(event(2, { type: 'phase', phase: 'build', state: 'start', label: 'M=16' })),
  said(event(3, { type: 'phase', phase: 'build', state: 'done', seconds: 2 })),
  said(event(4, { type: 'phase', phase: 'sweep', state: 'start' })),
  said(point(5, 10)),
  said(event(6, { type: 'progress', phase: 'sweep', done: 1, total: 3, unit: 'points' })),
  { kind: 'bad_event', attempt: 1, field: 'recall', next: 900 },
  said(event(8, { type: 'warning', message: 'busy' })),
  { kind: 'stop_requested', reason: 'asked' },
  { kind: 'exited', attempt: 1, code: 143, signal: null, lost: false, jobAt: 1_010_500 },
  { kind: 'ended', outcome: 'stopped', exitCode: 130, failure: { what: 'w', why: 'y' } },
  { kind: 'resumed', attempt: 2 },
  { kind: 'launching', attempt: 2 },
  { kind: 'launched', attempt: 2, handle: { ...handle, pid: 5000 } },
  said(event(9, { type: 'started', job: 'bench', pid: 2, machine: { cores: 4 } }), 2),
  said(point(10, 10, 200), 2),
  said(point(11, 20), 2),
  said(event(12, { type: 'result', seconds: 5 }), 2),
  { kind: 'exited', attempt: 2, code: 0, signal: null, lost: false },
  { kind: 'ended', outcome: 'done', exitCode: 0 },
];

const lines = journal(story);
const texts = lines.map(line => JSON.stringify(line));
const all = (some: readonly JournalLine[]): RunState | undefined => some.reduce<RunState | undefined>(fold, undefined);

describe('a whole story', () => {
  const state = all(lines) as RunState;

  it('ends as it ended', () => {
    expect(state).toMatchObject({
      status: 'ended',
      outcome: 'done',
      exitCode: 0,
      attempt: 2,
      badEvents: 1,
      missingEvents: 1,
      machine: { cores: 4 },
    });
    for (const gone of ['stopReason', 'failure', 'progress', 'jobFailure'] as const) expect(state[gone]).toBeUndefined();
  });

  it('has each operating point once, the newest measurement of it', () => {
    expect(pointsOf(state).map(({ params, qps }) => [params.ef, qps])).toEqual([
      [10, 200],
      [20, 100],
    ]);
    expect(pointsOf(state)[0]).not.toHaveProperty('seq');
  });

  it('counts the time of both attempts', () => {
    expect(state.ranBefore).toBe(1_010_500 - 1_002_000);
    expect(ranFor(state)).toBe(state.ranBefore + 1_022_000 - 1_016_000);
  });

  it('in the middle knows its phases', () => {
    const middle = all(lines.slice(0, 9)) as RunState;
    expect(middle.phases).toEqual([
      { name: 'build', label: 'M=16', startedAt: 1_002_000, seconds: 2 },
      { name: 'sweep', startedAt: 1_004_000 },
    ]);
    expect(middle).toMatchObject({ status: 'running', launchedAt: 1_002_000, handle });
    expect(ranFor(middle, 1_005_000)).toBe(3000);
  });

  it('is stopping between the request and the end, also when the job is launched meanwhile', () => {
    expect(all(lines.slice(0, 13))).toMatchObject({ status: 'stopping', stopReason: 'asked' });
    const early = all(journal([...story.slice(0, 3), { kind: 'stop_requested', reason: 'asked' }, ...story.slice(3, 5)]));
    expect(early).toMatchObject({ status: 'stopping', handle });
  });
});

describe('provisional points', () => {
  const early = (seq: number, ef: number, qps = 90): JobEvent => ({ ...point(seq, ef, qps), type: 'provisional' }) as never;
  const begun = [...story.slice(0, 8), said(early(5, 10)), said(early(6, 20)), said(early(7, 10, 95))];
  const shown = (state: RunState | undefined) =>
    state && benchOf(state).results.provisional?.map(({ params, qps, provisional }) => [params.ef, qps, provisional]);

  const resultsOf = (entries: readonly JournalEntry[]) => benchOf(all(journal(entries)) as RunState).results;

  it('are no points, and each stands once', () => {
    const state = all(journal(begun));
    expect(state && pointsOf(state)).toEqual([]);
    expect(shown(state)).toEqual([
      [10, 95, true],
      [20, 90, true],
    ]);
  });

  it('go when the point comes, and come no more after it', () => {
    const one = [...begun, said(point(8, 10))];
    expect(shown(all(journal(one)))).toEqual([[20, 90, true]]);
    expect(shown(all(journal([...one, said(early(9, 10))])))).toEqual([[20, 90, true]]);
    expect(resultsOf([...one, said(point(9, 20))])).not.toHaveProperty('provisional');
  });

  it('end with their attempt', () => {
    const exited: JournalEntry = { kind: 'exited', attempt: 1, code: null, signal: 9, lost: false };
    expect(resultsOf([...begun, exited])).not.toHaveProperty('provisional');
    expect(resultsOf([...begun, { kind: 'resumed', attempt: 2 }])).not.toHaveProperty('provisional');
  });
});

describe('properties', () => {
  it('a snapshot at any place, through JSON, with the rest gives the same state', () => {
    for (let cut = 0; cut <= texts.length; cut += 1) {
      const snapshot = foldLines(texts.slice(0, cut));
      const copied = snapshot && (JSON.parse(JSON.stringify(snapshot)) as RunState);
      expect(foldLines(texts.slice(cut), copied)).toEqual(all(lines));
    }
  });

  it('any line seen again changes nothing', () => {
    for (let upTo = 1; upTo <= lines.length; upTo += 1) {
      const state = all(lines.slice(0, upTo));
      for (const line of lines.slice(0, upTo)) expect(fold(state, line)).toBe(state);
    }
  });

  it('an event journaled twice, under two numbers, counts once', () => {
    const twice = journal(story.flatMap((entry): JournalEntry[] => (entry.kind === 'event' ? [entry, entry] : [entry])));
    const { lastLine, launchedAt, endedAt, createdAt, ranBefore, ...state } = all(twice) as RunState;
    expect(all(lines)).toMatchObject(state);
  });

  it('any prefix torn anywhere is the prefix, with one torn line counted', () => {
    for (let upTo = 1; upTo < texts.length; upTo += 1) {
      const torn = (texts[upTo] as string).slice(0, -5);
      const state = foldLines(texts.slice(0, upTo));
      expect(foldText(state, torn)).toEqual({ ...state, tornLines: 1 });
    }
  });

  it('a torn line in the middle does not hide what follows', () => {
    const middle = [...texts.slice(0, 6), '{"v":1,"n":7,"at"', ...texts.slice(6)];
    expect(foldLines(middle)).toEqual({ ...all(lines), tornLines: 1 });
  });

  it('never throws, whatever stands in the journal', () => {
    const odd = [
      '',
      'null',
      '[]',
      '3',
      '{"n":99,"at":1,"kind":"event"}',
      '{"n":99,"at":1,"kind":"event","attempt":1}',
      '{"n":1e400,"at":1,"kind":"x"}',
    ];
    for (const text of odd) {
      expect(foldText(undefined, text)).toBeUndefined();
      const state = all(lines.slice(0, 8)) as RunState;
      expect(foldText(state, text)).toMatchObject({ status: 'running', results: { points: pointsOf(state) } });
    }
  });

  it('passes over kinds of a newer journal', () => {
    const state = all(lines.slice(0, 8));
    const newer = { v: 2, n: 9, at: 1, kind: 'teleported', where: 'moon' } as unknown as JournalLine;
    expect(fold(state, newer)).toEqual({ ...state, lastLine: 9 });
  });

  it('does not change the state it is given', () => {
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      Object.freeze(value);
      Object.values(value).forEach(freeze);
    };
    let state: RunState | undefined;
    for (const line of lines) {
      freeze(state);
      state = fold(state, line);
    }
  });
});

describe('numbers of events', () => {
  const base = all(lines.slice(0, 4));
  const withEvents = (events: readonly JobEvent[]): RunState =>
    journal([...story.slice(0, 4), ...events.map(one => said(one))])
      .slice(4)
      .reduce<RunState | undefined>(fold, base) as RunState;
  const warn = (seq: number, container?: string) => event(seq, { type: 'warning', message: `${container} ${seq}` }, container);

  it('counts each container for itself', () => {
    expect(withEvents([warn(1, 'a'), warn(1, 'b'), warn(2, 'a'), warn(2, 'b')])).toMatchObject({
      missingEvents: 0,
      lastSeq: { a: 2, b: 2 },
    });
  });

  it('counts what never came', () => {
    expect(withEvents([warn(3), warn(4), warn(9)]).missingEvents).toBe(2 + 4);
  });

  it('is not fooled by the names of containers', () => {
    expect(withEvents([warn(1, '__proto__'), warn(2, '__proto__'), warn(1, 'constructor')])).toMatchObject({ missingEvents: 0 });
  });

  it('keeps a bounded number of warnings, each once', () => {
    const many = Array.from({ length: 300 }, (_, index) => event(index + 1, { type: 'warning', message: `w${index % 150}` }));
    expect(withEvents(many).warnings).toHaveLength(100);
  });

  it('passes over events of an attempt that is over', () => {
    expect(fold(all(lines.slice(0, 18)), { v: 1, n: 99, at: 1, ...said(warn(99), 1) })).toMatchObject({
      missingEvents: 1,
      warnings: ['busy'],
    });
  });
});

describe('verdicts', () => {
  const verdict = (seq: number, impl: string, word: string, why = 'because') =>
    said(event(seq, { type: 'verdict', impl, verdict: word, what: 'What', why, dataset: 'quick' }));
  const until = (...entries: readonly JournalEntry[]) => all(journal([...story.slice(0, 9), ...entries])) as RunState;

  it('keeps the newest of each implementation, by the name of the file that a person knows', () => {
    const copy = '/home/you/Application Support/ann-tui/runs/bench-abc123/job/sources/mine.cpp';
    const state = until(verdict(6, 'mine', 'timeout'), verdict(7, 'mine', 'compile-error', `${copy}:3: no ;`), verdict(8, 'fine', 'ok'));
    expect(benchOf(state).results.verdicts?.map(({ impl, verdict: word }) => [impl, word])).toEqual([
      ['mine', 'compile-error'],
      ['fine', 'ok'],
    ]);
    expect(badVerdicts(benchOf(state).results.verdicts).map(verdictWords)).toEqual(['mine: compile-error']);
    expect(badVerdicts(benchOf(state).results.verdicts)[0]?.why).toBe('mine.cpp:3: no ;');
  });

  it.each(['remembers-queries', 'dishonest-clock'])('takes away the points of one with the verdict %s, and only those', word => {
    const before = until();
    const [kept] = pointsOf(before);
    expect(pointsOf(until(verdict(6, 'mine', word)))).toEqual(pointsOf(before));
    expect(pointsOf(until(verdict(6, kept?.impl ?? '', word)))).toEqual([]);
  });

  it('a job whose child was killed from outside says that it can be resumed', () => {
    const failure = { type: 'failed', what: 'Points are missing', why: 'SIGKILL' } as const;
    const state = until(said(event(6, { ...failure, resume: true })));
    expect(state.jobFailure?.hint).toBe(`ann-tui resume ${state.run}`);
    expect(until(said(event(6, failure))).jobFailure?.hint).toBeUndefined();
  });

  it('outlives an attempt', () => {
    const state = until(verdict(6, 'mine', 'crashed'), { kind: 'resumed', attempt: 2 });
    expect(badVerdicts(benchOf(state).results.verdicts)).toHaveLength(1);
  });
});
