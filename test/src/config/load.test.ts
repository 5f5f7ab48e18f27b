/** The package's own configs are valid and say what they should; a person's copy takes their place. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDatasets, ofKind } from '../../../src/config/datasets.ts';
import { loadHardware } from '../../../src/config/hardware.ts';
import { loadModal } from '../../../src/config/modal.ts';
import { loadPrices } from '../../../src/config/prices.ts';
import { didYouMean, nearest } from '../../../src/text/nearest.ts';
import { packageRoot } from '../../../src/util/paths.ts';
import { loadBenchmark } from '../../../src/workloads/bench/config.ts';
import { givenHome } from '../../support/home.ts';

const home = givenHome();

test('every GPU that is offered has a rate', async () => {
  const [rates, shapes] = [await loadPrices(), await loadHardware()];
  for (const { gpu } of shapes.value) if (gpu !== null) expect(Object.keys(rates.value.gpu)).toContain(gpu);
  expect(rates).toMatchObject({ own: false, shownAs: 'configs/prices.yaml' });
});

test('the defaults are the yardstick and the graph', async () => {
  const { value } = await loadBenchmark();
  expect(value.implementations.filter(entry => entry.default).map(entry => entry.name)).toEqual(['naive', 'hnsw', 'qg']);
  expect(value.k).toBe(10);
});

test('published files are fetched from one host, over TLS', async () => {
  for (const { name, url, bytes, dimension, train, queries } of ofKind((await loadDatasets()).value, 'vectors')) {
    if (url !== null) expect(url).toBe(`https://ann-benchmarks.com/${name}.hdf5`);
    // Vectors, and a hundred neighbours with their distances for each query.
    const vector = name.startsWith('coco-') ? 2 * dimension : 4 * dimension; // COCO's numbers are of half the size
    expect(bytes / (vector * (train + queries) + 800 * queries)).toBeCloseTo(1, 1);
  }
});

test('a dataset’s mirrors and checksum', async () => {
  const folder = path.join(home(), 'config');
  mkdirSync(folder);
  const entry = 'title: t, distance: angular, dimension: 3, train: 9, queries: 2, bytes: 99, url: https://a/b.hdf5';
  const write = (more: string) => writeFileSync(path.join(folder, 'datasets.yaml'), `datasets: {x: {${entry}, ${more}}}\n`);
  write(`mirrors: [https://c/b.hdf5], sha256: ${'ab'.repeat(32)}`);
  expect((await loadDatasets()).value).toMatchObject([{ name: 'x', mirrors: ['https://c/b.hdf5'], sha256: 'ab'.repeat(32) }]);
  write('sha256: short');
  await expect(loadDatasets()).rejects.toThrow(/sha256/);
  write('mirrors: [ftp://c]');
  await expect(loadDatasets()).rejects.toThrow(/mirrors/);
});

test('recordings: from a record, made, or given', async () => {
  const recordings = ofKind((await loadDatasets()).value, 'recordings');
  expect(recordings.map(({ name, url, made }) => [name, url, made === true])).toEqual([
    ['synthetic-seizures', null, true],
    ['chb-mit', 'https://zenodo.org/records/10259996', false],
    ['siena', 'https://zenodo.org/records/10640762', false],
    ['tusz', null, false],
    ['seizeit1', null, false],
  ]);
  const folder = path.join(home(), 'config');
  mkdirSync(folder);
  const vectors = 'datasets: {x: {title: t, distance: angular, dimension: 3, train: 9, queries: 2, bytes: 99, url: null}}\n';
  const write = (name: string, url: string) =>
    writeFileSync(
      path.join(folder, 'datasets.yaml'),
      `${vectors}recordings: {${name}: {title: t, licence: l, version: "1", layout: bids, url: ${url}}}\n`,
    );
  write('mine', 'http://127.0.0.1:8/records/7');
  expect((await loadDatasets()).value[1]).toMatchObject({ of: 'recordings', name: 'mine', patients: 0, bytes: 0 });
  write('mine', 'https://zenodo.org/record');
  await expect(loadDatasets()).rejects.toThrow(/recordings\.mine\.url is not valid/);
  write('x', 'null');
  await expect(loadDatasets()).rejects.toThrow(/recordings\.x is not valid.*datasets has that name/s);
});

test('the own copy is read, and its errors name it', async () => {
  const folder = path.join(home(), 'config');
  mkdirSync(folder);
  const copy = path.join(folder, 'benchmark.yaml');
  writeFileSync(copy, 'k: 3\nrepeats: 1\nseed: 7\nimplementations: {naive: {default: true}}\n');
  expect(await loadBenchmark()).toMatchObject({ value: { k: 3, seed: 7 }, file: copy, shownAs: copy, own: true });
  writeFileSync(copy, 'k: 3\nrepeats: often\n');
  await expect(loadBenchmark()).rejects.toThrow(`${copy}:2: repeats`);
});

test.each([
  ['bnech', 'bench'],
  ['hsnw', 'hnsw'],
  ['gist', 'gist-960-euclidean'],
  ['BENCH', 'bench'],
  ['zzz', undefined],
  ['x'.repeat(500), undefined],
  ['', undefined],
])('did you mean: %s', (word, meant) => {
  expect(nearest(word, ['bench', 'hnsw', 'gist-960-euclidean'])).toBe(meant);
  expect(didYouMean(word, ['bench', 'hnsw', 'gist-960-euclidean'])).toBe(meant === undefined ? '' : `did you mean "${meant}"? `);
});

describe('how Modal is used', () => {
  const own = (more: string): void => {
    mkdirSync(path.join(home(), 'config'));
    const text = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
    writeFileSync(path.join(home(), 'config/modal.yaml'), `${text}\n${more}\n`);
  };

  test.each([
    ['bucket: my-bucket', { bucket: 'my-bucket', prefix: '', secret: 'aws-s3-secret', endpoint: null }],
    ['bucket: my-bucket, prefix: a/b', { bucket: 'my-bucket', prefix: 'a/b/', secret: 'aws-s3-secret', endpoint: null }],
    ['bucket: my-bucket, prefix: a/, secret: null', { bucket: 'my-bucket', prefix: 'a/', secret: null, endpoint: null }],
    [
      'bucket: my.bucket, secret: r2, endpoint: "https://x.r2.cloudflarestorage.com"',
      { bucket: 'my.bucket', prefix: '', secret: 'r2', endpoint: 'https://x.r2.cloudflarestorage.com' },
    ],
  ])('a bucket of data: %s', async (words, bucket) => {
    own(`buckets:\n  datasets: { ${words} }`);
    expect((await loadModal()).value.buckets).toEqual({ datasets: bucket });
  });

  test('a bucket of recordings stands beside it', async () => {
    own('buckets:\n  recordings: { bucket: my-eeg, prefix: corpora }');
    const recordings = { bucket: 'my-eeg', prefix: 'corpora/', secret: 'aws-s3-secret', endpoint: null };
    expect((await loadModal()).value.buckets).toEqual({ recordings });
  });

  test.each([
    ['an address for a name', 'bucket: "s3://my-bucket"', /buckets\.datasets\.bucket is not valid.*without s3:\/\//],
    ['a slash in front', 'bucket: b-1, prefix: /data', /prefix is not valid.*without a slash in front/],
    ['a secret that can be none', 'bucket: b-1, secret: "a b"', /secret is not valid.*null for a public bucket/],
    ['an address with a password in it', 'bucket: b-1, endpoint: "https://me:pw@host"', /endpoint is not valid/],
    ['a word that is none', 'bucket: b-1, key: x', /key/],
    ['no bucket', 'prefix: a/', /bucket/],
  ])('a bucket of data, %s: told by its line', async (_name, words, error) => {
    own(`buckets:\n  datasets: { ${words} }`);
    await expect(loadModal()).rejects.toThrow(error);
    await expect(loadModal()).rejects.toThrow(/modal\.yaml:\d+/);
  });

  test('two volumes, a word of control, a small coordinator, and the client that set-up installs', async () => {
    const { value, shownAs } = await loadModal();
    expect(shownAs).toBe('configs/modal.yaml');
    expect(value).toEqual({
      client: { version: '1.6.4', from: '1.5.4', below: '1.7' },
      volumes: { datasets: 'ann-datasets', results: 'ann-results' },
      control: 'ann-tui-control',
      coordinator: { cores: 0.5, memoryGiB: 1 },
      preparer: { cores: 4, memoryGiB: 8, containers: 4 },
      gpuPatience: 600,
      longestCall: 86_400,
      startupTimeout: 900,
    });
  });

  test.each([
    [
      'a version outside its own range',
      'version: "1.6.4"',
      'version: "1.7.1"',
      /client.version is not valid.*1\.5\.4 or newer, below 1\.7/,
    ],
    ['a version that YAML takes for a number', 'below: "1.7"', 'below: 1.7', /below is not valid.*in quotes/],
    ['one volume for both', 'results: ann-results', 'results: ann-datasets', /must be two volumes/],
    ['a name that Modal refuses', 'control: ann-tui-control', 'control: "a b"', /control is not valid/],
  ])('%s is told', async (_name, from, to, error) => {
    const folder = path.join(home(), 'config');
    mkdirSync(folder);
    const text = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
    expect(text).toContain(from);
    writeFileSync(path.join(folder, 'modal.yaml'), text.replace(from, to));
    await expect(loadModal()).rejects.toThrow(error);
  });
});
