/** Recordings at Modal, with the real client: made there or sent there, prepared and judged there, and all that comes of it brought here. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { writeFew } from './few-patients.ts';
import { givenHome, givenStandIn } from './given.ts';
import { Home } from './program.ts';

const standIn = givenStandIn();
const home = givenHome(standIn);

type Records = readonly Readonly<Record<string, unknown>>[];
type Shown = { readonly outcome: string; readonly judged: readonly object[]; readonly detectors: readonly { readonly auroc: number }[] };
type Volume = { readonly name: string; readonly bytes: number; readonly refused: number };

const records = (stdout: string): Records =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

/** So coarse that what is tested is the way there and back. */
const coarse = 'rate: 64\nband: { low: 0.5, high: 30 }\n';

const filesBelow = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter(name => name.endsWith(ending));

test('what is made, prepared and judged there comes back whole, and stays there for the next run', async () => {
  // A commit that wants a reload: what is hardest to live with.
  await standIn().fault('commit_reload', {}, {}, null);
  const config = path.join(home().folder, 'coarse.yaml');
  home().write('coarse.yaml', coarse);
  const words = ['evaluate', '--target', 'modal', '--config', config];
  const [plan] = records((await home().run([...words, '--dry-run', '--json'])).stdout);
  expect(plan).toMatchObject({ type: 'plan', recordings: 80, spec: { hardware: { id: 'cpu-4', label: '4 cores · 16 GiB' } } });

  const done = await home().run([...words, '--cpu', '2', '--memory', '2', '--budget', '1', '--yes', '--json']);
  expect([done.exitCode, done.stderr]).toEqual([0, '']);
  const result = records(done.stdout).at(-1) as unknown as Shown;
  expect(result).toMatchObject({ type: 'result', outcome: 'done' });
  expect(result.judged).toHaveLength(80);
  expect(result.detectors).toHaveLength(4);

  const [run = ''] = home().runs();
  const job = path.join(home().folder, 'data/runs', run, 'job');
  expect(filesBelow(path.join(job, 'predictions'), '_events.tsv')).toHaveLength(4 * 60);
  expect(filesBelow(path.join(job, 'traces'), '.json').length).toBeGreaterThan(0);
  const page = path.join(home().folder, 'page.html');
  const report = await home().run(['report', run, '--to', page]);
  expect([report.exitCode, existsSync(page)]).toEqual([0, true]);
  expect(report.stdout).toMatch(/all \d+ traces/);

  const [shown] = records((await home().run(['show', run, '--json'])).stdout);
  expect(shown).toMatchObject({ cost: { billed: expect.any(Number), budget: 1 } });
  const volumes = (await standIn().admin('volumes')) as readonly Volume[];
  // 12.2 h of 19 channels at 256 Hz in 16 bits as they were recorded, 8 h at 64 Hz as they were prepared.
  const bytes = (12.16 * 256 + 8 * 64) * 3600 * 19 * 2;
  expect(volumes.find(({ name }) => name === 'ann-datasets')?.bytes).toBeGreaterThan(bytes);
  expect(volumes.map(({ refused }) => refused)).toEqual([0, 0]);
});

