/** What a training at Modal is refused for before anything costs: the real client against the stand-in, and never a container. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeCheckpoint } from '../support/checkpoints.ts';
import { takeFew } from './few-patients.ts';
import { givenStandIn } from './given.ts';
import { Home } from './program.ts';
import { trainingOf } from './training-there.ts';

const standIn = givenStandIn();
let home: Home;
/** Where a newcomer types: knows nothing but what is at Modal. */
let elsewhere: Home;

const pay = ['--budget', '1', '--yes'];

const send = async (name: string, from: string) => await home.run(['sync', name, '--target', 'modal', '--from', from, '--yes']);

/** A copy of the patients, their splits edited. */
const others = (name: string, edit: (participants: string) => string): string => {
  const folder = path.join(home.folder, name);
  cpSync(path.join(home.folder, 'few'), folder, { recursive: true });
  const file = path.join(folder, 'participants.tsv');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  return folder;
};

beforeAll(async () => {
  home = new Home({ env: standIn().env });
  elsewhere = new Home({ env: standIn().env });
  await takeFew(home);
  for (const [name, edit] of [
    ['few', (text: string) => text],
    ['again', (text: string) => text],
    ['devless', (text: string) => text.replaceAll('\tdev', '\ttrain')],
  ] as const) {
    const folder = name === 'few' ? path.join(home.folder, 'few') : others(name, edit);
    expect((await send(name, folder)).exitCode).toBe(0);
  }
});
afterAll(async () => {
  const containers = await standIn().admin('containers');
  await home.close();
  await elsewhere.close();
  expect(containers).toEqual([]);
});

type Typed = Awaited<ReturnType<Home['run']>>;
const told = ({ exitCode, stdout, stderr }: Typed) => ({ exitCode, says: `${stdout}\n${stderr}` });
const nextOf = (says: string): readonly string[] => /next: ann-tui (.*)/.exec(says)?.[1]?.split(' ') ?? [];

test('a region that there is not: told with what it may have been, for a run and for a price', async () => {
  const words = trainingOf(elsewhere, 10);
  const typo = told(await elsewhere.run([...words, '--region', 'us-wset', '--dataset', 'few', ...pay]));
  expect(typo).toMatchObject({ exitCode: 2, says: expect.stringMatching(/Modal does not have this region/) });
  const none = told(await elsewhere.run([...words, '--region', 'nowhere', ...pay]));
  expect(none).toMatchObject({ exitCode: 2, says: expect.stringMatching(/There is no region "nowhere"\n {2}there are: us, eu, /) });
  expect((await elsewhere.run(nextOf(none.says))).stdout).toContain('--region R');
  expect(told(await elsewhere.run(['prices', '--gpu', 'T4', '--region', 'usa']))).toMatchObject({
    exitCode: 2,
    says: expect.stringMatching(/did you mean "us"\?/),
  });
});

test('a folder without a recording, one whose patient is in two splits, one that nothing can be done with: nothing is sent', async () => {
  const empty = path.join(home.folder, 'empty');
  mkdirSync(empty);
  expect(told(await send('empty', empty))).toMatchObject({ exitCode: 2, says: expect.stringMatching(/holds no recordings/) });
  const twice = others('twice', text => `${text}sub-001\ttest\n`);
  expect(told(await send('twice', twice))).toMatchObject({ exitCode: 2, says: expect.stringMatching(/"sub-001" is in two splits/) });
  const broken = others('broken', text => text.replace(/^.*\t(dev|test)\n/gm, ''));
  for (const name of readFileSync(path.join(broken, 'participants.tsv'), 'utf8').match(/sub-\d+/g) ?? []) {
    const eeg = path.join(broken, name, 'ses-01/eeg');
    writeFileSync(path.join(eeg, `${name}_ses-01_task-szMonitoring_run-00_eeg.edf`), 'no EDF file');
  }
  for (const name of ['sub-007', 'sub-008', 'sub-009', 'sub-010', 'sub-011', 'sub-012', 'sub-013'])
    rmSync(path.join(broken, name), { recursive: true });
  const refused = told(await send('broken', broken));
  expect(refused).toMatchObject({ exitCode: 2, says: expect.stringMatching(/broken was not sent: .*cannot be used/) });
  expect(nextOf(refused.says)).toEqual(['sync', 'broken', '--target', 'modal']);
  // Mended, the next command does it.
  cpSync(path.join(home.folder, 'few'), broken, { recursive: true });
  expect((await home.run([...nextOf(refused.says), '--yes'])).exitCode).toBe(0);
});

test('a split without a recording, and one patient in two datasets: refused from any machine, and the next command works', async () => {
  const words = trainingOf(elsewhere, 10);
  const devless = told(await elsewhere.run([...words, '--dataset', 'devless', ...pay]));
  expect(devless.exitCode).toBe(2);
  expect(devless.says).toMatch(
    /devless has no recording in dev\n {2}the best checkpoint and its threshold are chosen on dev; participants.tsv/,
  );
  expect((await elsewhere.run(nextOf(devless.says))).stdout).toMatch(/train +9 +9/);
  for (const command of [words, ['evaluate', '--checkpoint', 'baseline', '--target', 'modal'], ['prepare', '--target', 'modal']]) {
    const shared = told(await elsewhere.run([...command, '--dataset', 'few,again', ...pay]));
    expect(shared.exitCode).toBe(2);
    expect(shared.says).toMatch(/13 patients are in both few and again/);
    expect(nextOf(shared.says)).toEqual([command[0], '--dataset', 'few', '--target', 'modal']);
  }
  const alone = await elsewhere.run([...words, '--dataset', 'few', '--dry-run']);
  expect([alone.exitCode, alone.stderr]).toEqual([0, '']);
});

test('a checkpoint that is damaged is not carried there', async () => {
  const folder = writeCheckpoint(path.join(elsewhere.folder, 'given'));
  writeFileSync(path.join(folder, 'model.safetensors'), 'other bytes');
  const words = ['evaluate', '--checkpoint', folder, '--dataset', 'few', '--target', 'modal', ...pay];
  const damaged = told(await elsewhere.run(words));
  expect(damaged).toMatchObject({
    exitCode: 2,
    says: expect.stringMatching(/model.safetensors is not the file that its card was written for/),
  });
});
