/** Comparing runs: the way there, the table, the notes, the ranking, in the widths that matter. */
import { afterEach, describe, expect, test } from 'vitest';
import { line, lineWidth, plainText } from '../../../../screens/app/text.ts';
import { compareLines, noteLines, rankLines } from '../../../../screens/workloads/bench/compare-lines.ts';
import { compareRuns } from '../../../../src/workloads/bench/compare/compare.ts';
import { rank } from '../../../../src/workloads/bench/compare/competition.ts';
import { diagnose } from '../../../../src/workloads/bench/compare/diagnosis.ts';
import type { BenchRun } from '../../../../src/workloads/bench/run.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';
import { finished, points, spec, start } from '../../support/states.ts';

afterEach(cleanup);

/** The same sweep, `times` as fast, on a machine of its own. */
const measured = (run: string, times = 1, extra: object = {}): BenchRun => ({
  ...finished(run, start),
  results: { points: points.map(point => ({ ...point, qps: point.qps * times, qps_median: point.qps_median * times, ...extra })) },
  machine: { cpu: 'AMD EPYC', cores: 8, isa: 'avx512' },
});

const two = () => [measured('bench-aaaaaa'), measured('bench-bbbbbb', 1.5, { isa: 'avx2' })];

const shown = (states: readonly BenchRun[], columns: number, height: number, view: 'table' | 'plot' = 'table') => {
  const comparison = compareRuns(states);
  return compareLines(comparison, diagnose(comparison), 1, view, start + 7_200_000, columns, height).map(line);
};

test('the comparison at 80×24', () => {
  expect(plainText(shown(two(), 78, 20).slice(0, 10))).toMatchInlineSnapshot(`
    "A bench-aaaaaa  this machine · AMD EPYC, 8 cores, avx512 · 1 thread     1h ago
    B bench-bbbbbb  this machine · AMD EPYC, 8 cores, avx2 · 1 thread       1h ago

    quick, recall@10  B hnsw / A hnsw                                    2 of 2 ↑↓
    recall     ● A hnsw     ■ B hnsw   ratio       from–to
    0.90         34,641       51,962   1.50×     1.13–2.00
    0.95         23,734       35,601   1.50×     1.13–2.00
    0.99         10,877       16,316   1.50×     1.13–2.00
    0.999         4,081        6,122   1.50×     1.13–2.00
    ! different instructions: avx2 against avx512"
  `);
});

test('where there is room, the intervals of both stand beside them', () => {
  expect(plainText(shown(two(), 118, 36).slice(3, 8))).toMatchInlineSnapshot(`
    "quick, recall@10  B hnsw / A hnsw                                                                            2 of 2 ↑↓
    recall     ● A hnsw        from–to     ■ B hnsw        from–to   ratio       from–to
    0.90         34,641    28.3k–42.4k       51,962    42.4k–63.6k   1.50×     1.13–2.00
    0.95         23,734    19.4k–29.1k       35,601    29.1k–43.6k   1.50×     1.13–2.00
    0.99         10,877    8.88k–13.3k       16,316    13.3k–20.0k   1.50×     1.13–2.00"
  `);
});

describe.each([
  [58, 20],
  [78, 20],
  [118, 36],
  [48, 8],
])('at %i columns and %i rows', (columns, height) => {
  test.each(['table', 'plot'] as const)('the %s fits', view => {
    const lines = shown(two(), columns, height, view);
    if (columns >= 58) for (const one of lines) expect(lineWidth(one)).toBeLessThanOrEqual(columns);
    if (height >= 20) expect(lines.length).toBeLessThanOrEqual(height);
  });

  test('notes and ranking fit', () => {
    const comparison = compareRuns(two());
    const all = [
      ...noteLines(comparison, diagnose(comparison), columns),
      ...rankLines(rank(comparison.readings.map(({ series }) => series)), columns),
    ];
    if (columns >= 58) for (const one of all) expect(lineWidth(line(one))).toBeLessThanOrEqual(columns);
  });
});

