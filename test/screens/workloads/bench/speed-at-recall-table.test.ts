import { expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { atRecallLines } from '../../../../screens/workloads/bench/speed-at-recall-table.ts';
import type { Point } from '../../../../src/workloads/bench/events.ts';
import { points } from '../../support/states.ts';

test('the table', () => {
  expect(plainText(atRecallLines(points, ['hnsw', 'naive'], 78))).toMatchInlineSnapshot(`
    "at recall       ● hnsw     ◆ naive   × naive        from–to
    0.90            34,641       1,042     33.2×      25.0–44.3
    0.95            23,734       1,042     22.8×      17.1–30.3
    0.99            10,877       1,042     10.4×      7.84–13.9
    0.999            4,081       1,042     3.92×      2.94–5.21"
  `);
});

test('where the intervals leave it open which is faster, ≈ says so', () => {
  const twins = ['a', 'b'].flatMap(impl => points.filter(point => point.impl === 'hnsw').map(point => ({ ...point, impl })));
  expect(plainText(atRecallLines(twins, ['a', 'b'], 78))).toMatch(/0\.95 .* 1\.00× ≈/);
});

test('three stand beside each other at 60 columns; what has no point has no column', () => {
  const three = [...points, ...points.filter(({ impl }) => impl === 'hnsw').map(point => ({ ...point, impl: 'tree' }))];
  const [head] = atRecallLines(three, ['broken', 'hnsw', 'tree', 'naive'], 58);
  expect(plainText([head ?? []])).toMatch(/^at recall +● hnsw +○ tree +◆ naive +× naive/);
});

test('the first is held against the rival where that is shown, else against the last', () => {
  const three = [...points, ...points.filter(({ impl }) => impl === 'hnsw').map(point => ({ ...point, impl: 'qg', qps: 2 * point.qps }))];
  const of = (rival: string) => plainText(atRecallLines(three, ['hnsw', 'qg', 'naive'], 78, {}, 0, rival));
  expect(of('qg')).toMatch(/× qg.*0\.95 .* 0\.50×/s);
  expect(of('mine')).toMatch(/× naive.*0\.95 .* 22\.8×/s);
});

/** hnsw at settings that were found for a recall; the last of them is judged a little below it. */
const operating = [
  ...points.filter(({ impl }) => impl === 'naive'),
  ...(
    [
      [0.9, 0.9012, 33_870],
      [0.95, 0.9526, 21_430],
      [0.97, 0.9713, 15_000],
      [0.999, 0.9987, 3310],
    ] as const
  ).map(([target_recall, recall, qps]) => ({ ...(points[1] as Point), impl: 'hnsw', target_recall, recall, qps })),
];

test('speeds at settings found for a recall are marked, the others are read between; each of those recalls has a row', () => {
  expect(plainText(atRecallLines(operating, ['hnsw', 'naive'], 78))).toMatchInlineSnapshot(`
    "at recall        ● hnsw      ◆ naive   × naive        from–to
    0.90           ✓ 33,870        1,042     32.5×      24.5–43.2
    0.95           ✓ 21,430        1,042     20.6×      15.5–27.3
    0.97           ✓ 15,000        1,042     14.4×      10.8–19.1
    0.99              8,922        1,042     8.56×      6.44–11.4
    0.999           ! 3,310        1,042     3.18×      2.39–4.22"
  `);
});

test('of a run that was billed the price of the fastest stands beside it, with as much more as there is room for', () => {
  const [head, row] = [0, 2].map(
    n => (columns: number) => plainText([atRecallLines(operating, ['hnsw', 'naive'], columns, {}, 1.8)[n] ?? []]),
  );
  expect(head?.(118)).toMatch(/× naive +from–to +\$ per 1M +QP\$$/);
  expect(row?.(118)).toMatch(/^0\.95 .*✓ 21,430 .* \$0\.0233 +42,860$/);
  expect(head?.(78)).toMatch(/× naive +from–to +\$ per 1M$/);
  expect(head?.(58)).toMatch(/× naive$/);
  for (const columns of [118, 78, 58])
    for (const line of atRecallLines(operating, ['hnsw', 'naive'], columns, {}, 1.8)) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  expect(plainText(atRecallLines(operating, ['hnsw', 'naive'], 118))).not.toContain('$');
});
