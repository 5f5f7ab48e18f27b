/** Which of a run's folders on the volume are fetched: those of its end, or of its parts as long as it goes on. */
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

test('while it goes on, what its parts have', () => {
  expect(wanted(true, ...part)).toEqual(['parts/w1/checkpoints → /got/checkpoints', 'parts/w2/checkpoints → /got/checkpoints']);
  // What an earlier attempt put together is older.
  expect(wanted(true, ...part, 'checkpoints/seed-0/best/card.json')).toHaveLength(2);
});

test('at its end what was put together; where it was not, the parts’', () => {
  const end = ['checkpoints/seed-0/best/card.json', 'predictions/a.tsv', 'results.json'];
  expect(wanted(false, ...part, ...end)).toEqual([
    'results.json → /got',
    'checkpoints → /got/checkpoints',
    'predictions → /got/predictions',
  ]);
  expect(wanted(false, ...part)).toHaveLength(2);
  expect(wanted(false)).toEqual([]);
});
