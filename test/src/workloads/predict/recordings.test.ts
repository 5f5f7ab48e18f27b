/** Which files are meant, what their tables are called, how long they are, and which are none. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordingsOf } from '../../../../src/workloads/predict/recordings.ts';
import { writeEdf } from '../../../support/predict.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-edfs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
const found = (...edfs: readonly string[]) => recordingsOf(edfs, 'ann-tui predict --help');

test('a file as it is named; of a folder all below it, in the tree that they stand in', () => {
  writeEdf(at('bids/sub-2/b_eeg.EDF'));
  writeEdf(at('bids/sub-1/a_eeg.edf'));
  writeEdf(at('bids/.hidden/c.edf'));
  writeFileSync(at('bids/notes.txt'), '');
  symlinkSync(at('bids'), at('bids/sub-1/up'));
  const single = writeEdf(at('ni\u001b[31mght'));
  expect(found(single, at('bids')).map(({ name, tsv, bytes, seconds }) => [name, tsv, bytes, seconds])).toEqual([
    [expect.not.stringContaining('\u001b'), 'ni\u001b[31mght_events.tsv', 1_000_000, 1200],
    ['a_eeg.edf', 'sub-1/a_events.tsv', 1_000_000, 1200],
    ['b_eeg.EDF', 'sub-2/b_events.tsv', 1_000_000, 1200],
  ]);
});

test('two of one name are told apart by their folders; two that would leave one table are refused', () => {
  writeEdf(at('all/x/night.edf'));
  writeEdf(at('all/y/night.edf'));
  expect(found(at('all')).map(({ name }) => name)).toEqual(['x/night.edf', 'y/night.edf']);
  expect(() => found(at('all/x/night.edf'), at('all/y/night.edf'))).toThrowError(/would both leave night_events\.tsv/);
});

test('a header that does not say how long it is, or says what cannot be, is reckoned by its size', () => {
  writeEdf(at('a.edf'), '-1');
  writeEdf(at('b.edf'), '99999999', '1000');
  expect(found(at('a.edf'), at('b.edf')).map(({ seconds }) => Math.round(seconds))).toEqual([98, 98]);
});

test.each([
  ['nowhere.edf', () => undefined, 'is not there'],
  ['empty', () => mkdirSync(at('empty')), 'has nothing to predict'],
  ['short.edf', () => writeFileSync(at('short.edf'), '0'), 'is no EDF file'],
  ['text.edf', () => writeFileSync(at('text.edf'), 'x'.repeat(300)), 'is no EDF file'],
  ['packed.edf', () => writeFileSync(at('packed.edf'), Buffer.from([0x1f, 0x8b, 0, 0])), 'is no EDF file'],
])('%s is refused before anything is sent', (name, write, what) => {
  write();
  expect(() => found(at(name))).toThrowError(what);
});
