import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../../../../src/workloads/bench/compare/compare.ts';
import { diagnose } from '../../../../../src/workloads/bench/compare/diagnosis.ts';
import type { BenchRun } from '../../../../../src/workloads/bench/run.ts';
import { type Extra, point, pointsOf, run, spec } from './support/runs.ts';

const said = (runs: readonly BenchRun[], need?: number) =>
  diagnose(compareRuns(runs, need === undefined ? {} : { levels: [need] }), need).map(({ kind, text }) => `${kind}: ${text}`);
const kinds = (runs: readonly BenchRun[], need?: number) => new Set(said(runs, need).map(line => line.split(':')[0]));

test('a quiet run gets no warning: which setting to use, and when building pays off', () => {
  expect(said([run('a')])).toEqual([
    'build: hnsw takes 5s longer to build than naive and makes up for it after about 5,100 queries at recall 0.95',
    'setting: hnsw, to have at least 0.9: ef=20 · 0.95: ef=40 · 0.99: not reached (0.9800) · 0.999: not reached (0.9800)',
  ]);
});

test('of several datasets it is said on which', () => {
  const onBoth = run('a', [...pointsOf(), ...pointsOf(0.1).map(one => ({ ...one, dataset: 'gist' }))]);
  expect(said([onBoth]).map(line => line.split(',')[0])).toEqual([
    'build: hnsw on quick takes 5s longer to build than naive on quick and makes up for it after about 5',
    expect.stringMatching(/^build: hnsw on gist takes 5s longer to build than naive on gist/),
    'setting: hnsw on quick',
    'setting: hnsw on gist',
  ]);
});

describe('warnings come first', () => {
  test('passes that spread', () => {
    const [first] = said([run('a', pointsOf(1, { qps_all: [100, 70, 60] }))]);
    expect(first).toMatch(/^noise: noisy: in 4 of 4 points .* agree no better than within 10 %, least in naive as built \(43 %\)/);
  });

  test('others on the machine', () => {
    const [first] = said([run('a', pointsOf(1, { others_busy_cores: 7.5 }))]);
    expect(first).toMatch(/^busy: not alone: during 4 of 4 points others kept cores busy, up to 7\.5 of 8 \(naive\)/);
    expect(kinds([run('a', pointsOf(1, { others_busy_cores: 0.2 }))])).not.toContain('busy');
  });
});

test('of one point it speaks as of one', () => {
  const alone = (extra: Extra) => said([run('a', pointsOf(1, extra).slice(0, 1))]).join('\n');
  expect(alone({ qps_all: [100, 70, 60] })).toContain('in 1 of 1 point the passes');
  expect(alone({ others_busy_cores: 7.5 })).toContain('during 1 of 1 point others');
});

describe('threads', () => {
  const threaded = (threads: number, times: number, extra: Extra = {}) =>
    run(`t${threads}`, pointsOf(times, { threads, ...extra }), { spec: { ...spec, threads } });

  test('more than there are cores', () => {
    expect(said([threaded(16, 8)]).filter(line => line.startsWith('threads'))[0]).toMatch(/16 threads on 8 cores/);
  });

  test('that waited: fewer queries under way than threads', () => {
    const waiting = threaded(4, 1, { latency_ms: { mean: 0.05 } });
    expect(said([waiting]).join('\n')).toMatch(/hnsw: of 4 threads only 2\.0 searched at once/);
    expect(kinds([threaded(4, 4, { latency_ms: { mean: 1 } })])).not.toContain('threads');
    // Without a mean latency there is nothing to say.
    expect(kinds([threaded(4, 1, { latency_ms: {} })])).not.toContain('threads');
  });

  test('that bring little against fewer of them, and not where the interval leaves it open', () => {
    const one = threaded(1, 1);
    const busyLatency = { latency_ms: { mean: 4 } };
    expect(said([one, threaded(4, 1.5, busyLatency)]).join('\n')).toMatch(
      /B hnsw: 4 threads are at best 1\.50× as fast as 1 \(A hnsw\), of 4× possible/,
    );
    expect(said([one, threaded(4, 3.5, busyLatency)]).join('\n')).not.toMatch(/possible/);
    expect(said([one, threaded(4, 1.5, { ...busyLatency, qps_all: [60_000, 20_000, 15_000] })]).join('\n')).not.toMatch(/possible/);
  });

  test('memory is named only where the index is larger than caches', () => {
    const runs = (bytes: number) => [
      threaded(1, 1, { index_bytes: bytes }),
      threaded(4, 1.5, { index_bytes: bytes, latency_ms: { mean: 4 } }),
    ];
    expect(kinds(runs(4e9))).toContain('memory');
    expect(kinds(runs(4e6))).not.toContain('memory');
  });
});

test('an index that outgrew the caches and takes longer for a distance waits for memory', () => {
  const sized = (name: string, subset: number | null, bytes: number, qps: number) =>
    run(name, [point('naive', {}, 1, qps, { dist_comps: 1000, index_bytes: bytes })], { spec: { ...spec, subset } });
  expect(said([sized('a', null, 4e9, 1000), sized('b', 1000, 1e7, 4000)]).join()).toMatch(/A naive: a distance takes 1000 ns .* 250 ns/);
  expect(kinds([sized('a', null, 4e9, 3900), sized('b', 1000, 1e7, 4000)])).not.toContain('memory');
});

test('recall far above what was asked for', () => {
  expect(said([run('a')], 0.2).join()).toMatch(/hnsw: its fastest setting \(ef=10\) finds 0\.8000, far above 0\.2/);
  expect(kinds([run('a')], 0.9)).not.toContain('recall');
});

test('a build that took most of the run', () => {
  const phases = [
    { name: 'build', startedAt: 0, seconds: 600 },
    { name: 'sweep', startedAt: 0, seconds: 60 },
  ];
  expect(said([run('a', pointsOf(), { phases })]).join()).toMatch(/the run: building took 10m 00s, searching 1m 00s/);
  expect(said([run('a', pointsOf(), { phases: phases.toReversed().map(phase => ({ ...phase, seconds: 60 })) })]).join()).not.toMatch(
    /building took/,
  );
});
