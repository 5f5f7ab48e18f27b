/** Recordings without labels predicted at Modal, with the real client: sent there, each an event and a table, brought here. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { givenHome, givenTorchStandIn } from './given.ts';
import { writeUntrained } from './untrained.ts';

const standIn = givenTorchStandIn();
const home = givenHome(standIn);

type Row = Readonly<Record<string, unknown>>;

const rows = (stdout: string): readonly Row[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

const tablesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter(name => name.endsWith('_events.tsv'))
    .toSorted();

test('what is sent is predicted in one container; what cannot be stops no other', async () => {
  const { checkpoint, nights } = await writeUntrained(home());
  const there = ['--checkpoint', checkpoint, '--target', 'modal'];
  const paid = ['--cpu', '2', '--memory', '2', '--budget', '1', '--yes'];
  const out = path.join(home().folder, 'found');

  home().write('notes.edf', 'no recording at all');
  const none = await home().run(['predict', path.join(home().folder, 'notes.edf'), ...there, ...paid]);
  expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('notes.edf is no EDF file')]);
  const asked = await home().run(['predict', nights, ...there]);
  expect([asked.exitCode, asked.stderr]).toEqual([2, expect.stringContaining('a run on Modal costs money')]);
  const plan = await home().run(['predict', nights, ...there, '--dry-run']);
  expect(plan.stdout).toMatch(/on 2 recordings · 2 recordings · threshold 0\.50[\s\S]* MB to send there first/);
  expect([home().runs(), await standIn().admin('apps')]).toEqual([[], []]);

  // It begins as one, and ends within its header.
  const head = readFileSync(path.join(nights, 'night-0.edf')).subarray(0, 300);
  writeFileSync(path.join(nights, 'torn.edf'), head);
  const done = await home().run(['predict', nights, ...there, ...paid, '--out', out, '--json']);
  expect([done.exitCode, done.stderr]).toEqual([1, '']);
  const told = rows(done.stdout).filter(({ type }) => type === 'predicted');
  expect(told.map(({ recording }) => recording).toSorted()).toEqual(['night-0.edf', 'night-1.edf', 'torn.edf']);
  expect(told.find(({ recording }) => recording === 'torn.edf')).toMatchObject({
    container: 'w1',
    error: expect.stringContaining('header'),
  });
  expect(told.find(({ recording }) => recording === 'night-1.edf')).toMatchObject({ seconds: 60, events: expect.any(Array) });
  const result = rows(done.stdout).findLast(({ type }) => type === 'result');
  expect(result).toMatchObject({ outcome: 'done', threshold: 0.5, synthetic: true });

  const [run = ''] = home().runs();
  const tables = ['night-0_events.tsv', 'night-1_events.tsv'];
  expect(tablesBelow(out)).toEqual(tables);
  expect(tablesBelow(path.join(home().folder, 'data/runs', run, 'job/predictions'))).toEqual(tables);
  const listed = await home().run(['runs']);
  expect(listed.stdout).toMatch(new RegExp(`${run}.* 3/3 +\\d+, 1 failed`));
  const shown = await home().run(['results', run, '--get', path.join(home().folder, 'got')]);
  expect(shown.stdout).toMatch(/^night-0\.edf +1m 00s +\d+ /m);
  expect(shown.stdout).toContain('1 of 3 recordings could not be predicted');
  expect(existsSync(path.join(home().folder, 'got/predictions/night-1_events.tsv'))).toBe(true);

  const taken = await home().run(['predict', nights, ...there, ...paid, '--out', out]);
  expect([taken.exitCode, taken.stderr]).toEqual([2, expect.stringMatching(/is there already[\s\S]*--out predicted/)]);
});
