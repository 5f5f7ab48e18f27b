import { describe, expect, test } from 'vitest';
import { baselines, compareRuns, isComparable } from '../../../../../src/workloads/bench/compare/compare.ts';
import { csvLines, records } from '../../../../../src/workloads/bench/compare/records.ts';
import { letterOf, seriesFrom, settingOf } from '../../../../../src/workloads/bench/compare/series.ts';
import {
  differenceLines,
  placeText,
  qpsRange,
  ratioRange,
  ratioText,
  readingText,
  unfinishedText,
} from '../../../../../src/workloads/bench/compare/words.ts';
import { point, pointsOf, run, spec } from './support/runs.ts';

const labels = (comparison: ReturnType<typeof compareRuns>) => comparison.pairs.map(({ other, base }) => `${other.label} / ${base.label}`);

describe('series', () => {
  test('of one run are its implementations; of several they carry the letter of their run', () => {
    expect(seriesFrom([run('a')]).map(({ label }) => label)).toEqual(['naive', 'hnsw']);
    expect(seriesFrom([run('a'), run('b')]).map(({ label }) => label)).toEqual(['A naive', 'A hnsw', 'B naive', 'B hnsw']);
  });

  test('are parted by their build, and named by it only where that is needed', () => {
    const implementations = [8, 16].map(M => ({ name: 'hnsw', build: { M }, search: [{ ef: 10 }] }));
    const points = [8, 16].map(M => point('hnsw', { M, ef: 10 }, 0.9, 1000 * M));
    const all = seriesFrom([run('a', points, { spec: { ...spec, implementations } })]);
    expect(all.map(({ label }) => label)).toEqual(['hnsw M=8', 'hnsw M=16']);
    expect(all.map(series => settingOf(series, series.points[0] ?? point('', {}, 0, 1)))).toEqual(['ef=10', 'ef=10']);
  });

  test('of a run that went on on another machine are parted', () => {
    const points = [point('hnsw', { ef: 10 }, 0.8, 10, { cpu: 'old' }), point('hnsw', { ef: 20 }, 0.9, 10, { cpu: 'new' })];
    expect(new Set(seriesFrom([run('a', points)]).map(({ label }) => label)).size).toBe(2);
  });

  test('letters go on after Z', () => {
    expect([0, 25, 26].map(letterOf)).toEqual(['A', 'Z', 'A2']);
  });
});

describe('what is compared with what', () => {
  test('one run alone: its implementations with the exact one, or with the one that was named', () => {
    expect(labels(compareRuns([run('a')]))).toEqual(['hnsw / naive']);
    expect(labels(compareRuns([run('a')], { baseline: 'hnsw' }))).toEqual(['naive / hnsw']);
  });

  test('one implementation alone: its builds with the first of them', () => {
    const implementations = [8, 16, 32].map(M => ({ name: 'hnsw', build: { M }, search: [{ ef: 10 }] }));
    const built = run(
      'a',
      ['quick', 'gist'].flatMap(dataset => [8, 16, 32].map(M => point('hnsw', { M, ef: 10 }, 0.95, 1000 * M, { dataset }))),
      { spec: { ...spec, implementations } },
    );
    const both = ['hnsw M=16 / hnsw M=8', 'hnsw M=32 / hnsw M=8'];
    expect(labels(compareRuns([built]))).toEqual([...both, ...both]);
    expect(isComparable([built])).toBe(true);
    expect(isComparable([run('a', [point('hnsw', { M: 16, ef: 10 }, 0.9, 10)])])).toBe(false);
  });

  test('several runs: each implementation with itself in the first run, or in the one that was named', () => {
    const runs = [run('a'), run('b'), run('c')];
    expect(labels(compareRuns(runs))).toEqual(['B naive / A naive', 'B hnsw / A hnsw', 'C naive / A naive', 'C hnsw / A hnsw']);
    expect(labels(compareRuns(runs, { baseline: 'c' }))).toEqual([
      'A naive / C naive',
      'A hnsw / C hnsw',
      'B naive / C naive',
      'B hnsw / C hnsw',
    ]);
  });

  test('several runs and an implementation: with that one of the same run', () => {
    expect(labels(compareRuns([run('a'), run('b')], { baseline: 'naive' }))).toEqual(['A hnsw / A naive', 'B hnsw / B naive']);
  });

  test('an implementation that the first run does not have is compared with the one that it has', () => {
    const mine = run('b', [point('mine', {}, 0.99, 2000)], {
      spec: { ...spec, implementations: [{ name: 'mine', build: {}, search: [{}] }] },
    });
    const only = run('a', [point('naive', {}, 1, 1000)]);
    expect(labels(compareRuns([only, mine]))).toEqual(['B mine / A naive']);
  });

  test('runs without a data set in common have no pair', () => {
    const other = run(
      'b',
      pointsOf().map(one => ({ ...one, dataset: 'gist' })),
    );
    expect(compareRuns([run('a'), other]).pairs).toEqual([]);
  });

  test('what a baseline may be called', () => {
    expect(baselines(compareRuns([run('a')]))).toEqual(['naive', 'hnsw']);
    expect(baselines(compareRuns([run('a'), run('b')]))).toEqual(['a', 'b', 'naive', 'hnsw']);
  });
});

