/** What is told of a training at Modal at the moment it happens, with what is typed next: no such GPU, a checkpoint that is damaged, a budget. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { until } from '../support/until.ts';
import { takeFew } from './few-patients.ts';
import { givenHome, givenTorchStandIn } from './given.ts';
import { Home } from './program.ts';
import { checkpointed, eventsOf, trainingOf } from './training-there.ts';

const standIn = givenTorchStandIn();
const home = givenHome(standIn);

beforeAll(async () => {
  const sender = new Home({ env: standIn().env });
  try {
    await takeFew(sender);
    expect((await sender.run(['sync', 'few', '--target', 'modal', '--yes'])).exitCode).toBe(0);
  } finally {
    await sender.close();
  }
});

type Record = Readonly<{ [name: string]: unknown }>;
const last = (stdout: string): Record => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

/** A file of the results volume is another one from now on. */
const damage = async (file: string): Promise<void> => {
  const local = path.join(home().folder, 'other');
  writeFileSync(local, 'not what the card was written for');
  const { exitCode, stderr } = await home().run(['volumes', 'put', 'ann-results', local, file, '--force', '--yes']);
  expect([exitCode, stderr]).toEqual([0, '']);
};

test('no machine with the first GPU: the next is taken, and paid for as itself; a damaged checkpoint: the one before is gone on with', async () => {
  const modal = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
  home().write('config/modal.yaml', modal.replace(/^gpu_patience: .*$/m, 'gpu_patience: 5'));
  await standIn().fault('no_machine', { gpu: 'H100' }, {}, null);
  home().open([...trainingOf(home(), 60, 'H100,A100-80GB'), '--budget', '5', '--yes']);
  const run = await until('a run', () => home().runs()[0]);
  await checkpointed(home(), run, 30);
  const stopped = await home().run(['stop', run]);
  expect(stopped.exitCode).toBe(0);
  await home().ended(run);
  await standIn().clear();
  const warned = eventsOf(home(), run, 'warning').map(({ message }) => String(message));
  expect(warned).toEqual([expect.stringMatching(/w1: no machine with H100 for .*; A100-80GB is asked for instead/)]);
  const { total } = (await standIn().admin('bill')) as { readonly total: string };
  const shown = last((await home().run(['show', run, '--json'])).stdout) as { readonly cost: { readonly billed: number } };
  // The H100 costs a third more.
  expect(shown.cost.billed).toBeGreaterThan(0.9 * Number(total));
  expect(shown.cost.billed).toBeLessThan(1.15 * Number(total));
  const newest = Math.max(...eventsOf(home(), run, 'checkpoint').map(({ step }) => Number(step)));
  const folder = `step-${String(newest).padStart(6, '0')}`;
  await damage(`runs/${run}/parts/w1/checkpoints/seed-0/${folder}/model.safetensors`);
  const resumed = await home().run(['resume', run, '--yes', '--json']);
  expect([resumed.exitCode, resumed.stderr]).toEqual([0, '']);
  const [told] = eventsOf(home(), run, 'resumed');
  expect(told).toMatchObject({ exact: true });
  expect(Number(told?.step)).toBeLessThan(newest);
  const damaged = eventsOf(home(), run, 'warning').map(({ message }) => String(message));
  expect(damaged.at(-1)).toMatch(new RegExp(`${folder}/model.safetensors is not the file .*: damaged; it goes on from step ${told?.step}`));
  expect((await home().run(['show', run])).stdout).toContain(`seed 0: checkpoints/seed-0/${folder}/model.safetensors`);
});

test('all of it would cost more than its budget: stopped early with a checkpoint; on with --over-budget, a chain that keeps within it', async () => {
  const modal = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
  home().write('config/modal.yaml', modal.replace(/^longest_call: .*$/m, 'longest_call: 90'));
  const budget = 0.07;
  const done = await home().run([...trainingOf(home(), 4000, 'T4', 0.7), '--budget', String(budget), '--yes']);
  expect(done.exitCode).toBe(4);
  expect(done.stderr).toMatch(/All of it would cost about \$\d/);
  const [run = ''] = home().runs();
  const next = /next: ann-tui (resume .*)/.exec(done.stderr)?.[1]?.split(' ') ?? [];
  expect(next.slice(0, 3)).toEqual(['resume', run, '--budget']);
  const early = last((await home().run(['show', run, '--json'])).stdout) as { readonly cost: { readonly billed: number } };
  expect(early.cost.billed).toBeLessThan(budget / 2);
  expect(eventsOf(home(), run, 'checkpoint').length).toBeGreaterThan(0);
  const on = await home().run(['resume', run, '--over-budget', '--yes', '--json']);
  expect(on.exitCode).toBe(4);
  expect(last(on.stdout)).toMatchObject({ outcome: 'budget' });
  expect(
    eventsOf(home(), run, 'container').filter(({ container, after }) => container === 'w1' && after !== undefined).length,
  ).toBeGreaterThan(1);
  const late = last((await home().run(['show', run, '--json'])).stdout) as { readonly cost: { readonly billed: number } };
  expect(late.cost.billed).toBeGreaterThan(budget / 2);
  expect(late.cost.billed).toBeLessThan(budget * 1.02);
});

test('by keys alone in 80 columns: from home to a training at Modal and its result', async () => {
  await takeFew(home());
  const terminal = home().open([], { cols: 80, rows: 24 });
  const way = [
    ['Train the seizure detector', 't'],
    ['▸ laptop', 'down'],
    ['▸ smoke_test', 'enter'],
  ] as const;
  for (const [shows, key] of way) {
    await terminal.waitFor(shows);
    await terminal.press(key);
  }
  await terminal.waitFor(/Modal +✓ acme/);
  await terminal.press('down', 'enter');
  await terminal.waitFor('On which container?');
  await terminal.waitFor(/▸ +T4/);
  await terminal.press('enter');
  await terminal.waitFor('▸ synthetic-seizures');
  await terminal.press('/', 'few', 'enter');
  await terminal.waitFor(/▸ few.*on Modal/);
  await terminal.press('enter');
  await terminal.waitFor(/on Modal: |T4/);
  await terminal.press('enter');
  await terminal.waitFor('This costs money');
  expect(terminal.screen()).toMatch(/no more than the budget of \$/);
  await terminal.press('y');
  await terminal.waitFor(/runs › train-/);
  await terminal.waitFor('✓ done', 300_000);
  await terminal.waitFor(/dev AUROC|AUROC/);
  expect(terminal.screen()).toMatch(/billed|\$0\.\d/);
  await terminal.press('enter');
  await terminal.waitFor('the best baseline');
  await terminal.press('q');
  expect((await terminal.exited).exitCode).toBe(0);
});
