/** What `--checkpoint` means: runs, seeds and folders; what cannot be is said with what can. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runFiles } from '../../../../src/runs/files.ts';
import { specMisfit } from '../../../../src/runs/spec-check.ts';
import { sha256Of } from '../../../../src/user-code/user-file.ts';
import { checkpointsOf as asked, bestCheckpoint, settingsOfAll } from '../../../../src/workloads/evaluate/checkpoint.ts';
import { choicesOf, type EvaluateChoices, planEvaluate } from '../../../../src/workloads/evaluate/plan.ts';
import { evaluate } from '../../../../src/workloads/evaluate/workload.ts';
import { usualSettings } from '../../../../src/workloads/prepare/config.ts';
import { writeCheckpoint } from '../../../support/checkpoints.ts';
import { givenHome } from '../../../support/home.ts';
import { recordingsContext } from '../../../support/recordings.ts';
import { program } from '../../cli/program.ts';

const home = givenHome();

const checkpointsOf = (text: string, model?: string) => {
  const withWord = (word: string) => `ann-tui evaluate --checkpoint ${word}`;
  return asked(text, model, { help: 'ann-tui evaluate --help', with: withWord, withModel: file => `${withWord(text)} --model ${file}` });
};

const run = 'train-aaaaaa';
const best = (seed: number, of = run): string => path.join(runFiles(of).job, 'checkpoints', `seed-${seed}`, 'best');

const refusal = (work: () => unknown): { readonly what: string; readonly why: string; readonly hint?: string } => {
  try {
    work();
  } catch (error) {
    return (error as { failure: { what: string; why: string; hint?: string } }).failure;
  }
  throw new Error('it was taken');
};

test('a run is the best checkpoint of each of its seeds; RUN:SEED is one of them', () => {
  for (const seed of [10, 2]) writeCheckpoint(best(seed), { seed, metrics: { dev_auroc: seed / 20 } });
  mkdirSync(path.join(runFiles(run).job, 'checkpoints', 'seed-3', 'step-000100'), { recursive: true });
  const found = checkpointsOf(`baseline,${run}`);
  expect(found.map(({ choice }) => [choice.name, choice.title])).toEqual([
    [`${run}-seed-2`, `tiny, seed 2 (${run})`],
    [`${run}-seed-10`, `tiny, seed 10 (${run})`],
  ]);
  expect(found[0]?.choice).toMatchObject({ folder: best(2), seed: 2, trainedOn: ['synthetic-seizures'] });
  expect(bestCheckpoint(found)?.choice.seed).toBe(10);
  const [one, ...others] = checkpointsOf(`${run}:10`);
  expect([one?.choice.title, others]).toEqual([`tiny (${run})`, []]);
  expect(refusal(() => checkpointsOf(`${run}:4`))).toMatchObject({
    why: 'its seeds with a checkpoint: 2, 10',
    hint: `ann-tui evaluate --checkpoint ${run}:2`,
  });
  expect(checkpointsOf('baseline')).toEqual([]);
});

test('a folder is a checkpoint, or one above that has a best; the same one counts once', () => {
  const folder = path.join(home(), 'Given to me', 'best');
  writeCheckpoint(folder);
  const [one] = checkpointsOf(path.dirname(folder));
  expect(one?.choice).toMatchObject({ folder, name: 'given-to-me-best' });
  expect(checkpointsOf(`${folder},${path.dirname(folder)}`)).toHaveLength(1);
  expect(refusal(() => checkpointsOf(`${home()}/nowhere`)).why).toMatch(/^it is not there/);
  expect(refusal(() => checkpointsOf(`${home()}/`)).why).toMatch(/no card.json in it/);
  expect(refusal(() => checkpointsOf('train-bbbbbb')).what).toBe('There is no run "train-bbbbbb"');
});

test('a card is read strictly', () => {
  const folder = path.join(home(), 'mine');
  for (const [changes, why] of [
    [{ what: 'a card' }, 'what'],
    [{ v: 2 }, 'v'],
    [{ settings: { montage: 'mono' } }, 'settings.montage'],
    [{ data: [] }, 'data'],
    [{ model: { name: '../x', parameters: 1, sha256: null } }, 'model.name'],
    [{ threshold: 'high' }, 'threshold'],
  ] as const) {
    writeCheckpoint(folder, changes);
    expect(refusal(() => checkpointsOf(folder)).why).toContain(`card.json: ${why} `);
  }
  writeFileSync(path.join(folder, 'card.json'), '{');
  expect(refusal(() => checkpointsOf(folder)).what).toMatch(/is no checkpoint that can be used/);
  // Nothing waits for what a pipe might say.
  rmSync(path.join(folder, 'card.json'));
  execFileSync('mkfifo', [path.join(folder, 'card.json')]);
  expect(refusal(() => checkpointsOf(folder)).why).toBe('card.json is no file');
});

test('weights that are not those of the card are told here, not in a container; a folder is no run for having no slash', () => {
  const folder = writeCheckpoint(path.join(home(), 'mine'));
  expect(checkpointsOf(folder)).toHaveLength(1);
  writeFileSync(path.join(folder, 'model.safetensors'), 'wEights');
  expect(refusal(() => checkpointsOf(folder))).toEqual({
    what: expect.stringMatching(/mine is no checkpoint that can be used$/),
    why: 'model.safetensors is not the file that its card was written for: damaged, or another one’s',
    hint: 'ann-tui evaluate --help',
  });
  rmSync(path.join(folder, 'model.safetensors'));
  expect(refusal(() => checkpointsOf(folder)).why).toBe('model.safetensors is not there');
  writeCheckpoint(folder, { files: { '../elsewhere': '0'.repeat(64) } });
  expect(refusal(() => checkpointsOf(folder)).why).toMatch(/^card.json: files/);
  expect(refusal(() => checkpointsOf('test')).why).toMatch(/^there is no card.json in it/);
});

test('a model of a person’s own runs from what our training copied, or from a file that is named and the same', async () => {
  const code = Buffer.from('class Model: ...\n');
  const model = { name: 'mine', options: {}, parameters: 3, sha256: sha256Of(code) };
  writeCheckpoint(best(0), { model });
  expect(checkpointsOf(run)[0]?.choice.source).toBe(path.join(best(0), 'model.py'));
  const folder = writeCheckpoint(path.join(home(), 'given'), { model });
  writeFileSync(path.join(folder, 'model.py'), code);
  const refused = refusal(() => checkpointsOf(folder));
  expect(refused.why).toMatch(/none is run because it lies there: add --model FILE, with mine.py as it was in training/);
  expect(refused.hint).toBe(`ann-tui evaluate --checkpoint ${folder} --model ${path.join(folder, 'model.py')}`);
  const bare = writeCheckpoint(path.join(home(), 'bare'), { model });
  expect(refusal(() => checkpointsOf(bare)).hint).toBe(`ann-tui evaluate --checkpoint ${bare} --model FILE`);
  const mine = path.join(home(), 'mine.py');
  execFileSync('mkfifo', [path.join(home(), 'pipe.py')]);
  expect(refusal(() => checkpointsOf(folder, path.join(home(), 'pipe.py'))).what).toMatch(/pipe\.py is no file$/);
  writeFileSync(mine, 'import os\n');
  expect(refusal(() => checkpointsOf(folder, mine)).why).toMatch(/not the file that it was trained with/);
  const predicted = await program(['predict', mine, '--checkpoint', folder, '--model', mine, '--threshold', '0.5']);
  expect([predicted.code, predicted.stderr]).toEqual([
    2,
    expect.stringContaining(
      `next: ann-tui predict ${mine} --checkpoint ${folder} --threshold 0.5 --model ${path.join(folder, 'model.py')}\n`,
    ),
  ]);
  writeFileSync(mine, code);
  expect(checkpointsOf(folder, mine)[0]?.choice.source).toBe(mine);
});

const choices: EvaluateChoices = { kind: 'evaluate', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' };

const plan = async (changes: Partial<EvaluateChoices>) =>
  planEvaluate(
    { ...choices, ...changes },
    { ...(await recordingsContext()), checkpoints: checkpointsOf(changes.checkpoint ?? 'baseline', changes.model) },
  );

test('a plan prepares as the training did, needs PyTorch, and names each checkpoint to the job', async () => {
  writeCheckpoint(best(0));
  const spec = await plan({ checkpoint: run });
  expect(spec.settings).toEqual({ ...usualSettings, rate: 128, high: 50 });
  expect(evaluate.runtime(spec)).toBe('training');
  expect(evaluate.title(spec)).toBe(`${run} on synthetic-seizures`);
  expect(evaluate.job(spec, { dataDir: '/data', cores: 2, sourceAt: () => '' })).toMatchObject({
    checkpoint: run,
    checkpoints: [{ name: `${run}-seed-0`, title: `tiny (${run})`, folder: best(0) }],
  });
  expect(specMisfit(JSON.parse(JSON.stringify(spec)))).toBeUndefined();
  expect(specMisfit({ ...spec, checkpoints: [{}] })).toBe('checkpoints.0.name');
  expect(await plan(choicesOf(spec))).toEqual(spec);
  expect(evaluate.runtime(await plan({}))).toBe('core');
});

test('what a checkpoint decides is no choice; at Modal it is carried there', async () => {
  writeCheckpoint(best(0));
  writeCheckpoint(best(0, 'train-cccccc'));
  const said = { exitCode: 2, failure: { hint: `ann-tui evaluate --checkpoint ${run}` } };
  await expect(plan({ checkpoint: run, montage: 'bipolar' })).rejects.toMatchObject(said);
  const there = await plan({ checkpoint: run, target: 'modal' });
  expect(evaluate.carries?.(there)).toEqual([best(0)]);
  const job = evaluate.job(there, { cores: 2, sourceAt: () => '', carriedAt: local => `carried/${path.basename(local)}` });
  expect(job).toMatchObject({ checkpoints: [{ folder: 'carried/best' }] });
  writeCheckpoint(best(1), { seed: 1, settings: usualSettings });
  expect(refusal(() => settingsOfAll(checkpointsOf(run))).why).toBe('they need recordings that are prepared differently');
  expect(settingsOfAll(checkpointsOf(`${run}:0,train-cccccc`))).toMatchObject({ rate: 128 });
});
