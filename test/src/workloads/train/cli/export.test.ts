import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runFiles } from '../../../../../src/runs/files.ts';
import { createRun } from '../../../../../src/runs/store.ts';
import { wholeNames } from '../../../../../src/workloads/evaluate/cli/checkpoint-words.ts';
import { writeCurves } from '../../../../../src/workloads/train/cli/export/tracker.ts';
import type { TrainSpec } from '../../../../../src/workloads/train/spec.ts';
import { writeCheckpoint } from '../../../../support/checkpoints.ts';
import { evaluation } from '../../../../support/evaluation.ts';
import { evaluateSpec } from '../../../../support/evaluation-run.ts';
import { givenHome } from '../../../../support/home.ts';
import { trainSpec, writeTrainRun } from '../../../../support/training.ts';
import { program } from '../../../cli/program.ts';

const home = givenHome();

/** In the place of a Python: says what it was asked, between words of others. */
const python = (): string => {
  const file = path.join(home(), 'python-stub');
  writeFileSync(
    file,
    '#!/bin/sh\necho "a package of others says something"\nprintf \'{"seeds":[0],"steps":[12],"written":["%s"]}\\n\' "$*"\n',
  );
  chmodSync(file, 0o755);
  return file;
};

const asked = async (options: Partial<Parameters<typeof writeCurves>[0]>): Promise<string> => {
  const { written, seeds, steps } = await writeCurves({
    tracker: 'tensorboard',
    environment: { python: python(), env: {} },
    run: 'train-4kq2m9',
    job: '/runs/train-4kq2m9/job',
    synthetic: false,
    out: '/curves',
    signal: new AbortController().signal,
    ...options,
  });
  expect([seeds, steps]).toEqual([[0], [12]]);
  return written[0]?.replace(/^.* -m seizure /, '') ?? '';
};

test('what was chosen reaches the program that writes curves', async () => {
  expect(await asked({})).toBe('curves tensorboard /runs/train-4kq2m9/job --run train-4kq2m9 --out /curves');
  expect(await asked({ tracker: 'wandb', synthetic: true, project: 'eeg', entity: 'a-team', online: true })).toBe(
    'curves wandb /runs/train-4kq2m9/job --run train-4kq2m9 --out /curves --synthetic --project eeg --entity a-team --online',
  );
});

test.each([
  [['export', 'tensorbord', 'latest'], 'There is no format "tensorbord"', 'did you mean "tensorboard"? there are: '],
  [['export', 'tensorboard', 'latest', '--online'], '--online says nothing about tensorboard', 'it is of another format'],
  [['export', 'wandb', 'nothing'], 'There is no run "nothing"', ''],
])('%j', async (args, what, why) => {
  const { code, stderr } = await program(args);
  expect(code).toBe(2);
  expect(stderr).toContain(what);
  expect(stderr).toContain(why);
});

test('a run that trained nothing has no curves', async () => {
  const run = createRun(evaluateSpec(evaluation()));
  const { code, stderr } = await program(['export', 'wandb', run]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`${run} is no training`)]);
});

test('latest is the newest run that has what is asked for: neither a check nor a training that failed at once', async () => {
  const run = writeTrainRun({ judged: true });
  writeCheckpoint(path.join(runFiles(run).job, 'checkpoints', 'seed-0', 'best'));
  await after(5);
  const checkSpec: TrainSpec = { ...trainSpec(), check: true };
  const check = createRun(checkSpec);
  await after(5);
  const newest = createRun(trainSpec());
  expect(wholeNames('latest')).toBe(run);
  // Where none has it, the newest says why.
  expect(wholeNames('latest:7')).toBe(`${newest}:7`);
  const report = await program(['report', 'latest', '--to', home()]);
  expect([report.code, report.stderr]).toEqual([
    0,
    expect.stringContaining(`latest is ${run} here, the newest run with something to report`),
  ]);
  expect(report.stdout).toContain(`${run}.html`);
  const compared = await program(['compare', 'latest', check]);
  expect(compared.stderr).toContain(`${check} has nothing to compare`);
  const itself = await program(['compare', run, 'latest']);
  expect(itself.stderr).toMatch(new RegExp(`latest is ${run} here.*Two runs are compared`, 's'));
  expect((await program(['export', 'tensorboard', 'latest', '--out', path.join(home(), 'curves')])).stderr).toContain(
    `latest is ${run} here, the newest run with curves`,
  );
  const listed = (await program(['runs'])).stdout;
  expect(listed).toMatch(new RegExp(`${check}.*check of tiny on synthetic-seizures`));
  expect(listed).not.toMatch(new RegExp(`${run}.*check of`));
});

test('the end of a training explains its table', async () => {
  const run = writeTrainRun({ judged: true });
  const { stdout } = await program(['attach', run]);
  expect(stdout).toMatch(/^tiny \* .*synthetic$/m);
  expect(stdout).toMatch(/^SzCORE rules.*\* the best on dev$/m);
  expect(stdout).toMatch(/^@ 10 to @ 1: sensitivity where a threshold makes so many false alarms in 24 hours$/m);
});
