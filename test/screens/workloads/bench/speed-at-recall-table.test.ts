import { expect, test } from 'vitest';
import { plainText } from '../../../../screens/app/text.ts';
import { atRecallLines } from '../../../../screens/workloads/bench/speed-at-recall-table.ts';
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
  expect(plainText([head ?? []])).toMatch(/^at recall +● hnsw +■ tree +◆ naive +× naive/);
});
