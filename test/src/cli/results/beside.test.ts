/** Which of a run's folders on the volume are fetched: its own, or those of its parts until it is done. */
import { expect, test } from 'vitest';
import { beside } from '../../../../src/cli/results/fetch.ts';
import { ownFolder } from '../../../../src/cli/results/own-folder.ts';
import type { VolumeEntry } from '../../../../src/modal-client/types.ts';
import { paidState } from '../../../support/training.ts';

const run = 'train-abc234';
const own = ownFolder(run, '/got');
const entries = (...files: readonly string[]): readonly VolumeEntry[] =>
  files.map(file => ({ path: `runs/${run}/${file}`, type: 'file', bytes: 1, modified: 0 }));
const wanted = (live: boolean, ...files: readonly string[]) =>
  beside(paidState(run, { live }), entries(...files), own).map(({ from, to }) => `${from.replace(`runs/${run}/`, '')} → ${to}`);

const part = ['parts/w1/checkpoints/seed-0/best/card.json', 'parts/w2/checkpoints/seed-1/best/card.json', 'parts/w1/log'];

test('until it is done, what its parts have', () => {
  for (const live of [true, false])
    expect(wanted(live, ...part)).toEqual(['parts/w1/checkpoints → /got/checkpoints', 'parts/w2/checkpoints → /got/checkpoints']);
  expect(wanted(false)).toEqual([]);
});

test('then its own', () => {
  const end = ['checkpoints/seed-0/best/card.json', 'predictions/a.tsv', 'results.json'];
  expect(wanted(false, 'parts/w1/log', ...end)).toEqual([
    'results.json → /got',
    'checkpoints → /got/checkpoints',
    'predictions → /got/predictions',
  ]);
});
