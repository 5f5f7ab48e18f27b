import { expect, test } from 'vitest';
import { recordingsTable } from '../../../../src/cli/text/dataset-tables.ts';
import { datasetDetail, warningLines } from '../../../../src/cli/text/inventory-lines.ts';
import type { RecordingsInfo } from '../../../../src/datasets/dataset-info.ts';
import { chbMit, inventory, madeHere, tusz } from '../../../screens/support/recordings.ts';

const detail = (info: RecordingsInfo, changed?: string): string =>
  datasetDetail({ info, free: 65_000_000_000, prepareSeconds: 7800, changed, notices: [] }).join('\n');

test('what is in a corpus', () => {
  expect(detail(tusz)).toMatchInlineSnapshot(`
    "tusz: TUH seizure corpus · v2.0.3 · own access · tusz
    In /data/tusz; read from headers and annotations, nothing decoded

      split  patients  recordings  hours  seizures  seizure hours  montage       rates
      train       579       4,667    910     2,474           48.7  19 · average  250–1000 Hz
      dev          53       1,832    435     1,075           20.1  19 · average  250–512 Hz
      test         43         865    128       469            7.9  19 · average  250–512 Hz

    ! 251 lack Fz and Pz: interpolated (the first: /data/tusz/edf/train/aaaaaaaa/a_s001_t000.edf)
    ! 3 annotate less than their recording (the first: /data/tusz/edf/dev/aaaaaaaa/b_s001_t000.csv_bi:7)
    splits share no patient ✓    store 51.6 GB (19 · average) or 48.9 GB (18 · bipolar), 65.0 GB free here    prepare ≈ 2h 10m here"
  `);
});

test('what keeps it from being used, with the command that decides', () => {
  const errors = [
    { what: 'the training split has no seizure', why: 'none of its 4,667 recordings has one', hint: 'are the annotations there?' },
    { what: 'a.edf cannot be used', why: 'it has no annotation', hint: 'put it there: ann-tui sync tusz --unlabelled' },
  ];
  const said = detail({ ...tusz, folder: '/data/my eeg', inventory: { ...inventory, errors } });
  expect(said).toContain('✗ the training split has no seizure: none of its 4,667 recordings has one\n    are the annotations there?');
  expect(said).toContain('✗ a.edf cannot be used: it has no annotation\n    put it there: ann-tui sync tusz --unlabelled');
  expect(said).not.toContain('share no patient');
});

test('what is not here: what it will be, or where it was', () => {
  expect(detail(madeHere)).toMatch(/synthetic\nIt is not here yet\.\nIt will be 180 recordings of 180 patients, 7\.5 h, about 264 MB\./);
  expect(detail(chbMit)).toMatch(
    /about 664 recordings of 23 patients, 982 h, about 42\.0 GB\.\nTo have it here: ann-tui sync chb-mit\nbipolar/,
  );
  const { inventory: _inventory, ...absent } = tusz;
  expect(detail({ ...absent, state: 'absent', bytes: 0 })).toMatch(/To take it from a folder: ann-tui sync tusz --from FOLDER/);
  expect(detail({ ...tusz, state: 'absent', lost: 'its folder /data/tusz is gone' })).toMatch(
    /! its folder \/data\/tusz is gone: ann-tui sync/,
  );
  expect(detail({ ...chbMit, state: 'partial', bytesHere: 5e9 })).toMatch(/Only 5\.0 GB of it is here/);
  expect(detail(tusz, '3 EDF files changed')).toMatch(/! 3 EDF files changed: ann-tui sync tusz looks again/);
});

test('what is rough is marked in the table', () => {
  const broken = { ...tusz, name: 'mine', own: true, inventory: { ...inventory, errors: [{ what: 'a', why: 'b' }] } };
  expect(recordingsTable([madeHere, chbMit, tusz, broken]).join('\n')).toMatchInlineSnapshot(`
    "dataset             patients  recordings  hours  seizures      size  here
    synthetic-seizures       180         180    7.5         –   ≈264 MB  absent
    chb-mit                  ≈23        ≈664   ≈982         –  ≈42.0 GB  absent
    tusz                     675       7,364  1,473     4,018   81.0 GB  verified
    mine                     675       7,364  1,473     4,018   81.0 GB  verified, yours, ! not usable"
  `);
});

test('every place of a warning', () => {
  const at = (file: string, line: number) => ({ kind: 'k', says: 'are odd', file, line });
  expect(warningLines([at('a.edf', 0), at('b.csv', 7)])).toEqual(['', '! 2 are odd', '    a.edf', '    b.csv:7']);
});
