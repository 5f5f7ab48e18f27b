/** Runs on recordings at Modal: planned from the inventory there, before anything is begun, and told apart by container. */
import { expect, test } from 'vitest';
import type { RecordingsStamp } from '../../../../src/datasets/recordings-here.ts';
import type { Buckets } from '../../../../src/runs/spec.ts';
import { planEvaluate } from '../../../../src/workloads/evaluate/plan.ts';
import type { KnownRecordings } from '../../../../src/workloads/prepare/data.ts';
import { refuseInCommon } from '../../../../src/workloads/prepare/in-common.ts';
import { type PrepareChoices, planPrepare } from '../../../../src/workloads/prepare/plan.ts';
import { knownThere } from '../../../../src/workloads/prepare/there.ts';
import { prepare } from '../../../../src/workloads/prepare/workload.ts';
import type { WorkloadEvent } from '../../../../src/workloads/workload.ts';
import { inventory, recordingsContext, stateOf } from '../../../support/recordings.ts';

const choices: PrepareChoices = { kind: 'prepare', datasets: ['siena'], target: 'modal', hardware: 'cpu-4', containers: 3 };
const there: KnownRecordings = { dataset: 'siena', inventory: inventory(), there: { bucket: false } };
const eeg: Buckets = {
  datasets: { bucket: 'vectors', prefix: '', secret: null, endpoint: null },
  recordings: { bucket: 'eeg', prefix: 'corpora/', secret: 'aws-s3-secret', endpoint: null },
};

const contextOf = async (known: readonly KnownRecordings[], buckets?: Buckets) => {
  const context = await recordingsContext(known);
  return { ...context, modal: { ...context.modal, ...(buckets && { buckets }) } };
};

const plan = async (changes: Partial<PrepareChoices> = {}, known: KnownRecordings = there, buckets?: Buckets) =>
  planPrepare({ ...choices, ...changes }, await contextOf([known], buckets));

test('each container has a share, named as Python names it, and the units of all are the run’s', async () => {
  const spec = await plan();
  const parts = prepare.parts(spec, { cores: 4 });
  expect(parts.map(({ name, units }) => [name, units])).toEqual([
    ['w1', 14],
    ['w2', 14],
    ['w3', 13],
  ]);
  expect(parts.reduce((sum, { units }) => sum + units, 0)).toBe(prepare.total(spec));
  // A third of 128 hours each.
  expect(parts[0]?.seconds).toBeCloseTo(1 + ((128 / 3) * 3600) / 3400 / 4);
  const job = prepare.job(spec, { cores: 4, sourceAt: () => '' });
  expect(job).toMatchObject({ job: 'prepare', containers: 3, workers: 4 });
});

test('no more shares than recordings; what the run makes is one', async () => {
  const few = inventory({
    splits: [{ split: 'test', patients: 2, recordings: 2, hours: 1, seizures: 1, seizure_hours: 0.1, rates: [256] }],
  });
  expect(prepare.parts(await plan({}, { ...there, inventory: few }))).toHaveLength(2);
  expect(prepare.parts(await plan({ datasets: ['synthetic-seizures'] }, { dataset: 'synthetic-seizures', made: true }))).toHaveLength(1);
});

test('how far each share is, is told by its own container', async () => {
  const spec = await plan({}, { ...there });
  const told = (container: string, recording: string, seq: number): WorkloadEvent =>
    ({
      v: 1, seq, container, time: 1, type: 'prepared',
      dataset: 'siena', recording, patient: 'p', split: 'test', hours: 1, seizures: 0,
    }) as WorkloadEvent; // biome-ignore format: one line an event
  const events = [told('w1', 'a', 1), told('w1', 'b', 2), told('w3', 'c', 1), told('w1', 'a', 3)];
  const results = events.reduce(prepare.results.fold, prepare.results.empty);
  const run = stateOf('prepare-1', spec, results);
  expect(prepare.doneOf(run)).toEqual([2, 0, 1]);
  expect(prepare.done(run)).toBe(3);
  const over = { task: 'ta-3', name: 'w3', finishedAt: 5 };
  expect(prepare.doneOf({ ...run, containers: [over] as never })).toEqual([2, 0, 13]);
});

