/** An evaluation on Modal, with the real client: planned and priced, done there on data that is made there, and all of it brought here. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { givenHome, givenStandIn } from './given.ts';

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

test('recordings that are not made by the run itself are refused for Modal when it is planned', async () => {
  const refused = await home().run(['evaluate', '--dataset', 'chb-mit', '--target', 'modal', '--budget', '1', '--yes']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('chb-mit cannot be used at Modal yet');
  expect(refused.stderr).toContain('ann-tui evaluate --dataset chb-mit');
  expect(home().runs()).toEqual([]);
});
