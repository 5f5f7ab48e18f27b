import { expect, test } from 'vitest';
import { datasetLines, datasetRows } from '../../../screens/wizard/dataset-rows.ts';
import type { VectorsInfo } from '../../../src/datasets/dataset-info.ts';

const info: VectorsInfo = {
  of: 'vectors',
  name: 'mine',
  title: 'Your own, from my.npy',
  distance: 'euclidean',
  dimension: 8,
  train: 900,
  queries: 100,
  bytes: 30_000,
  url: null,
  own: true,
  state: 'verified',
  bytesHere: 30_000,
};

const textOf = (lines: readonly (readonly { readonly text: string }[])[]): string =>
  lines.map(line => line.map(({ text }) => text).join('')).join('\n');

test.each<readonly [string, Partial<VectorsInfo>, RegExp, RegExp]>([
  ['one of one’s own', {}, /900 × 8 .*✓ yours/, /900 vectors of 8 numbers, 100 queries/],
  ['begun', { train: 0, dimension: 0, queries: 0, state: 'partial' }, /– .*! partly here/, /from my\.npy: begun, not finished/],
  ['made here', { own: false, made: true, state: 'absent' }, /· to be made here/, /made on this machine/],
  ['from a file only', { own: false, state: 'absent' }, /· not here/, /made from a file that you have/],
])('%s', (_what, changes, row, lines) => {
  expect(textOf(datasetRows([{ ...info, ...changes }], 100))).toMatch(row);
  expect(textOf(datasetLines({ ...info, ...changes }, 100))).toMatch(lines);
});