test('what is not there, leaks, or has nothing to score is refused with a command for there', async () => {
  const failureOf = (known: KnownRecordings, changes: Partial<PrepareChoices> = {}) => plan(changes, known).catch(error => error.failure);
  expect(await failureOf({ dataset: 'siena', there: { bucket: false } })).toMatchObject({
    what: 'siena is not at Modal',
    hint: 'ann-tui sync siena --target modal',
  });
  expect(await failureOf({ dataset: 'siena', there: { bucket: false }, byFolder: true })).toMatchObject({
    hint: 'ann-tui sync siena --target modal --from FOLDER',
  });
  const leak = inventory({ errors: [{ what: 'patient PN00 is in two splits', why: 'in train and in test' }] });
  expect(await failureOf({ ...there, inventory: leak })).toMatchObject({
    what: 'siena cannot be used: patient PN00 is in two splits',
    hint: 'ann-tui datasets siena --target modal',
  });
  const referential = inventory({ montages: ['referential'] });
  expect(await failureOf({ ...there, inventory: referential }, { montage: 'bipolar' })).toMatchObject({
    hint: 'ann-tui prepare --dataset siena --target modal --montage referential',
  });
  const trained = inventory({ splits: inventory().splits.filter(({ split }) => split !== 'test') });
  const context = await contextOf([{ ...there, inventory: trained }]);
  expect(() => planEvaluate({ ...choices, kind: 'evaluate', containers: 1 }, context)).toThrow('siena has no recording in test');
});

test('two datasets with somebody between them are refused, whatever they are called; the next command has one of them', async () => {
  const whose = (people: readonly string[], signals: readonly string[], corpus: string | null = null) => ({ corpus, people, signals });
  const refused = (one: Partial<KnownRecordings>, other: Partial<KnownRecordings>) => {
    const known = [
      { ...there, ...one },
      { ...there, dataset: 'mine', ...other },
    ];
    try {
      refuseInCommon('train', 'modal', known);
      return undefined;
    } catch (error) {
      return (error as { failure: object }).failure;
    }
  };
  const hint = 'ann-tui train --dataset siena --target modal';
  expect(refused({ whose: whose(['a', 'b'], ['1']) }, { whose: whose(['b', 'c'], ['2']) })).toMatchObject({
    what: '1 patient is in both siena and mine',
    hint,
  });
  expect(refused({ whose: whose(['a'], ['1', '2']) }, { whose: whose(['b'], ['1', '2']) })).toMatchObject({
    what: '2 recordings are in both siena and mine',
    hint,
  });
  const bids = inventory({ layout: 'bids' });
  expect(refused({ whose: whose(['a'], [], 'tusz') }, { whose: whose(['b'], [], 'tusz'), inventory: bids })).toMatchObject({
    what: 'siena and mine are the same corpus',
  });
  expect(refused({ whose: whose(['a'], ['1'], 'tusz') }, { whose: whose(['b'], ['2'], 'tusz') })).toBeUndefined();
  expect(refused({}, { whose: whose(['b'], ['2']) })).toBeUndefined();
});

test('only a bucket that one of the datasets lies in is mounted', async () => {
  expect((await plan({}, there, eeg)).cloud?.buckets).toBeUndefined();
  const inBucket = { ...there, there: { bucket: true } };
  expect((await plan({}, inBucket, eeg)).cloud?.buckets).toEqual({ recordings: eeg.recordings });
});

const stamp = (name: string, folder: string, source: string): RecordingsStamp => ({
  name,
  of: 'recordings',
  folder,
  bytes: 1,
  source,
  inventory: inventory(),
});

test('what Modal has is asked once, for the recordings of the run', async () => {
  const { modal } = await contextOf([], eeg);
  const asked: unknown[] = [];
  const stampsThere = async (_where: object, volume: string, names: readonly string[]) => {
    asked.push([volume, names]);
    return new Map([
      ['siena', stamp('siena', 'siena', 'folder')],
      ['tusz', stamp('tusz', '/mnt/recordings/tusz', 's3://eeg/corpora/tusz')],
    ]);
  };
  const found = await knownThere(['siena', 'tusz', 'chb-mit'], {}, { modal, stampsThere });
  expect(asked).toEqual([['ann-datasets', ['siena', 'tusz', 'chb-mit']]]);
  expect([...found].map(([name, known]) => [name, known.there])).toEqual([
    ['siena', { bucket: false }],
    ['tusz', { bucket: true }],
  ]);
  // The bucket of the config is another one by now.
  const other = { modal: { ...modal, buckets: {} }, stampsThere };
  await expect(knownThere(['tusz'], {}, other)).rejects.toMatchObject({
    failure: { what: 'The bucket of tusz is not mounted', hint: 'ann-tui sync tusz --target modal' },
  });
});
