/** configs/prepare.yaml and files like it: what they say, and where they are wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseLocated } from '../../../../src/config/located.ts';
import { loadPrepare, loadSettings, settingsSchema, usualSettings } from '../../../../src/workloads/prepare/config.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-prepare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = async (text: string) => settingsSchema(usualSettings)(await parseLocated(text, 'mine.yaml'), { file: 'mine.yaml', path: '' });

test('the file that comes with the program says what is usual', async () => {
  expect((await loadPrepare()).value).toEqual(usualSettings);
});

test('what a file leaves out stays as it is', async () => {
  expect(await read('filter: causal\nband: { low: 1, high: 40 }\nnotch: 50')).toEqual({
    ...usualSettings,
    filter: 'causal',
    low: 1,
    high: 40,
    notch: 50,
  });
  const file = path.join(folder, 'mine.yaml');
  writeFileSync(file, 'rate: 128\nband: { low: 0.5, high: 50 }\n');
  expect(await loadSettings(file)).toMatchObject({ rate: 128, high: 50, clip: 10 });
});

test.each<readonly [string, RegExp]>([
  ['rate: 128', /mine\.yaml:1: rate is not valid: high \(60 Hz\) has to be below half the rate \(64 Hz\)|never/],
  ['clip: 5\nrate: 100', /mine\.yaml:2: rate is not valid: high \(60 Hz\) has to be below half the rate \(50 Hz\)/],
  ['clip: 5\nband: { low: 30, high: 20 }', /mine\.yaml:2: band is not valid: low \(30 Hz\) has to be below high \(20 Hz\)/],
  ['band: { low: 0.5, high: 128 }', /mine\.yaml:1: band is not valid: high \(128 Hz\)/],
  ['notch: 55', /mine\.yaml:1: notch is not valid: found 55; allowed: 50, 60, null/],
  [
    'band: { low: 0.5, high: 40 }\nrate: 100\nnotch: 50',
    /mine\.yaml:3: notch is not valid: it has to be at least 2 Hz below half the rate/,
  ],
  ['filter: zerophase', /mine\.yaml:1: filter is not valid.*zero-phase, causal/],
  ['montage: average', /mine\.yaml:1: montage is not valid/],
  ['bands: 3', /mine\.yaml:1: bands is not valid.*did you mean "band"/],
  ['rate: 8', /whole number from 32 to 1024/],
])('%j', async (text, says) => {
  if (text === 'rate: 128') expect(await read(text)).toMatchObject({ rate: 128 });
  else await expect(read(text)).rejects.toThrow(says);
});
