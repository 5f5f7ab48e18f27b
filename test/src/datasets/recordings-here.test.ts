import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogue, datasetBytes, datasetFor, findDataset } from '../../../src/datasets/catalogue.ts';
import { lookAt } from '../../../src/datasets/look.ts';
import { recordingsHere } from '../../../src/datasets/recordings-here.ts';
import { inventory } from '../../screens/support/recordings.ts';

let [folder, own] = ['', ''];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-data-'));
  own = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-own-'));
});

afterEach(() => {
  for (const one of [folder, own]) rmSync(one, { recursive: true, force: true });
});

const write = (file: string, content: unknown): void =>
  writeFileSync(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));

const stamp = (changes: object = {}) => ({
  name: 'my-eeg',
  of: 'recordings',
  folder: own,
  bytes: 9,
  source: 'folder',
  inventory,
  ...changes,
});

const recordings = (changes: object = {}) => ({
  v: 1,
  notices: [['no-description', 'has no description', '/x', 0]],
  recordings: [{ id: 'a', edf: 'sub/a.edf', bytes: 9, notices: [['bad-date', 'have a bad date', '/x/a.edf', 3]], ...changes }],
});

/** A person's own folder, with one file in it. */
const registered = (): void => {
  mkdirSync(path.join(own, 'sub'));
  writeFileSync(path.join(own, 'sub', 'a.edf'), '123456789');
  write('my-eeg.json', stamp());
  write('my-eeg.recordings.json', recordings());
};

const begin = (name: string): string => {
  const at = path.join(folder, name);
  mkdirSync(at, { recursive: true });
  return at;
};

test('what was fetched so far is partial', () => {
  expect(recordingsHere(folder, 'chb-mit')).toMatchObject({ state: 'absent', bytesHere: 0 });
  writeFileSync(path.join(begin('chb-mit.fetch/files'), 'a.zip'), '12345');
  writeFileSync(path.join(begin('chb-mit/sub-01'), 'a.edf'), '123');
  expect(recordingsHere(folder, 'chb-mit')).toMatchObject({ state: 'partial', bytesHere: 8 });
  expect(datasetBytes(folder)).toBe(8);
});

test.each<readonly [string, unknown]>([
  ['a torn stamp', '{"of":"recordings"'],
  ['a stamp of another kind', { name: 'my-eeg', bytes: 9, train: [1, 2], test: [1, 2] }],
  ['an inventory of another version', stamp({ inventory: { ...inventory, v: 2 } })],
  ['an inventory that lacks something', stamp({ inventory: { ...inventory, splits: undefined } })],
])('%s is none', (_what, content) => {
  write('my-eeg.json', content);
  expect(recordingsHere(folder, 'my-eeg')).toMatchObject({ state: 'absent' });
});

test('a folder of one’s own stands behind the catalogue, with what its inventory says', async () => {
  registered();
  const found = (await catalogue(folder)).find(({ name }) => name === 'my-eeg');
  expect(found).toMatchObject({
    of: 'recordings',
    own: true,
    title: `Your own, in ${own}`,
    state: 'verified',
    bytesHere: 9,
    folder: own,
    patients: 675,
    recordings: 7364,
    layout: 'tusz',
  });
  expect(await findDataset('my-eeg', folder)).toMatchObject({ of: 'recordings', own: true });
  expect(await lookAt('my-eeg', folder)).toMatchObject({
    changed: undefined,
    notices: [
      { kind: 'bad-date', file: '/x/a.edf', line: 3 },
      { kind: 'no-description', line: 0 },
    ],
  });
});

test('a folder that went, and files that changed, are told', async () => {
  registered();
  writeFileSync(path.join(own, 'sub', 'a.edf'), '12345');
  expect((await lookAt('my-eeg', folder)).changed).toBe('1 EDF file changed, or went, since its inventory was taken');
  write('my-eeg.recordings.json', '{');
  expect((await lookAt('my-eeg', folder)).changed).toMatch(/cannot be read/);
  rmSync(own, { recursive: true });
  expect(recordingsHere(folder, 'my-eeg')).toMatchObject({ state: 'absent', lost: `its folder ${own} is gone` });
});

test('a name for one’s own recordings', async () => {
  expect(await datasetFor('new', 'recordings', folder)).toMatchObject({ of: 'recordings', own: true, recordings: 0 });
  expect(await datasetFor('tusz', 'recordings', folder)).toMatchObject({ of: 'recordings', layout: 'tusz' });
  expect(await datasetFor('quick', 'recordings', folder)).toMatchObject({ of: 'vectors' });
});
