import { expect, test } from 'vitest';
import type { VectorsInfo } from '../../../src/datasets/dataset-info.ts';
import { needsWords } from '../../../src/datasets/needs.ts';
import type { VolumeDatasets } from '../../../src/datasets/places.ts';

const info = (name: string, more: Partial<VectorsInfo> = {}): VectorsInfo => ({
  of: 'vectors',
  name,
  title: name,
  distance: 'euclidean',
  dimension: 96,
  train: 1000,
  queries: 10,
  bytes: 3_800_000_000,
  url: `https://example.org/${name}.hdf5`,
  state: 'absent',
  bytesHere: 0,
  ...more,
});
const gist = info('gist-960-euclidean');
const sift = info('sift-128-euclidean', { bytes: 525_000_000 });
const quick = info('quick', { url: null, made: true, bytes: 16_600_000 });
const mine = info('mine', { url: null, own: true, state: 'verified', bytes: 2_000_000_000 });

const there = (...names: readonly string[]): VolumeDatasets => ({
  state: 'ready',
  volume: 'ann-datasets',
  datasets: new Map(names.map(name => [name, { state: 'verified', bytes: 1 }])),
  storage: { gibMonth: 0.09, freeGiB: 1024 },
});

test.each([
  [[gist], there(), '3.8 GB to fetch there first, once, in billed time'],
  [[gist], undefined, '3.8 GB to fetch there first, where they are missing'],
  [[gist], there('gist-960-euclidean'), 'on Modal already, verified'],
  [[gist, sift], there('gist-960-euclidean'), '525 MB to fetch there first, once, in billed time'],
  [[quick], there(), 'made there in seconds'],
  [[gist, quick], there(), '3.8 GB to fetch there first, once, in billed time; the rest is made there in seconds'],
  [[mine], undefined, '2.0 GB to upload from here before, if they are not there'],
  [[], undefined, ''],
])('%#', (datasets, volume, words) => expect(needsWords(datasets, volume)).toBe(words));
