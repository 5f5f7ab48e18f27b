/** `results RUN --get DIR` of a run at Modal, by the real client against the stand-in: interrupted, cut off and damaged, the same command goes on. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientEnv } from '../../../support/modal-env.ts';
import { type StandIn, startStandIn } from '../../../support/stand-in.ts';
import { modalHome } from '../../targets/modal/support/bench.ts';
import { program } from '../program.ts';

const mb = 1_000_000;
const run = 'train-abc234';
let standIn: StandIn;
let removeHome: () => void;
let variables: ReturnType<typeof clientEnv> | undefined;
const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-results-'));
const there = path.join(folder, 'there');
const [best, last] = ['checkpoints/seed-0/best', 'checkpoints/seed-0/step-000300'];

/** A checkpoint whose card says what its files are. */
const writeCheckpoint = (name: string, bytes: number): void => {
  const at = path.join(there, name);
  mkdirSync(at, { recursive: true });
  const weights = randomBytes(bytes);
  writeFileSync(path.join(at, 'model.safetensors'), weights);
  writeFileSync(
    path.join(at, 'card.json'),
    JSON.stringify({ files: { 'model.safetensors': createHash('sha256').update(weights).digest('hex') } }),
  );
};

const filesBelow = (top: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(top, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name !== '.ann-tui-run')
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .map(file => [path.relative(top, file), createHash('sha256').update(readFileSync(file)).digest('hex')] as const)
      .toSorted(),
  );

const sent = async (): Promise<number> => ((await standIn.admin('volumes/sent')) as { readonly get: number }).get;

beforeAll(async () => {
  removeHome = modalHome();
  standIn = await startStandIn();
  variables = clientEnv(standIn.env);
  variables.set();
  writeCheckpoint(best, 5 * mb);
  writeCheckpoint(last, 120 * mb);
  mkdirSync(path.join(there, 'predictions'));
  for (const name of ['results.json', 'predictions/a.tsv', 'events.ndjson']) writeFileSync(path.join(there, name), `of ${name}\n`);
  await program(['volumes', 'create', 'ann-results']);
  expect((await program(['volumes', 'put', 'ann-results', there, `runs/${run}`])).stderr).toBe('');
}, 120_000);

afterAll(async () => {
  variables?.restore();
  await standIn?.close();
  removeHome?.();
  rmSync(folder, { recursive: true, force: true });
});

test('interrupted, cut off from Modal, and damaged: the same command ends with all of it, fetched once', async () => {
  const here = path.join(folder, 'here');
  const get = ['results', run, '--get', here];
  const begin = await sent();
  await standIn.admin('volumes/speed', { get: 60 * mb });
  const interrupted = await program(get, { interruptOn: ' of 7 files' });
  expect(interrupted).toMatchObject({ code: 130, stderr: expect.stringContaining(`it goes on by: ann-tui results ${run} --get`) });
  await standIn.admin('volumes/speed', { get: null });
  expect(existsSync(path.join(here, last, 'model.safetensors'))).toBe(false);

  await standIn.fault('error', { rpc: 'VolumeGetFile2' }, { status: 'UNAVAILABLE' }, null);
  const cut = await program(get);
  expect(cut.code).toBe(1);
  expect(cut.stderr).toContain('the same command goes on there');
  expect(cut.stderr).toContain(`next: ann-tui results ${run} --get`);
  await standIn.clear();

  expect(await program(get)).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied from ann-results') });
  expect(filesBelow(here)).toEqual(filesBelow(there));
  // Each stretch once, but for what was under way when it was interrupted.
  expect((await sent()) - begin).toBeLessThan(125 * mb + 4 * 34 * mb);
  expect((await program([...get, '--json'])).records.at(-1)).toMatchObject({ type: 'copied', files: 7, kept: 7, bytes: 0 });

  // Of the same size and time, and other bytes: its card knows.
  const weights = path.join(here, best, 'model.safetensors');
  const { atime, mtime, size } = statSync(weights);
  writeFileSync(weights, Buffer.alloc(size));
  utimesSync(weights, atime, mtime);
  const mended = await program(get);
  expect(mended).toMatchObject({ code: 0, stderr: expect.stringContaining(`${best}: not what was written; fetched again`) });
  expect(filesBelow(here)).toEqual(filesBelow(there));
}, 300_000);

test('damaged on the volume it is told, and kept', async () => {
  const [here, broken] = [path.join(folder, 'broken'), path.join(folder, 'damaged')];
  mkdirSync(path.join(broken, best), { recursive: true });
  writeFileSync(path.join(broken, best, 'model.safetensors'), 'other bytes');
  writeFileSync(path.join(broken, best, 'card.json'), JSON.stringify({ files: { 'model.safetensors': '0'.repeat(64) } }));
  await program(['volumes', 'put', 'ann-results', broken, 'runs/train-xyz234']);
  const got = await program(['results', 'train-xyz234', '--get', here]);
  expect(got).toMatchObject({ code: 1, stderr: expect.stringContaining('train-xyz234 has damaged files on ann-results') });
  expect(readFileSync(path.join(here, best, 'model.safetensors'), 'utf8')).toBe('other bytes');
});

test('files of another, and of a person’s own, are not written over', async () => {
  const here = path.join(folder, 'mine');
  mkdirSync(path.join(here, 'predictions'), { recursive: true });
  writeFileSync(path.join(here, 'predictions', 'a.tsv'), 'mine');
  for (const _ of [1, 2]) {
    const refused = await program(['results', run, '--get', here]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing is written over') });
    expect(refused.stderr).toContain(`next: ann-tui results ${run} --get ${here}/${run}`);
  }
  expect(filesBelow(here)).toEqual({ 'predictions/a.tsv': createHash('sha256').update('mine').digest('hex') });
});
