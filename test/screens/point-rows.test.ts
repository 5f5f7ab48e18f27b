import { expect, test } from 'vitest';
import { pointList, varyingParams } from '../../screens/point-rows.ts';
import { points } from './support/states.ts';

const [first = points[1]] = points.slice(1);
const of = (impl: string, params: Record<string, number>) => ({ ...(first as NonNullable<typeof first>), impl, params });
const sweep = [
  of('hnsw', { M: 8, efConstruction: 100, efSearch: 10 }),
  of('hnsw', { M: 8, efConstruction: 100, efSearch: 20 }),
  of('hnsw', { M: 16, efConstruction: 100, efSearch: 10 }),
  of('tree', { leaf: 5 }),
  of('tree', { leaf: 9 }),
  of('naive', {}),
];
const text = (line: unknown): string =>
  Array.isArray(line) ? line.map(text).join('') : typeof line === 'string' ? line : (line as { text: string }).text;

test('what differs is told in the order in which points have it', () => {
  expect([...varyingParams(sweep)]).toEqual(['M', 'efSearch', 'leaf']);
  expect([...varyingParams(sweep.slice(2, 4))]).toEqual([]);
});

test('where names do not fit, each value stands below its own', () => {
  const { head, rows } = pointList(sweep, ['hnsw', 'tree', 'naive'], 42);
  expect(text(head)).toMatch(/^point +M efSearch leaf +recall/);
  expect(rows.map(row => text(row).replace(/^\S+ /, '').split(/ {2,}/).slice(0, 2))).toEqual([
    ['hnsw', '8 10 –'],
    ['hnsw', '8 20 –'],
    ['hnsw', '16 10 –'],
    ['tree', '– – 5'],
    ['tree', '– – 9'],
    ['naive', '0.8123'],
  ]);
});
