/** `ann-tui setup --training`: what it takes is said first, and nothing large is fetched without somebody's word. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentFolder, pythonIn, sourcesKey, stampFile } from '../../../src/setup/python-env.ts';
import { trainingStatus } from '../../../src/setup/training/status.ts';
import { givenHome } from '../../support/home.ts';
import { createFakePath, type FakePath } from '../setup/fake-path.ts';
import { pipLines, playTraining } from '../setup/fake-training.ts';
import { type Ends, program } from './program.ts';

givenHome();
let fake: FakePath;

/** The core's environment is there; its pip finds PyTorch on the machine, or does not. */
const withCore = (finds: boolean): void => {
  const core = environmentFolder('3.11');
  mkdirSync(path.dirname(pythonIn(core)), { recursive: true });
  writeFileSync(stampFile(core), JSON.stringify({ v: 1, sources: sourcesKey(), python: '3.11', made: '' }));
  writeFileSync(pythonIn(core), `#!/bin/sh\nexit ${finds ? 0 : 1}\n`);
  chmodSync(pythonIn(core), 0o755);
};

beforeEach(() => {
  fake = createFakePath();
  playTraining(fake);
});
afterEach(() => fake.remove());

const setup = (args: readonly string[] = [], ends: Ends = {}) =>
  program(['setup', '--training', ...args], { ...ends, env: { ...fake.env, ...ends.env } });

test('what lies on the machine is taken without a question, and its size said', async () => {
  withCore(true);
  const { code, stdout, stderr } = await setup();
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/PyTorch 2\.13\.0 for CPUs: nothing large to fetch, .* on disk, 1 to 3 minutes/),
  ]);
  expect(stdout).toMatch(/^Ready: .*training-py3\.11-torch2\.13\.0-cpu\n$/);
});

test('without a terminal nothing large is fetched unless --yes is said', async () => {
  withCore(false);
  const refused = await setup(['--with', 'onnx']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/MB to fetch, 1\.\d GB on disk.*--yes is needed/);
  expect(refused.stderr).toContain('next: ann-tui setup --training --with onnx --yes');
  expect(trainingStatus()).toMatchObject({ never: true });
  const { code, records } = await setup(['--yes', '--json']);
  expect(code).toBe(0);
  expect(records.at(-1)).toMatchObject({ type: 'setup', ready: true, torch: '2.13.0+cpu', variant: 'cpu', extras: [] });
});

test('in a terminal a person is asked; no leaves everything', async () => {
  withCore(false);
  const no = await setup([], { interactive: true, answer: 'n' });
  expect([no.code, no.stdout]).toEqual([0, expect.stringMatching(/MB to fetch[\s\S]*Nothing was fetched/)]);
  expect(trainingStatus()).toMatchObject({ never: true });
  expect((await setup([], { interactive: true, answer: '' })).code).toBe(0);
  expect(trainingStatus()).toMatchObject({ ready: true });
});

test('extras are named, and belong to it', async () => {
  withCore(true);
  await setup(['--with', 'onnx,tensorboard']);
  expect(trainingStatus()).toMatchObject({ extras: ['onnx', 'tensorboard'] });
  expect(pipLines(fake).at(-1)).toContain('tensorboard');
  expect(await setup(['--with', 'keras'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there are: onnx, tensorboard, wandb'),
  });
  expect(await program(['setup', '--torch', 'cpu'])).toMatchObject({ code: 2 });
});

test('a Python that will not do is told before anything is made', async () => {
  const { code, stderr } = await setup(['--torch', '/bin/ls']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^✗ \/bin\/ls will not do\n {2}it is no Python; a path of a Python that has PyTorch/),
  ]);
  expect(existsSync(environmentFolder('3.11'))).toBe(false);
});

test('info tells it, and uninstall removes it alone', async () => {
  withCore(true);
  await setup();
  const { stdout } = await program(['info']);
  expect(stdout).toMatch(/training {2}PyTorch 2\.13\.0 for CPUs, /);
  const { code, stdout: removed } = await program(['uninstall', '--training', '--yes']);
  expect(code).toBe(0);
  expect(removed).toContain('training environment: PyTorch 2.13.0 for CPUs');
  expect(trainingStatus()).toMatchObject({ never: true });
  expect(readFileSync(stampFile(environmentFolder('3.11')), 'utf8')).toContain(sourcesKey());
});
