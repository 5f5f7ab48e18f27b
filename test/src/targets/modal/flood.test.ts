/** A hundred thousand lines over a stream that doubles, reorders, splits and drops, and half a minute without any way to Modal. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createModalClient } from '../../../../src/modal-client/index.ts';
import { runFiles } from '../../../../src/runs/files.ts';
import { createRun, openRun } from '../../../../src/runs/store.ts';
import { until } from '../../../support/until.ts';
import { journalOf } from '../../runs/support/bench.ts';
import { type Cloud, modalSpec, openCloud } from './support/bench.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(async () => {
  await cloud?.close();
});
const asking = createModalClient({});
afterAll(() => asking.close());

const lines = 100_000;
const linesIn = (file: string): number => (existsSync(file) ? readFileSync(file, 'latin1').split('\n').length - 1 : 0);

it('the log on disk equals the job’s own, byte for byte', async () => {
  for (const kind of ['logs_doubled', 'logs_reordered', 'logs_split', 'logs_dropped']) {
    await cloud.standIn.admin('faults', { kind, times: kind === 'logs_dropped' ? 3 : null });
  }
  const run = createRun(modalSpec());
  const { gone } = cloud.supervise(run, { lines, events: 3, pace: 8 });
  const file = path.join(runFiles(run).job, 'containers/main/log');
  await until('the first lines', () => linesIn(file) > 1000);
  await cloud.standIn.admin('outage', { seconds: 30 });
  expect((await gone).code).toBe(0);
  const state = openRun(run).refresh();
  expect(state).toMatchObject({ outcome: 'done', missingEvents: 0, badEvents: 0, results: { points: { length: 3 } } });
  const { bytes } = await asking.volumeRead('ann-results', `runs/${run}/main/log`);
  expect(linesIn(file)).toBe(lines + 3);
  expect(readFileSync(file).equals(bytes)).toBe(true);
  // What was heard on the way was a beginning of it, never something else.
  expect(existsSync(`${file}.heard`)).toBe(false);
  const all = readFileSync(runFiles(run).log, 'utf8');
  expect(all.replaceAll('[main] ', '')).toBe(bytes.toString('utf8'));
  const contacts = journalOf(run).flatMap(line =>
    line.kind === 'observed' && line.observation.kind === 'contact' ? [line.observation.lost] : [],
  );
  expect(contacts[0]).toBe(true);
  expect(contacts.at(-1)).toBe(false);
});
