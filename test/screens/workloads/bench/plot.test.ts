import { describe, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { plotLines } from '../../../../screens/workloads/bench/plot.ts';
import { toAscii } from '../../../../src/terminal/ascii.ts';
import { logScale, shortCount } from '../../../../src/text/scale.ts';
import { paretoFront } from '../../../../src/workloads/bench/compare/pareto.ts';
import { recallScale } from '../../../../src/workloads/bench/recall-scale.ts';
import { points } from '../../support/states.ts';

const order = ['hnsw', 'naive'];

describe('the plot', () => {
  test('at 78×14', () => {
    expect(plainText(plotLines(points, { columns: 78, height: 14 }, order))).toMatchInlineSnapshot(`
      "● hnsw  ◆ naive                                         QPS (log) by recall@10
      50k ┤        ●⠒⠢⠤⣀⡀
          │             ⠈●⠒⠢⢄⣀
          │                   ⠉⠑●⠤⢄⣀
          │                         ⠉⠑⠒⠤⢄●
      10k ┤                               ⠉⠑⠒⠤⢄●
          │                                     ⠉⠉⠒⠒⠤⠤⣀●
          │                                             ⠉⠉⠒⠢⠤⢄⣀⡀
          │                                                    ⠈⠉⠒⠒●⠤⣀⣀
          │                                                            ⠉⠉⠒⠒⠤⠤⢄⣀⡀
          │                                                                    ⠈⠉⠑●
       1k ┤                                                                       ◆
          └┬────────────┬─────┬─────────────┬──────────────────┬──────────────────┬
          0.5          0.9  0.95          0.99               0.999                1"
    `);
  });

  test('at its smallest, 40×8', () => {
    expect(plainText(plotLines(points, { columns: 40, height: 8 }, order))).toMatchInlineSnapshot(`
      "● hnsw  ◆ naive         QPS by recall@10
          │    ●⠒●⢄⣀⡀
          │         ⠈●⠒⠤⢄●⡀
      10k ┤               ⠈⠉●⠒⠒●⢄⣀⡀
          │                       ⠈⠉⠑●⠒⠤⠤⣀⣀⡀
       1k ┤                                ⠈◆
          └┬────────┬─────┬────────┬────────┬
          0.5     0.95  0.99     0.999      1"
    `);
  });

  test('its ASCII twin', () => {
    const twin = toAscii(plainText(plotLines(points, { columns: 60, height: 10 }, order)));
    expect(twin).toMatch(/^[\x20-\x7e\n]*$/);
    expect(twin).toMatchInlineSnapshot(`
      "o hnsw  * naive                       QPS (log) by recall@10
      50k |      o--.o_
          |           ''--o.__
      10k |                   '''o-.__
          |                          'o--.._o_
          |                                  '''--.._o_
          |                                           ''''---...o
       1k |                                                     *
          ++-------------+---------+--------------+-------------+
          0.5          0.95      0.99           0.999           1"
    `);
  });

  test.each([
    [40, 8],
    [60, 12],
    [78, 20],
    [118, 34],
    [200, 50],
    [10, 3],
  ])('fills %i×%i and no more', (columns, height) => {
    for (const some of [points, points.slice(0, 1), []]) {
      const lines = plotLines(some, { columns, height }, order);
      expect(lines).toHaveLength(height);
      expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(Math.max(columns, 20));
    }
  });

  test('every series is told by its marker and by its colour', () => {
    const spans = plotLines(points, { columns: 78, height: 14 }, order).flat();
    expect(spans.filter(({ text, role }) => text.includes('●') && role === 'series0').length).toBeGreaterThan(1);
    expect(spans.filter(({ text, role }) => text.includes('◆') && role === 'series1').length).toBeGreaterThan(1);
  });

  test('values that do not make sense draw nothing wild', () => {
    const odd = points.map(point => ({ ...point, qps: 0, recall: Number.NaN }));
    expect(plotLines(odd, { columns: 60, height: 10 }, order)).toHaveLength(10);
  });
});

test('the front leaves out what another beats in both', () => {
  const front = paretoFront([
    { recall: 0.9, qps: 100 },
    { recall: 0.8, qps: 50 },
    { recall: 0.95, qps: 100 },
    { recall: 1, qps: 10 },
  ]);
  expect(front).toEqual([
    { recall: 0.95, qps: 100 },
    { recall: 1, qps: 10 },
  ]);
});

test('recall spreads towards 1', () => {
  const { at, ticks } = recallScale([0.6, 1]);
  expect(ticks.map(({ label }) => label)).toEqual(['0.5', '0.9', '0.95', '0.99', '0.999', '1']);
  expect(at(0.999) - at(0.99)).toBeCloseTo(at(0.99) - at(0.9));
  expect(recallScale([0.97]).ticks[0]?.label).toBe('0.9');
  expect(recallScale([0.1]).ticks[0]?.label).toBe('0');
});

test('QPS ticks stand at least two rows apart', () => {
  for (const rows of [5, 9, 20]) {
    const places = logScale([12, 48_000], rows)
      .ticks.map(({ at }) => Math.round(at * (rows - 1)))
      .toSorted((a, b) => a - b);
    expect(Math.min(...places.slice(1).map((place, n) => place - (places[n] ?? 0)))).toBeGreaterThanOrEqual(2);
  }
});

test('short counts', () => {
  expect([0.5, 12, 950, 4_000, 12_500, 2e6].map(shortCount)).toEqual(['0.5', '12', '950', '4k', '12.5k', '2M']);
});
