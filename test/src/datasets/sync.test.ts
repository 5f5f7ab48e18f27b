/** The conversation with the harness, played by a shell script. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordingsEntry, VectorsEntry } from '../../../src/config/datasets.ts';
import { type SyncOptions, syncDataset } from '../../../src/datasets/sync.ts';
import { UserError } from '../../../src/errors/errors.ts';
import type { JobEvent } from '../../../src/events/event.ts';
import { createSmallDisk, smallDisks } from '../../support/small-disk.ts';
import { untied } from '../../support/untied.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-sync-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const event = (seq: number, fields: object): string => JSON.stringify({ v: 1, seq, container: 'main', time: 1, ...fields });

const gist: VectorsEntry = {
  of: 'vectors',
  name: 'gist',
  title: 'GIST',
  distance: 'euclidean',
  dimension: 960,
  train: 1000,
  queries: 10,
  bytes: 1,
  url: 'https://x/gist.hdf5',
};

const sync = async (script: string, changes: Partial<SyncOptions> = {}): Promise<readonly JobEvent[]> => {
  const python = path.join(folder, 'python');
  writeFileSync(python, `#!/bin/sh\n${untied}\n${script}\n`);
  chmodSync(python, 0o755);
  const events: JobEvent[] = [];
  await syncDataset({
    python,
    dataset: gist,
    folder: path.join(folder, 'data'),
    onEvent: one => events.push(one),
    signal: new AbortController().signal,
    ...changes,
  });
  return events;
};

const failing = async (script: string, changes: Partial<SyncOptions> = {}): Promise<UserError> => {
  try {
    await sync(script, changes);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error');
};

test('events are typed, other output is passed over', async () => {
  const progress = event(1, { type: 'progress', phase: 'download', done: 1, total: 2, unit: 'bytes' });
  const events = await sync(`echo 'hello'; echo '${progress}'; echo '{"v":1}'`);
  expect(events).toMatchObject([{ type: 'progress', done: 1, total: 2 }]);
});

test.each([
  [{}, ['--url', 'https://x/gist.hdf5']],
  [{ dataset: { ...gist, url: null } }, []],
  [{ from: '/my file' }, ['--from', '/my file']],
  [{ dataset: { ...gist, url: null }, from: 'https://y/z' }, ['--from', 'https://y/z']],
  [
    { dataset: { ...gist, mirrors: ['https://a/b', 'https://c/d'], sha256: 'ab' } },
    ['--url', 'https://x/gist.hdf5', '--mirror', 'https://a/b', '--mirror', 'https://c/d', '--sha256', 'ab'],
  ],
  [
    { dataset: { ...gist, sha256: 'ab' }, from: 'b.fvecs', queries: 'q.fvecs', distance: 'angular' },
    ['--from', 'b.fvecs', '--queries', 'q.fvecs', '--distance', 'angular'],
  ],
])('asked with %j', async (changes, source) => {
  await sync('printf "%s\\n" "$@" > "$(dirname "$0")/asked"', changes);
  const asked = readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n');
  expect(asked).toEqual(['-I', '-u', '-m', 'annbench', 'sync', 'gist', '--data', path.join(folder, 'data'), ...source, '--events']);
});

const chbMit: RecordingsEntry = {
  of: 'recordings',
  name: 'chb-mit',
  title: 'CHB-MIT',
  licence: 'ODC-By-1.0',
  version: 'v1.0.0',
  layout: 'bids',
  patients: 23,
  recordings: 664,
  hours: 982,
  bytes: 42e9,
  url: 'https://zenodo.org/records/10259996',
};

test.each<readonly [Partial<SyncOptions>, readonly string[]]>([
  [{}, ['--url', 'https://zenodo.org/records/10259996']],
  [{ dataset: { ...chbMit, url: null, made: true } }, []],
  [{ from: '/my eeg', unlabelled: true, longSeizures: 'keep' }, ['--from', '/my eeg', '--long-seizures', 'keep', '--unlabelled']],
])('recordings are asked for with %j', async (changes, source) => {
  await sync('printf "%s\\n" "$@" > "$(dirname "$0")/asked"', { dataset: chbMit, ...changes });
  const asked = readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n');
  expect(asked).toEqual(['-I', '-u', '-m', 'seizure', 'sync', 'chb-mit', '--data', path.join(folder, 'data'), ...source, '--events']);
});

test('a failure of recordings names the command that tries again', async () => {
  const { failure } = await failing('exit 1', { dataset: chbMit, from: '/my eeg', unlabelled: true });
  expect(failure).toMatchObject({ kept: 'your folder is as it was', hint: "ann-tui sync chb-mit --from '/my eeg' --unlabelled" });
});

test('its own words about a failure', async () => {
  const failed = event(1, { type: 'failed', what: 'The download broke off', why: 'connection reset', hint: 'ann-tui sync gist' });
  const error = await failing(`echo '${failed}'; exit 1`);
  expect(error.failure).toMatchObject({ what: 'The download broke off', why: 'connection reset', hint: 'ann-tui sync gist' });
  expect(error.exitCode).toBe(1);
});

test('what is to be typed next: the same again for advice, and annbench is ann-tui', async () => {
  const of = async (hint: string) =>
    (await failing(`echo '${event(1, { type: 'failed', what: 'No', why: 'so', hint })}'; exit 2`, own)).failure;
  const own = { from: '/my file.npy', distance: 'angular' };
  expect(await of('check the path')).toMatchObject({
    why: 'so; check the path',
    hint: "ann-tui sync gist --from '/my file.npy' --distance angular",
    kept: 'your file is as it was',
  });
  expect(await of('annbench sync gist --from x')).toMatchObject({ why: 'so', hint: 'ann-tui sync gist --from x' });
  expect(await of('rm /a && annbench sync gist')).toMatchObject({ hint: 'rm /a && ann-tui sync gist' });
});

test('no words: the last of stderr, or how it ended', async () => {
  expect((await failing('echo first >&2; echo "ModuleNotFoundError: h5py" >&2; exit 1')).failure.why).toBe('ModuleNotFoundError: h5py');
  expect((await failing('kill -9 $$')).failure.why).toMatch(/SIGKILL/);
  expect((await failing('echo "no such option" >&2; exit 2')).exitCode).toBe(2);
});

test('a Python that cannot be run', async () => {
  const { signal } = new AbortController();
  await expect(syncDataset({ python: '/no/python', dataset: gist, folder, onEvent: () => {}, signal })).rejects.toThrow(/ENOENT/);
});

test('an abort ends the whole group', async () => {
  const controller = new AbortController();
  const started = event(1, { type: 'phase', phase: 'download', state: 'start' });
  const going = sync(`(sleep 60; touch "${folder}/survived") & echo '${started}'; wait`, {
    signal: controller.signal,
    onEvent: () => controller.abort(new Error('enough')),
  });
  await expect(going).rejects.toThrow('enough');
  expect(existsSync(path.join(folder, 'survived'))).toBe(false);
});

test.runIf(smallDisks)(
  'a data set for which there is no room is refused before anything is begun, with how much it needs and where',
  async () => {
    const disk = createSmallDisk(2);
    try {
      const begun = path.join(folder, 'begun');
      const data = path.join(disk.folder, 'data');
      const script = `touch ${begun}`;
      const { failure, exitCode } = await failing(script, { folder: data, dataset: { ...gist, bytes: 3_844_640_000 } });
      expect(failure).toEqual({
        what: 'The disk is too full for gist',
        why: `3.8 GB are needed in ${data}, 2.1 MB are free`,
        kept: 'nothing was started',
        hint: 'ann-tui runs prune',
      });
      expect([exitCode, existsSync(begun), existsSync(data)]).toEqual([1, false, false]);
      // What is there already needs no more room, and a file of one's own is another one.
      await sync(script, { folder: data, dataset: { ...gist, bytes: 1_000_000 } });
      rmSync(begun);
      await sync(script, { folder: data, dataset: { ...gist, bytes: 3_844_640_000 }, from: '/my file' });
      rmSync(begun);
      writeFileSync(path.join(data, 'gist.hdf5.part'), Buffer.alloc(1_500_000));
      await sync(script, { folder: data, dataset: { ...gist, bytes: 2_000_000 } });
      expect(existsSync(begun)).toBe(true);
      rmSync(begun);
      expect((await failing(script, { folder: data, dataset: { ...gist, bytes: 9_500_000 } })).failure).toMatchObject({
        why: expect.stringMatching(/^8\.0 MB are needed in .* beside what is there, /),
        kept: '1.5 MB that are here already; the next sync goes on from there',
      });
      expect(existsSync(begun)).toBe(false);
    } finally {
      disk.remove();
    }
  },
);
