import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kindOfSource, requireSourceOf } from '../../../src/datasets/source-kind.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-kind-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const put = (file: string): string => {
  const at = path.join(folder, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, '');
  return at;
};

test.each([
  ['deep/below/here/A.EDF', 'recordings'],
  ['dataset_description.json', 'recordings'],
  ['train-images-idx3-ubyte.gz', 'vectors'],
])('a folder with %s is of %s', (file, kind) => {
  put(file);
  expect(kindOfSource('mine', folder)).toBe(kind);
});

test('a link to a folder is followed, but not in a circle', () => {
  symlinkSync(folder, path.join(folder, 'loop'));
  expect(() => kindOfSource('mine', folder)).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ hint: 'ann-tui sync mine --from FOLDER' }) }),
  );
  const patient = path.dirname(put('patient/x.edf'));
  const links = path.dirname(put('links/README'));
  symlinkSync(patient, path.join(links, 'p1'));
  symlinkSync('/nowhere', path.join(links, 'p0'));
  expect(kindOfSource('mine', links)).toBe('recordings');
});

test('a file is of vectors; a single recording is taken by its folder', () => {
  expect(kindOfSource('mine', put('a.npy'))).toBe('vectors');
  expect(() => kindOfSource('mine', put('a b/x.edf'))).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ hint: `ann-tui sync mine --from '${path.join(folder, 'a b')}'` }) }),
  );
});

test('what a name promises', () => {
  const file = put('a.npy');
  expect(() => requireSourceOf({ name: 'tusz', of: 'recordings' }, folder)).toThrow(/holds no recordings and no vectors.*no EDF file/s);
  put('x.edf');
  requireSourceOf({ name: 'tusz', of: 'recordings' }, folder);
  requireSourceOf({ name: 'mine', of: 'vectors' }, file);
  requireSourceOf({ name: 'mine', of: 'vectors' }, 'https://x/y.hdf5');
  expect(() => requireSourceOf({ name: 'sift-128-euclidean', of: 'vectors' }, folder)).toThrow(
    /sift-128-euclidean is a dataset of vectors/,
  );
  expect(() => requireSourceOf({ name: 'tusz', of: 'recordings' }, path.join(folder, 'nothing'))).toThrow(/There is no file/);
});