describe('ratios', () => {
  test('twice as fast is 2×; the same is ≈; not reached has none', () => {
    const [naive, hnsw] = compareRuns([run('a'), run('b', pointsOf(2))], { levels: [0.9, 0.999] }).pairs;
    expect(naive?.rows.map(({ ratio, same }) => [ratio?.value.toFixed(2), same])).toEqual([
      ['2.00', false],
      ['2.00', false],
    ]);
    expect(hnsw?.rows.map(({ ratio }) => ratio?.value.toFixed(2))).toEqual(['2.00', undefined]);
    expect(hnsw?.rows[1]?.other).toEqual({ reached: false, level: 0.999, best: 0.98 });
    expect(
      compareRuns([run('a'), run('b')]).pairs.flatMap(({ rows }) => rows.flatMap(({ ratio, same }) => (ratio ? [same] : []))),
    ).not.toContain(false);
  });
});

describe('what is not silently compared', () => {
  const lines = (
    changes: Parameters<typeof run>[2],
    extra: Parameters<typeof pointsOf>[1] = {},
    base: Parameters<typeof pointsOf>[1] = {},
  ) => {
    const comparison = compareRuns([run('a', pointsOf(1, base)), run('b', pointsOf(2, extra), changes)]);
    return {
      said: differenceLines(comparison).map(({ weight, text }) => `${weight}: ${text}`),
      rows: comparison.pairs.flatMap(({ rows }) => rows),
    };
  };

  test('equal runs differ in nothing', () => {
    expect(lines({}).said).toEqual([]);
  });

  test('another k, other vectors, other bytes are other questions: no ratio', () => {
    for (const { said, rows } of [
      lines({ spec: { ...spec, k: 100 } }, { k: 100 }),
      lines({ spec: { ...spec, subset: 5000 } }),
      lines({}, { dataset_sha: 'bbbbbbbbbb' }, { dataset_sha: 'aaaaaaaaaa' }),
    ]) {
      expect(said[0]).toMatch(/^question: (different k: recall@100 against recall@10|not the same (vectors|dataset bytes))/);
      expect(rows).toEqual([]);
    }
  });

  test('other threads, CPU, instructions, machine are told, with the ratio', () => {
    expect(lines({}, { threads: 4 }).said).toEqual(['care: 4 threads against 1 thread']);
    expect(lines({}, { cpu: 'Xeon' }, { cpu: 'EPYC' }).said).toEqual(['care: different CPU, compare with care: Xeon against EPYC']);
    expect(lines({}, { isa: 'avx2' }).said).toEqual(['care: different instructions: avx2 against avx512']);
    const { said, rows } = lines({ spec: { ...spec, target: 'modal' }, machine: { cpu: 'AMD EPYC', cores: 32, isa: 'avx512' } });
    expect(said).toEqual(['care: different machines: Modal, 32 cores against this machine, 8 cores']);
    expect(rows.some(({ ratio }) => ratio !== undefined)).toBe(true);
    // A run that does not say where it was is not said to have been elsewhere.
    expect(lines({ machine: {} }).said).toEqual([]);
  });

  test('an old run that did not write the hash down is said to be unknown', () => {
    expect(lines({}, { dataset_sha: 'bbbbbbbbbb' }).said.join()).toMatch(/whether the bytes are the same is not known/);
  });
});

describe('in words and in records', () => {
  test('figures', () => {
    expect([0.987, 1.24, 12.34, 345.6].map(ratioText)).toEqual(['0.99×', '1.24×', '12.3×', '346×']);
    expect(ratioRange({ value: 1, low: 0.851, high: 12.34 })).toBe('0.85–12.3');
    expect(qpsRange({ value: 1, low: 9.876, high: 999.9 })).toBe('9.88–1.00k');
    expect(qpsRange({ value: 1, low: 43_120, high: 1_234_567 })).toBe('43.1k–1.23M');
    expect(readingText({ reached: false, level: 0.99, best: 0.98765 })).toBe('only 0.9877');
  });

  test('where a run was measured, and that it is not complete', () => {
    const state = run('a');
    expect(placeText(state, compareRuns([state]))).toBe('this machine · AMD EPYC, 8 cores, avx512 · 1 thread');
    expect(unfinishedText(state)).toBeUndefined();
    expect(unfinishedText(run('a', pointsOf().slice(0, 2), { status: 'running' }))).toBe('has so far 2 of 4 points');
  });

  test('CSV has a line a series and level, quoted where it must be, empty where there is none', () => {
    const fast = pointsOf(2, { cpu: 'Xeon "Gold", 8 cores' });
    const [head, ...rows] = csvLines(compareRuns([run('a'), run('b', fast)], { levels: [0.9, 0.999] }), []);
    expect(head?.split(',').slice(0, 5)).toEqual(['level', 'run', 'implementation', 'build', 'dataset']);
    expect(rows).toHaveLength(8);
    expect(rows[4]).toContain('"Xeon ""Gold"", 8 cores"');
    expect(rows[4]).toMatch(/,a,naive,2,1\.\d+,2\.\d+,false$/);
    expect(rows[3]).toMatch(/,false,,,,,,0\.98,/);
  });

  test('records are plain JSON, the comparison first', () => {
    const all = records(compareRuns([run('a'), run('b')]), [{ kind: 'noise', weight: 'warn', text: 'x' }], []);
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
    expect(all[0]).toMatchObject({ type: 'comparison', runs: ['a', 'b'] });
    expect(all.at(-1)).toEqual({ type: 'finding', kind: 'noise', weight: 'warn', text: 'x' });
  });
});