describe('builds with long names', () => {
  const grid = [8, 16].flatMap(M => [60, 120].map(efConstruction => ({ M, efConstruction })));
  const built: BenchRun = {
    ...finished('bench-aaaaaa', start),
    spec: { ...spec, implementations: grid.map(build => ({ name: 'hnsw', build, search: [{ efSearch: 10 }] })) },
    results: { points: grid.flatMap(build => points.slice(-1).map(point => ({ ...point, params: { ...build, efSearch: 10 } }))) },
  };

  test('the title goes on in a second line rather than cutting who is compared', () => {
    const lines = plainText(shown([built], 58, 20)).split('\n');
    expect(lines).toContain('hnsw M=16 efConstruction=60 / hnsw M=8 efConstruction=60');
    expect(plainText(shown([built], 110, 20))).toContain('quick, recall@10  hnsw M=16 efConstruction=60 / hnsw M=8');
  });

  test('in the ranking no two are told alike', () => {
    const rankings = rank(compareRuns([built]).readings.map(({ series }) => series));
    for (const columns of [58, 78, 118]) {
      const text = plainText(rankLines(rankings, columns).map(line));
      for (const { M, efConstruction } of grid) expect(text).toContain(`M=${M} efConstruction=${efConstruction}`);
    }
  });
});

test('what differs is said before what follows from it', () => {
  const comparison = compareRuns(two());
  expect(plainText(noteLines(comparison, diagnose(comparison), 78).map(line))).toMatch(/^! different instructions: avx2 against avx512\n/);
});

test('different questions get no ratio', () => {
  const other = { ...measured('bench-bbbbbb', 2, { k: 100 }), spec: { ...finished('x').spec, k: 100 } };
  const text = plainText(shown([measured('bench-aaaaaa'), other], 78, 20));
  expect(text).toMatch(/✗ no ratio/);
  expect(text).toMatch(/not comparable: different k: recall@100 against recall@10/);
});

test('the ranking says why', () => {
  const comparison = compareRuns([measured('bench-aaaaaa')]);
  const text = plainText(rankLines(rank(comparison.readings.map(({ series }) => series)), 78).map(line));
  expect(text).toMatch(/1 +hnsw +0\.9044 +33,870/);
  expect(text).toMatch(/naive .*\n +as built · QPS 1,042 against 33,870 of hnsw/);
});

describe('the way there', () => {
  const open = (options = {}) => openApp({ services: createFakeServices({ runs: two() }), columns: 120, rows: 40, ...options });

  test('from the list: mark with space, compare with c, and back', async () => {
    const app = open();
    await app.waitFor('Recent');
    await app.press('r');
    await app.waitFor(/Runs {2}\d of 2/);
    await app.press('space');
    await app.waitFor('1 marked');
    await app.press('space');
    await app.waitFor('2 marked');
    await app.press('c');
    await app.waitFor('B hnsw');
    expect(app.frame()).toMatch(/0\.95 .* 1\.50×/);
    await app.press('down');
    await app.waitFor('2 of 2');
    await app.press('p');
    await app.waitFor('┤');
    await app.press('n');
    await app.waitFor('different instructions');
    await app.press('c');
    await app.waitFor('then QPS, p95');
    await app.press('c', 'b', 'b');
    await app.waitFor('Compared with bench-bbbbbb');
    expect(app.frame()).toMatch(/0\.67×/);
    await app.press('esc');
    await app.waitFor(/Runs {2}\d of 2/);
  });

  test('a mark can be taken back; without any, c shows the implementations of the run', async () => {
    const app = open();
    await app.waitFor('Recent');
    await app.press('r');
    await app.waitFor(/Runs {2}\d of 2/);
    await app.press('space', 'up', 'space');
    expect(app.frame()).not.toContain('marked');
    await app.press('c');
    await app.waitFor('hnsw / naive');
  });

  test('from a result: with another run, or its own implementations', async () => {
    const app = open({ run: 'bench-bbbbbb' });
    await app.waitFor('enter shows the result');
    await app.press('enter');
    await app.waitFor('at recall');
    await app.press('c');
    await app.waitFor('Compare bench-bbbbbb with');
    expect(app.frame()).toContain('its own implementations');
    await app.press('enter');
    await app.waitFor(/B hnsw/);
    // The run one came from is what the other is compared with.
    expect(app.frame()).toMatch(/A bench-bbbbbb/);
    await app.press('esc');
    await app.waitFor('at recall');
  });

  test('with no other run there is nothing to choose but its own', async () => {
    const app = openApp({ services: createFakeServices({ runs: [measured('bench-aaaaaa')] }), run: 'bench-aaaaaa' });
    await app.waitFor('enter shows the result');
    await app.press('enter');
    await app.waitFor('at recall');
    await app.press('c');
    await app.waitFor('its own implementations');
    await app.press('enter');
    await app.waitFor('hnsw / naive');
  });
});
