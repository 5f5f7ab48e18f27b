/** Outside a workload's own folders nothing speaks of what only that workload has. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';

/** What only one workload has: a benchmark; preparing recordings, and scoring detectors on them. */
const words =
  /\b(?:recall\w*|qps|points?|implementations?)\b|annbench|\b(?:auroc|auprc|szcore|sensitivit(?:y|ies)|detectors?|false alarms?|zero-phase|checkpoints?)\b/i;

/** What recordings are told by. Where datasets are told there are words of theirs, as there are of vectors. */
const ofRecordings = /\b(?:seizures?|eeg|edf|montages?|electrodes?)\b/i;
const tellsDatasets =
  /^src\/(?:datasets\/|config\/datasets\.ts|cli\/text\/(?:dataset|inventory)|cli\/commands\/data\/|cli\/commands\.ts)|^screens\/(?:wizard\/(?:dataset|inventory)|app\/keymap\.ts)/;

/** Places that may, each for its reason. */
const allowed: readonly (readonly [file: string, text: RegExp, why: string])[] = [
  ['src/config/located.ts', /a check can point at it/, 'the verb'],
  ['src/config/load.ts', /points at the line/, 'the verb'],
  ['src/setup/python.ts', /implementation/, "Python's own word for CPython and its like"],
  ['src/workloads/event-schemas.ts', /annbench|seizure/, 'the list of the workloads’ schemas'],
  ['src/selftest/local/facts.ts', /annbench/, 'asks the benchmark’s own self-test'],
  ['src/metering/container-times.ts', /loading checkpoint image/, 'a state that Modal tells'],
  ['src/cli/text/help.ts', /benchmark nearest-neighbour search/, 'the headline says what the program is for'],
  ['src/cli/commands.ts', /ANNBENCH_/, 'names of variables that a person sets'],
  ['src/selftest/modal/plan.ts', /annbench\.selftest/, 'asks the benchmark’s own self-test'],
  ['src/selftest/modal/training.ts', /checkpoint/, 'tries a training in miniature'],
];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'screens'], {
  cwd: packageRoot,
  encoding: 'utf8',
})
  .split('\n')
  .filter(file => /\.tsx?$/.test(file) && !/^(?:src|screens)\/workloads\/[^/]+\//.test(file));

const foreign = (file: string, text: string): boolean => words.test(text) || (!tellsDatasets.test(file) && ofRecordings.test(text));

test('no word of a single workload stands outside its folders, but where it has a reason', () => {
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap(file =>
    readFileSync(path.join(packageRoot, file), 'utf8')
      .split('\n')
      .flatMap((text, n) => (foreign(file, text) ? [{ at: `${file}:${n + 1}`, file, text }] : []))
      .filter(({ text }) => !allowed.some(([where, fits]) => where === file && fits.test(text)))
      .map(({ at, text }) => `${at}: ${text.trim()}`),
  );
  expect(found).toEqual([]);
});

test('each exception is needed', () => {
  for (const [file, fits] of allowed)
    expect([
      file,
      readFileSync(path.join(packageRoot, file), 'utf8')
        .split('\n')
        .some(text => foreign(file, text) && fits.test(text)),
    ]).toEqual([file, true]);
});
