import { describe, expect, test } from 'vitest';
import { resultRecord } from '../../../../../src/cli/text/summary.ts';
import { pointTable } from '../../../../../src/workloads/bench/cli/lines.ts';
import { noiseOf } from '../../../../../src/workloads/bench/compare/certainty.ts';
import { compareRuns } from '../../../../../src/workloads/bench/compare/compare.ts';
import { records } from '../../../../../src/workloads/bench/compare/records.ts';
import { differenceLines } from '../../../../../src/workloads/bench/compare/words.ts';
import { point, pointsOf, run } from './support/runs.ts';

describe('noise in words', () => {
  const quiet = point('naive', {}, 1, 1000, { qps_interval: [900, 1100], interval_level: 0.95, spread: 0.01, noisy: false });
  const busy = { ...quiet, noisy: true, others_busy_cores: 1.9 };
  const apart = { ...quiet, noisy: true, spread: 0.4, others_busy_cores: 0 };

  test('is none where the core saw none', () => {
    expect(noiseOf([quiet, quiet])).toBeUndefined();
    expect(noiseOf([])).toBeUndefined();
  });

  test('knows one from many', () => {
    expect(noiseOf([busy])?.text).toBe('1 of 1 point is noisy: others kept 1.9 cores busy');
    expect(noiseOf([quiet, apart])?.text).toBe('1 of 2 points is noisy: passes agree only within 40 %');
    expect(noiseOf([quiet, busy, apart])?.text).toBe(
      '2 of 3 points are noisy: others kept 0.0–1.9 cores busy; passes agree only within 40 %',
    );
  });
});

describe('the result as text and as a record', () => {
  const state = run('a', pointsOf(1, { qps_interval: [1, 90_000], interval_level: 0.95, noisy: true, spread: 0.4 }));

  test('has the interval of each point, its level, the noise, and at each recall the ratio and whether it is one', () => {
    expect(pointTable(state)[0]).toMatch(/QPS +from–to +p50/);
    expect(pointTable(state)[1]).toContain('1.00–90.0k');
    expect(resultRecord(state, 0)).toMatchObject({
      interval: { level: 0.95 },
      noise: { points: 4, noisy: 4, text: '4 of 4 points are noisy: passes agree only within 40 %' },
      at_recall: { same: expect.stringMatching(/^≈: .* contains 1/) },
    });
    const { at_recall, points } = resultRecord(state, 0) as {
      at_recall: { rows: { ratio: number | null; same: boolean | null }[] };
      points: { qps_interval: number[]; interval_level: number }[];
    };
    expect(at_recall.rows.filter(({ ratio }) => ratio !== null).every(({ same }) => same === true)).toBe(true);
    expect(at_recall.rows.some(({ ratio }) => ratio !== null)).toBe(true);
    for (const { qps_interval, interval_level } of points)
      expect([...qps_interval.map(Math.round), interval_level]).toEqual([1, 90_000, 0.95]);
  });

  test('queries that are answered all at once have no latency', () => {
    const { latency_ms: _, ...batch } = point('mine', {}, 1, 1000);
    const all = run('a', [batch]);
    expect(pointTable(all)[1]).toMatch(/– +– +5s/);
    expect(resultRecord(all, 0)).toMatchObject({ points: [{ latency_ms: null }] });
  });
});

describe('one file name with two contents', () => {
  const of = (sha: string) => [point('mine', {}, 0.96, 900, { source_sha: sha }), point('naive', {}, 1, 100)];
  const [before, after] = ['3fa2'.padEnd(64, '0'), '91cc'.padEnd(64, '0')];
  const changed = compareRuns([run('a', of(before)), run('b', of(after))]);

  test('is two series with names of their own, and it is said', () => {
    expect(changed.readings.map(({ series }) => series.label)).toEqual(['A mine@3fa2', 'A naive', 'B mine@91cc', 'B naive']);
    expect(differenceLines(changed).map(({ text }) => text)).toContain(
      'B mine@91cc / A mine@3fa2: the file behind mine changed: B mine@91cc and A mine@3fa2 are different sources',
    );
    expect(records(changed, [], [])).toContainEqual(
      expect.objectContaining({ type: 'at_recall', implementation: 'mine', source_sha: after }),
    );
  });

  test('is named by as much of the hash as tells them apart; the same content twice has no hash in its name', () => {
    const alike = compareRuns([run('a', of(before)), run('b', of('3fa29'.padEnd(64, '1')))]);
    expect(alike.readings.map(({ series }) => series.label)).toContain('A mine@3fa20');
    const same = compareRuns([run('a', of(before)), run('b', of(before))]);
    expect(same.readings.map(({ series }) => series.label)).toContain('A mine');
    expect(differenceLines(same)).toEqual([]);
  });
});
