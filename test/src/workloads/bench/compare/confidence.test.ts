import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../../../../src/workloads/bench/compare/compare.ts';
import {
  betweenRuns,
  bounded,
  doubtOf,
  isSame,
  opennessOf,
  ratioOf,
  spreadOf,
  takenOf,
} from '../../../../../src/workloads/bench/compare/confidence.ts';
import { detailOf } from '../../../../../src/workloads/bench/compare/detail.ts';
import type { Point } from '../../../../../src/workloads/bench/events.ts';
import measured from './support/measured.json' with { type: 'json' };
import { type Extra, point, run, spec } from './support/runs.ts';

const one = (extra: Extra = {}) => point('hnsw', {}, 0.95, 1000, extra);

describe('what a point is off by', () => {
  test('is the floor between runs where its passes agree or were not written down', () => {
    for (const extra of [{}, { qps_all: [1000] }, { qps_all: [1000, 1000, 1000] }])
      expect(doubtOf(one(extra), { cores: 8 })).toEqual({ down: betweenRuns, up: betweenRuns });
  });

  test('grows with the best pass above the median one, not with one pass that was disturbed', () => {
    expect(spreadOf(one({ qps_all: [1000, 500, 1000] }))).toBe(0);
    expect(spreadOf(one({ qps_all: [500, 1000, 500] }))).toBeCloseTo(Math.log(2));
    expect(spreadOf(one({ qps_all: [500, 1000] }))).toBeCloseTo(Math.log(1000 / 750));
  });

  test('of an old run goes by its median', () => {
    expect(spreadOf({ ...one(), qps_median: 800 })).toBeCloseTo(Math.log(1.25));
    for (const qps_median of [0, -1, 1200, Number.NaN]) expect(spreadOf({ ...one(), qps_median })).toBe(0);
  });

  test('only widens upwards when others took cores, and only as far as they were wanted', () => {
    const quiet = doubtOf(one({ others_busy_cores: 0 }), { cores: 8 });
    expect(quiet.up).toBe(quiet.down);
    const busy = doubtOf(one({ others_busy_cores: 7.5 }), { cores: 8 });
    expect(busy.down).toBe(quiet.down);
    expect(busy.up).toBeGreaterThan(quiet.up + Math.log(2));
    // Half the machine taken leaves one thread its core: only what cores share is in doubt.
    expect(takenOf(one({ others_busy_cores: 4 }), { cores: 8 })).toBeLessThan(1.5);
    expect(takenOf(one({ others_busy_cores: 4, threads: 8 }), { cores: 8 })).toBeGreaterThan(2);
  });

  test('a point too short to count takes the count of its neighbours; where nobody counted nothing is assumed', () => {
    expect(takenOf(one(), { cores: 2, othersBusy: 1.5 })).toBe(takenOf(one({ others_busy_cores: 1.5 }), { cores: 2 }));
    expect(takenOf(one(), { cores: 2 })).toBe(1);
    expect(takenOf(one({ others_busy_cores: 99 }), { cores: 2 })).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  test('is what the core says of it, where it does', () => {
    const told = one({ qps_interval: [800, 2000], interval_level: 0.95, spread: 0.04, qps_all: [1000, 500, 400], others_busy_cores: 8 });
    const { down, up } = doubtOf(told, { cores: 8 });
    expect([Math.exp(-down), Math.exp(up)].map(times => Math.round(1000 * times))).toEqual([800, 2000]);
    expect(takenOf(told, { cores: 8 })).toBeCloseTo(1.6);
    expect(opennessOf(told)).toBe(0.04);
  });

  test('is worked out where what the core says cannot be', () => {
    for (const qps_interval of [[1100, 2000], [800, 900], [0, 2000], [800], ['low', 'high'], 7] as unknown as number[][])
      expect(doubtOf(one({ qps_interval, interval_level: 0.95 }), { cores: 8 })).toEqual({ down: betweenRuns, up: betweenRuns });
    expect(doubtOf(one({ qps_interval: [800, 2000] }), { cores: 8 }).up, 'of no level').toBe(betweenRuns);
  });

  test('is not led astray by fields that are not what they should be', () => {
    const strange = { ...one(), qps_all: ['fast', -1], others_busy_cores: 'many', dataset_sha: 7 } as unknown as Point;
    expect(detailOf(strange)).toEqual({ passes: [1000] });
    expect(detailOf({ ...one(), qps_all: [] } as Point).passes).toEqual([1000]);
  });
});

describe('a ratio', () => {
  const narrow = { down: 0.03, up: 0.03 };
  const wide = { down: 0.04, up: 0.4 };

  test('is the same seen from either side', () => {
    const there = ratioOf(300, narrow, 200, wide);
    const back = ratioOf(200, wide, 300, narrow);
    expect(there.low).toBeCloseTo(1 / back.high);
    expect(there.high).toBeCloseTo(1 / back.low);
    expect(isSame(there)).toBe(isSame(back));
  });

  test('contains 1 when what it is made of could be equal', () => {
    expect(isSame(ratioOf(100, narrow, 103, narrow))).toBe(true);
    expect(isSame(ratioOf(100, narrow, 110, narrow))).toBe(false);
    expect(isSame(ratioOf(110, narrow, 100, wide))).toBe(true);
    expect(isSame(bounded(1, { down: 0, up: 0 }))).toBe(true);
  });
});

type Measured = readonly (readonly [impl: string, ef: number, recall: number, passes: readonly number[], busy: number | null])[];

/** The same spec, run again and again on a machine of two cores while others worked on it. */
const recorded = (threads: number, points: Measured, n: number) =>
  run(
    `bench-${n}`,
    points.map(([impl, ef, recall, passes, busy]) =>
      point(impl, impl === 'hnsw' ? { M: 16, ef } : {}, recall, Math.max(...passes), {
        threads,
        qps_all: passes,
        ...(busy === null ? {} : { others_busy_cores: busy }),
      }),
    ),
    { spec: { ...spec, threads }, machine: { cpu: 'x', cores: 2, isa: 'avx512' } },
  );

test.each(measured.map(({ what, threads, runs }) => ({ what, threads, runs: runs as unknown as readonly Measured[] })))(
  'runs of one spec agree within their confidence: $what',
  ({ threads, runs }) => {
    const states = runs.map((points, n) => recorded(threads, points, n));
    const rows = states.flatMap((a, n) =>
      states.slice(n + 1).flatMap(b => compareRuns([a, b]).pairs.flatMap(pair => pair.rows.filter(({ ratio }) => ratio !== undefined))),
    );
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(({ same }) => same).length / rows.length).toBeGreaterThanOrEqual(0.95);
  },
);

test('and yet hnsw is told from naive by every one of those runs at recall 0.9', () => {
  for (const { threads, runs } of measured) {
    const told = (runs as unknown as readonly Measured[]).map((points, n) => {
      const [pair] = compareRuns([recorded(threads, points, n)], { levels: [0.9] }).pairs;
      return pair?.rows[0]?.same === false && (pair.rows[0].ratio?.low ?? 0) > 1;
    });
    expect(told.filter(Boolean).length / told.length).toBeGreaterThanOrEqual(0.95);
  }
});