test('a folder of recordings goes there once, is prepared by two containers, and judged without a recording', async () => {
  const folder = await writeFew(home());
  home().write('coarse.yaml', coarse);
  const config = path.join(home().folder, 'coarse.yaml');
  const there = ['--target', 'modal'];
  const paid = [...there, '--cpu', '2', '--memory', '2', '--budget', '1', '--yes', '--json'];

  const early = await home().run(['prepare', '--dataset', 'chb-mit', ...there, '--budget', '1', '--yes']);
  expect(early.exitCode).toBe(2);
  expect(early.stderr).toContain('chb-mit is not at Modal');
  expect(early.stderr).toContain('next: ann-tui sync chb-mit --target modal');
  expect(home().runs()).toEqual([]);

  const sync = ['sync', 'few', ...there, '--from', folder];
  const sent = await home().run([...sync, '--json']);
  expect([sent.exitCode, sent.stderr]).toEqual([0, '']);
  expect(records(sent.stdout).at(-1)).toMatchObject({ type: 'dataset', place: 'modal', name: 'few', state: 'verified', already: false });
  const again = await home().run([...sync, '--json']);
  expect(records(again.stdout).at(-1)).toMatchObject({ name: 'few', already: true });
  const shown = await home().run(['datasets', 'few', ...there]);
  expect(shown.stdout).toMatch(/In ann-datasets:\/few;[\s\S]*train\s+6\s+6[\s\S]*dev\s+3\s+3[\s\S]*test\s+4\s+4/);
  expect((await home().run(['datasets'])).stdout).toMatch(/few\s+\S+ MB\s+verified/);

  // What it is planned from is there, not here.
  rmSync(folder, { recursive: true });
  const bipolar = await home().run(['prepare', '--dataset', 'few', '--montage', 'bipolar', ...there, '--dry-run', '--json']);
  expect(records(bipolar.stdout)[0]).toMatchObject({ type: 'plan', recordings: 13 });

  const prepared = await home().run(['prepare', '--dataset', 'few', '--config', config, '--containers', '2', ...paid]);
  expect([prepared.exitCode, prepared.stderr]).toEqual([0, '']);
  const [first = ''] = home().runs();
  const results = JSON.parse(readFileSync(path.join(home().folder, 'data/runs', first, 'job/results.json'), 'utf8'));
  expect(results.datasets[0].splits.map((one: { recordings: number; patients: number }) => [one.recordings, one.patients])).toEqual([
    [6, 6],
    [3, 3],
    [4, 4],
  ]);
  const done = records(prepared.stdout).filter(({ type }) => type === 'prepared');
  expect(new Set(done.map(({ container }) => container))).toEqual(new Set(['w1', 'w2']));
  expect(done).toHaveLength(13);

  const judged = await home().run(['evaluate', '--dataset', 'few', '--config', config, ...paid]);
  expect([judged.exitCode, judged.stderr]).toEqual([0, '']);
  const result = records(judged.stdout).at(-1) as unknown as Shown;
  expect(result).toMatchObject({ type: 'result', outcome: 'done' });
  expect(result.judged).toHaveLength(7);
  expect(records(judged.stdout).filter(({ type }) => type === 'prepared')).toEqual([]);
});

test('a bucket whose secret is missing, or lacks a key, costs nothing', async () => {
  const usual = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
  home().write('config/modal.yaml', `${usual}\nbuckets: { recordings: { bucket: my-eeg, prefix: corpora/ } }\n`);
  const before = await standIn().admin('apps');
  const sync = () => home().run(['sync', 'anybody', '--target', 'modal', '--yes']);
  const none = await sync();
  expect(none.stdout).toContain('Taking the inventory of s3://my-eeg/corpora/anybody; the recordings stay there');
  expect(none.stderr).toMatch(/There is no secret aws-s3-secret[\s\S]*next: ann-tui secrets create aws-s3-secret/);
  await home().run(['secrets', 'create', 'other', '--from-env-file', '-'], 'AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_REGION=eu-west-1\n');
  home().write('config/modal.yaml', `${usual}\nbuckets: { recordings: { bucket: my-eeg, prefix: corpora/, secret: other } }\n`);
  const half = await sync();
  expect(half.stderr).toContain('The secret other lacks AWS_SECRET_ACCESS_KEY');
  const planned = await home().run(['prepare', '--dataset', 'chb-mit', '--target', 'modal', '--budget', '1', '--yes']);
  expect(planned.stderr).toMatch(/chb-mit is not at Modal[\s\S]*next: ann-tui sync chb-mit --target modal/);
  expect([none.exitCode, half.exitCode, planned.exitCode]).toEqual([3, 3, 2]);
  expect(await standIn().admin('apps')).toEqual(before);
});

test('nobody signed in, or nobody to ask: told as always, and nothing is planned', async () => {
  const signedOut = new Home({ env: { ...standIn().env, MODAL_TOKEN_ID: 'ak-none', MODAL_TOKEN_SECRET: 'as-none' } });
  try {
    const refused = await signedOut.run(['prepare', '--dataset', 'chb-mit', '--target', 'modal', '--budget', '1', '--yes']);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('ann-tui auth');
    expect(signedOut.runs()).toEqual([]);
  } finally {
    signedOut.close();
  }
});
