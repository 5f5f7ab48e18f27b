import { expect, test } from 'vitest';
import { pointList, pointTable } from '../../../../screens/workloads/bench/point-rows.ts';
import { varyingParams } from '../../../../screens/workloads/bench/point-settings.ts';
import { points } from '../../support/states.ts';

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
  const lines = pointList(sweep, ['hnsw', 'tree', 'naive']).lines(42);
  expect(lines.map(line => text(line).slice(9, 24).trimEnd())).toEqual([
    'M efSearch leaf',
    '8 10 –',
    '8 20 –',
    '16 10 –',
    '– – 5',
    '– – 9',
    '',
  ]);
});

test('with room for it, right below', () => {
  const builds = [60, 100].map(efConstruction => of('hnsw', { M: 16, efConstruction, efSearch: 40 }));
  const { head, rows } = pointTable([...builds, of('hnsw', { M: 8, efConstruction: 60, efSearch: 160 })], ['hnsw'], 58);
  expect([head, ...rows].map(text)).toEqual([
    'impl    M  efConstruction efSearch       recall        QPS',
    expect.stringMatching(/^● hnsw {2}16 60 {13}40 {8}/),
    expect.stringMatching(/^● hnsw {2}16 100 {12}40 {8}/),
    expect.stringMatching(/^● hnsw {2}8 {2}60 {13}160 {7}/),
  ]);
});

test('no width hides what tells two points apart', () => {
  const alike = sweep.slice(0, 3);
  for (let columns = 44; columns <= 120; columns++) {
    for (const rows of [pointTable(alike, ['hnsw'], columns).rows, pointList(alike, ['hnsw']).lines(columns).slice(1)])
      expect(new Set(rows.map(text)).size, `${columns} columns`).toBe(3);
  }
});

test('one point alone keeps its parameters, cut where they must be', () => {
  const { head, rows } = pointTable(sweep.slice(0, 1), ['hnsw'], 50);
  expect(text(head)).toContain('parameters');
  expect(text(rows[0])).toMatch(/hnsw +M=8 efConstruction=100…/);
});

test('the columns that a list asks for cut no value', () => {
  const grid = [8, 16].flatMap(M => [60, 120].map(efConstruction => of('hnsw', { M, efConstruction, efSearch: 160 })));
  const { least, lines } = pointList(grid, ['hnsw']);
  const rows = (columns: number) => lines(columns).slice(1).map(text).join('\n');
  expect(rows(least)).not.toContain('…');
  expect(rows(least - 1)).toContain('…');
});

test('rows that have scrolled away are counted in the heading, and push nothing aside', () => {
  const [head] = pointList(sweep, ['hnsw', 'tree', 'naive']).lines(46, 12);
  expect(text(head)).toMatch(/^↑ 12 .* recall +QPS$/);
});

test('what only a first pass says has an ellipsis for the mark of its series', () => {
  const [, one, other] = pointList(
    [...sweep.slice(0, 1), { ...of('hnsw', { M: 8, efSearch: 20 }), provisional: true as const }],
    ['hnsw'],
  ).lines(46);
  expect(text(one)).toMatch(/^● hnsw/);
  expect(text(other)).toMatch(/^… hnsw/);
});

test('what only some implementations tell has columns of its own, where one of them is there', () => {
  const plain = pointTable(sweep, ['hnsw', 'tree', 'naive'], 140);
  expect(text(plain.head)).not.toMatch(/kB\/query|limit/);
  const [one = first, ...others] = sweep;
  const { head, rows } = pointTable(
    [{ ...(one as NonNullable<typeof one>), query_bytes: 14_336, limit_share: 0.41 }, ...others],
    ['hnsw'],
    140,
  );
  expect(text(head)).toMatch(/kB\/query +limit$/);
  expect(text(rows[0])).toMatch(/ 14\.3 +41 %$/);
  expect(text(rows[1])).toMatch(/ – +–$/);
});
