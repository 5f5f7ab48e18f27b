import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../../../../src/workloads/bench/compare/compare.ts';
import { standingsOf } from '../../../../../src/workloads/bench/compare/standing.ts';
import type { Point } from '../../../../../src/workloads/bench/events.ts';
import type { BenchRun } from '../../../../../src/workloads/bench/run.ts';
import { point, run, spec } from './support/runs.ts';

const source = { file: 'mine.cpp', sha256: '3fa2'.padEnd(64, '0'), from: '/home/you/mine.cpp' };
const plan = (name: string) => ({
  name,
  build: {},
  search: [{}],
  ...(name.startsWith('mine') && { source: { ...source, file: `${name}.cpp` } }),
});

const qg = [
  point('qg', { effort: 1000 }, 0.9, 40_000),
  point('qg', { effort: 1100 }, 0.95, 30_000),
  point('qg', { effort: 1200 }, 0.99, 20_000),
];
const exact = (qps: number) => [point('mine', {}, 1, qps)];

const told = (points: readonly Point[], names: readonly string[] = ['mine', 'qg'], changes: Partial<BenchRun> = {}): readonly string[] =>
  standingsOf(compareRuns([run('a', points, { spec: { ...spec, implementations: names.map(plan) }, ...changes })])).map(({ text }) => text);

describe('an own file at equal recall', () => {
  test('slower at each recall: how many times as fast ours is', () => {
    expect(told([...exact(1000), ...qg])).toEqual([
      'mine against qg at equal recall: slower at 0.90 (qg is 40.0× as fast), 0.95 (30.0×), 0.99 (20.0×); qg does not reach 0.999',
    ]);
  });

  test('faster here, slower there, not told apart between, and what it never reaches', () => {
    const mine = [point('mine', { a: 1 }, 0.9, 80_000), point('mine', { a: 2 }, 0.95, 31_000), point('mine', { a: 3 }, 0.99, 5000)];
    const far = point('qg', { effort: 1300 }, 0.9995, 9000);
    expect(told([...mine, ...qg, far])).toEqual([
      'mine against qg at equal recall: faster at 0.90 (2.00×); not told apart at 0.95 (1.03×); slower at 0.99 (qg is 4.00× as fast); 0.999 not reached (best 0.9900)',
    ]);
  });

  test('below every recall it cannot be said, and why', () => {
    expect(told([point('mine', {}, 0.7312, 90_000), ...qg])).toEqual([
      'mine cannot be compared with qg at equal recall: it never reaches 0.90 (best 0.7312)',
    ]);
  });

  test('without a point it is said once the run is over', () => {
    expect(told(qg)).toEqual(['mine cannot be compared with qg: it has no point that counts']);
    expect(told(qg, ['mine', 'qg'], { status: 'running' })).toEqual([]);
  });

  test('of several builds of ours the fastest that gets there counts', () => {
    const other = point('qg', { effort: 1, R: 64 }, 0.96, 50_000);
    const builds = [plan('mine'), plan('qg'), { name: 'qg', build: { R: 64 }, search: [{}] }];
    const state = run('a', [...exact(1000), ...qg, other], { spec: { ...spec, implementations: builds } });
    expect(standingsOf(compareRuns([state]))[0]?.at.map(({ ratio }) => ratio && 1 / ratio.value)).toEqual([
      expect.closeTo(50),
      expect.closeTo(50),
      expect.closeTo(20),
      undefined,
    ]);
  });
});

test('it is held against ours, else against what is not exact search, else against that', () => {
  const [naive, hnsw] = [point('naive', {}, 1, 1000), point('hnsw', { M: 16, ef: 10 }, 0.95, 5000)];
  expect(told([...exact(100), naive, hnsw, ...qg], ['mine', 'naive', 'hnsw', 'qg'])[0]).toMatch(/^mine against qg /);
  expect(told([...exact(100), naive, hnsw], ['mine', 'naive', 'hnsw'])[0]).toMatch(/^mine against hnsw /);
  expect(told([...exact(100), naive], ['mine', 'naive'])[0]).toMatch(/^mine against naive /);
  expect(told(exact(100), ['mine'])).toEqual([]);
  expect(told([naive, hnsw, ...qg], ['naive', 'hnsw', 'qg'])).toEqual([]);
});

test('each own file of each run has its sentence, under the name that tells it apart', () => {
  const implementations = [plan('mine'), plan('mine2'), plan('qg')];
  const points = [...exact(1000), point('mine2', {}, 1, 100_000), ...qg];
  const state = (name: string) => run(name, points, { spec: { ...spec, implementations } });
  const starts = standingsOf(compareRuns([state('a'), state('b')])).map(({ text }) => text.replace(/ at equal.*/, ''));
  expect(starts).toEqual(['A mine against qg', 'A mine2 against qg', 'B mine against qg', 'B mine2 against qg']);
});
