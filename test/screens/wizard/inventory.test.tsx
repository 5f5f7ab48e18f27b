import { afterEach, expect, test } from 'vitest';
import { line, lineWidth } from '../../../screens/app/text.ts';
import { datasetLines, datasetRows } from '../../../screens/wizard/dataset-rows.ts';
import { inventoryPage } from '../../../screens/wizard/inventory-lines.ts';
import type { RecordingsInfo } from '../../../src/datasets/dataset-info.ts';
import type { OnVolume, VolumeDatasets } from '../../../src/datasets/places.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { chbMit, inventory, madeHere, tusz } from '../support/recordings.ts';

afterEach(cleanup);

const page = (info: RecordingsInfo, columns: number) =>
  inventoryPage({ info, free: 65_000_000_000, prepareSeconds: 7800, changed: undefined, notices: [] }, columns).map(line);

const textOf = (lines: readonly (readonly { readonly text: string }[])[]): string =>
  lines.map(spans => spans.map(({ text }) => text).join('')).join('\n');

const broken: RecordingsInfo = {
  ...tusz,
  inventory: {
    ...inventory,
    errors: [{ what: 'patient aaa is in two splits', why: 'in train: /data/a.edf; in dev: /data/b.edf', hint: 'move one of them' }],
  },
};

test.each([60, 80, 120])('an inventory in %i columns', columns => {
  for (const info of [tusz, broken, chbMit, madeHere])
    for (const spans of page(info, columns).slice(1)) expect(lineWidth(spans)).toBeLessThanOrEqual(columns);
  const text = textOf(page(tusz, columns));
  expect(text).toMatch(/train +579 +4,667 +910 +2,474/);
  expect(text).toMatch(/lack Fz and Pz: interpolated/);
  expect(text).toMatch(/splits share no patient/);
  // What has no column stands below.
  expect(text).toContain('19 · average');
  expect(text).toMatch(/250–1000 Hz/);
  expect(textOf(page(broken, columns))).toMatch(/✗ patient aaa is in two splits/);
  expect(textOf(page(broken, columns))).toMatch(/ {4}move one of them/);
  expect(textOf(page(broken, columns))).not.toMatch(/share no patient/);
  expect(textOf(page(madeHere, columns))).toMatch(/not here yet {2}synthetic/);
});

test.each<readonly [string, RecordingsInfo, RegExp, RegExp]>([
  ['made by the run', madeHere, /180 · 7\.5 h .*· to be made here/, /180 recordings of 180 patients, 7\.5 h/],
  ['to be fetched', chbMit, /664 · 982 h .*· not here/, /about 664 recordings of 23 patients, 982 h/],
  ['here', tusz, /7,364 · 1,473 h .*✓ here/, /7,364 recordings of 675 patients, 1,473 h, 4,018 seizures/],
  ['not usable', broken, /✗ not usable/, /patient aaa is in two splits: i says why/],
  ['gone', { ...tusz, state: 'absent', lost: 'its folder /x is gone' }, /! gone/, /its folder \/x is gone: y takes it/],
])('a row of recordings: %s', (_what, info, row, lines) => {
  for (const columns of [58, 78, 100, 118]) {
    for (const spans of datasetRows([info], columns)) expect(lineWidth(spans)).toBeLessThanOrEqual(columns);
  }
  expect(textOf(datasetRows([info], 100))).toMatch(row);
  expect(textOf(datasetLines(info, 100))).toMatch(lines);
});

test('recordings are brought to Modal before a run, or counted in a bucket there', () => {
  const storage = { gibMonth: 0.09, freeGiB: 1024 };
  const there = (datasets: readonly (readonly [string, OnVolume])[]): VolumeDatasets => ({
    state: 'ready',
    volume: 'ann-datasets',
    datasets: new Map(datasets),
    storage,
  });
  expect(textOf(datasetRows([tusz], 100, true))).toMatch(/\? Modal/);
  expect(textOf(datasetRows([tusz], 100, true, there([])))).toMatch(/! not yet there/);
  expect(textOf(datasetLines(tusz, 200, true, there([])))).toMatch(/enter brings it to the volume ann-datasets/);
  const lies = there([['tusz', { state: 'verified', bytes: 7e9, bucket: 's3://eeg/tusz' }]]);
  expect(textOf(datasetRows([tusz], 100, true, lies))).toMatch(/✓ on Modal/);
  expect(textOf(datasetLines(tusz, 200, true, lies))).toMatch(/taken in s3:\/\/eeg\/tusz, where it stays/);
  expect(textOf(datasetRows([madeHere], 100, true))).toMatch(/· made there/);
});

test('what is in a dataset of the list, its warnings, and on with it', async () => {
  const app = openApp();
  await app.waitFor('Benchmark an ANN');
  await app.press('e');
  await app.waitFor('On which channels');
  await app.press('enter', 'enter');
  await app.waitFor('✓ here');
  expect(app.frame()).not.toContain('quick');
  await app.press('j', 'j', 'i');
  await app.waitFor('What is in tusz?');
  await app.press('w');
  await app.waitFor('a_s001_t000.edf');
  await app.press('esc');
  await app.waitFor('splits share no patient');
  await app.press('enter');
  await app.waitFor('Ready to run?');
  await app.press('esc');
  await app.waitFor('splits share no patient');
  await app.press('esc');
  await app.waitFor('On which data?');
  await app.press('k', 'i');
  await app.waitFor('chb-mit is not here yet');
  await app.press('enter');
  await app.waitFor('is not here yet: esc, then y brings it');
});

test('what a dataset of vectors is, too', async () => {
  const app = openApp();
  await app.waitFor('Benchmark an ANN');
  await app.press('b');
  await app.waitFor('2 chosen');
  await app.press('enter', 'enter');
  await app.waitFor('✓ here');
  expect(app.frame()).not.toContain('chb-mit');
  await app.press('i');
  await app.waitFor('Clustered vectors made here: 20,000 vectors');
});
