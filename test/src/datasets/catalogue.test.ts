import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogue, datasetBytes, datasetFor, findDataset, onDisk } from '../../../src/datasets/catalogue.ts';

const name = 'sift-128-euclidean';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-data-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (suffix: string, text: string): void => writeFileSync(path.join(folder, `${name}${suffix}`), text);
const stamp = (changes: object = {}): string =>
  JSON.stringify({
    name,
    file: `${name}.hdf5`,
    bytes: 10,
    sha256: 'ab',
    train: [900, 128],
    test: [90, 128],
    distance: 'euclidean',
    ...changes,
  });

const whole = 'x'.repeat(10);

test.each<readonly [string, Record<string, string>, string, number]>([
  ['nothing', {}, 'absent', 0],
  ['a part', { '.hdf5.part': 'xxx' }, 'partial', 3],
  ['a file that nobody verified', { '.hdf5': whole }, 'partial', 10],
  ['a stamp without its file', { '.json': stamp() }, 'absent', 0],
  ['file and stamp', { '.hdf5': whole, '.json': stamp() }, 'verified', 10],
  ['a file cut short after it was verified', { '.hdf5': 'x', '.json': stamp() }, 'partial', 1],
  ['a torn stamp', { '.hdf5': whole, '.json': '{"bytes":10' }, 'partial', 10],
  ['a stamp of another kind', { '.hdf5': whole, '.json': stamp({ train: 'many' }) }, 'partial', 10],
])('%s', (_what, files, state, bytesHere) => {
  for (const [suffix, text] of Object.entries(files)) write(suffix, text);
  expect(onDisk(folder, { of: 'vectors', name })).toMatchObject({ state, bytesHere });
});

test('a verified file corrects the catalogue', async () => {
  write('.hdf5', 'x'.repeat(10));
  write('.json', stamp());
  const list = await catalogue(folder);
  expect(list.find(entry => entry.name === name)).toMatchObject({ state: 'verified', train: 900, queries: 90, bytes: 10, bytesHere: 10 });
  expect(list.find(entry => entry.name === 'gist-960-euclidean')).toMatchObject({ state: 'absent', train: 1_000_000, bytesHere: 0 });
  expect(datasetBytes(folder)).toBe(10 + stamp().length);
});

test('a folder that is not there', async () => {
  expect((await catalogue('/no/such/folder')).every(({ state }) => state === 'absent')).toBe(true);
  expect(datasetBytes('/no/such/folder')).toBe(0);
});

test('a name that is not there', async () => {
  await expect(findDataset('sift')).rejects.toThrow(/did you mean "sift-128-euclidean"/);
});

test('datasets of one’s own stand behind the catalogue', async () => {
  writeFileSync(path.join(folder, 'mine.hdf5'), 'x'.repeat(10));
  writeFileSync(path.join(folder, 'mine.json'), stamp({ name: 'mine', file: 'mine.hdf5', source: 'file my.npy', distance: 'angular' }));
  writeFileSync(path.join(folder, 'begun.hdf5.part'), 'xx');
  writeFileSync(path.join(folder, 'begun.hdf5.part.json'), JSON.stringify({ from: { source: { path: '/a/b.fvecs' } } }));
  writeFileSync(path.join(folder, 'Not A Name.hdf5'), 'x');
  const own = (await catalogue(folder)).filter(entry => entry.own);
  expect(own).toMatchObject([
    { name: 'begun', title: 'Your own, from b.fvecs', state: 'partial', url: null, train: 0 },
    {
      name: 'mine',
      title: 'Your own, from my.npy',
      state: 'verified',
      url: null,
      train: 900,
      dimension: 128,
      queries: 90,
      distance: 'angular',
    },
  ]);
  expect(await findDataset('mine', folder)).toMatchObject({ name: 'mine', own: true });
});

test('a name for one’s own', async () => {
  expect(await datasetFor('new', 'vectors', folder)).toMatchObject({ name: 'new', own: true });
  expect(await datasetFor(name, 'vectors', folder)).toMatchObject({ dimension: 128 });
  for (const wrong of ['New', '../x', 'a..b', '', '-x'])
    await expect(datasetFor(wrong, 'vectors', folder)).rejects.toThrow(/cannot name a dataset/);
});
