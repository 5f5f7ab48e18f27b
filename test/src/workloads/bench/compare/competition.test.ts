import { expect, test } from 'vitest';
import { rank, score } from '../../../../../src/workloads/bench/compare/competition.ts';
import { seriesFrom } from '../../../../../src/workloads/bench/compare/series.ts';
import { type Extra, point, run, spec } from './support/runs.ts';

type Entrant = readonly [name: string, recall: number, qps: number, extra?: Extra];

const ranking = (...entrants: readonly Entrant[]) => {
  const points = entrants.map(([name, recall, qps, extra]) =>
    point(name, {}, recall, qps, { latency_ms: { p95: 1 }, index_bytes: 1e8, build_seconds: 9, ...extra }),
  );
  const implementations = entrants.map(([name]) => ({ name, build: {}, search: [{}] }));
  return rank(seriesFrom([run('a', points, { spec: { ...spec, implementations } })])).flatMap(({ ranked }) =>
    ranked.map(({ place, series, reason }) => `${place ?? '–'} ${series.impl}: ${reason}`),
  );
};

test('below 0.90 is out, however fast', () => {
  expect(ranking(['wild', 0.8999, 1e6], ['tame', 0.9, 10])).toEqual([
    '1 tame: 10 QPS at recall 0.9000',
    '– wild: disqualified: recall@10 0.8999 is the highest it reaches, 0.90 is asked for',
  ]);
});

test('QPS decides first', () => {
  expect(ranking(['slow', 1, 100, { index_bytes: 1 }], ['fast', 0.9, 200])).toEqual([
    '1 fast: 200 QPS at recall 0.9000, the most',
    '2 slow: QPS 100 against 200 of fast',
  ]);
});

test('QPS that cannot be told apart leaves it to p95, then to the index, then to the build', () => {
  expect(ranking(['a', 0.95, 102, { latency_ms: { p95: 2 } }], ['b', 0.95, 100])).toEqual([
    '1 b: 100 QPS at recall 0.9500; p95 1.00 ms against 2.00 ms of a decides',
    '2 a: QPS cannot be told apart; p95 2.00 ms against 1.00 ms of b',
  ]);
  expect(ranking(['a', 0.95, 102, { index_bytes: 2e8 }], ['b', 0.95, 100])[1]).toBe(
    '2 a: QPS, p95 cannot be told apart; index 200 MB against 100 MB of b',
  );
  expect(ranking(['a', 0.95, 102, { build_seconds: 20 }], ['b', 0.95, 100])[1]).toBe(
    '2 a: QPS, p95, index cannot be told apart; build 20s against 9s of b',
  );
  expect(ranking(['a', 0.95, 102, { build_seconds: 9.2 }], ['b', 0.95, 100])).toEqual([
    '1 a: 102 QPS at recall 0.9500; b is as good',
    '1 b: QPS, p95, index, build cannot be told apart; as good as a',
  ]);
});

test('an entry is judged by its fastest setting that has the recall', () => {
  const points = [point('hnsw', { ef: 1 }, 0.7, 900), point('hnsw', { ef: 2 }, 0.93, 500), point('hnsw', { ef: 3 }, 0.99, 100)];
  const [first] = rank(seriesFrom([run('a', points)]))[0]?.ranked ?? [];
  expect(first?.point.params).toEqual({ ef: 2 });
});

test('the rule is about recall@10', () => {
  const [{ reason, place } = { reason: '', place: 0 }] =
    rank(seriesFrom([run('a', [point('hnsw', {}, 0.99, 100, { k: 100 })], { spec: { ...spec, k: 100 } })]))[0]?.ranked ?? [];
  expect(place).toBeUndefined();
  expect(reason).toBe('not ranked: measured as recall@100, the rule is for recall@10');
});

test('other bytes and other vectors are ranked apart', () => {
  const points = (sha: string) => [point('hnsw', {}, 0.95, 100, { dataset_sha: sha })];
  const runs = [
    run('a', points('aaaaaaaaaa')),
    run('b', points('bbbbbbbbbb')),
    run('c', points('aaaaaaaaaa'), { spec: { ...spec, subset: 1000 } }),
  ];
  expect(rank(seriesFrom(runs)).map(({ dataset, ranked }) => `${dataset}: ${ranked.length}`)).toEqual([
    'quick (aaaaaaaa): 1',
    'quick (bbbbbbbb): 1',
    'quick (aaaaaaaa), first 1,000 vectors: 1',
  ]);
});

test('the score is for information', () => {
  expect(score({ recall: 0.95, qps: 1000, index_bytes: 100e6 })).toBeCloseTo(1.425);
  expect(score({ recall: 0.95, qps: 1000, index_bytes: 1 })).toBeCloseTo(2.85);
  expect(score({ recall: 0.89, qps: 1e6, index_bytes: 1 })).toBe(0);
});
