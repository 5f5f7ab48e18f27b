/** Datasets of recordings as tests see them. Their figures are invented. */
import type { RecordingsInfo } from '../../../src/datasets/dataset-info.ts';
import type { InventorySummary } from '../../../src/datasets/inventory.ts';

const split = (name: string, patients: number, recordings: number, hours: number, seizures: number, seizure_hours: number) => ({
  split: name,
  patients,
  recordings,
  hours,
  seizures,
  seizure_hours,
  rates: name === 'train' ? [250, 256, 1000] : [250, 512],
  kinds: { sz: seizures },
});

export const inventory: InventorySummary = {
  v: 1,
  layout: 'tusz',
  version: 'v2.0.3',
  licence: 'own access',
  synthetic: false,
  split_hash: '0123456789abcdef',
  splits: [
    split('train', 579, 4667, 910.1, 2474, 48.7),
    split('dev', 53, 1832, 435.2, 1075, 20.1),
    split('test', 43, 865, 127.6, 469, 7.9),
  ],
  montages: ['referential', 'bipolar'],
  store_bytes: { referential: 51_600_000_000, bipolar: 48_900_000_000 },
  notices: [
    { kind: 'interpolated', says: 'lack Fz and Pz: interpolated', count: 251, first: '/data/tusz/edf/train/aaaaaaaa/a_s001_t000.edf' },
    { kind: 'uncovered', says: 'annotate less than their recording', count: 3, first: '/data/tusz/edf/dev/aaaaaaaa/b_s001_t000.csv_bi:7' },
  ],
  errors: [],
};

export const tusz: RecordingsInfo = {
  of: 'recordings',
  name: 'tusz',
  title: 'TUH seizure corpus',
  licence: 'own access',
  version: 'v2.0.3',
  layout: 'tusz',
  patients: 675,
  recordings: 7364,
  hours: 1472.9,
  bytes: 81_000_000_000,
  url: null,
  state: 'verified',
  bytesHere: 81_000_000_000,
  folder: '/data/tusz',
  inventory,
};

export const chbMit: RecordingsInfo = {
  of: 'recordings',
  name: 'chb-mit',
  title: 'CHB-MIT, children with intractable seizures',
  licence: 'ODC-By-1.0',
  version: 'v1.0.0',
  layout: 'bids',
  patients: 23,
  recordings: 664,
  hours: 982,
  bytes: 42_000_000_000,
  url: 'https://zenodo.org/records/10259996',
  note: 'bipolar only: the 18-channel montage',
  state: 'absent',
  bytesHere: 0,
};

export const madeHere: RecordingsInfo = {
  of: 'recordings',
  name: 'synthetic-seizures',
  title: 'Synthetic patients, made here',
  licence: 'CC0-1.0',
  version: '1',
  layout: 'bids',
  patients: 180,
  recordings: 180,
  hours: 7.5,
  bytes: 264_000_000,
  url: null,
  made: true,
  state: 'absent',
  bytesHere: 0,
};
