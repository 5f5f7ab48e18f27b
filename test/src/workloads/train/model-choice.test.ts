import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../../src/errors/errors.ts';
import { modelChoice, shadowedFile } from '../../../../src/workloads/train/model-choice.ts';

const model = 'import torch\n\nclass Model(torch.nn.Module):\n    pass\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-model-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text = model): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

const refusal = (word: string): UserError => {
  try {
    modelChoice(word, folder);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was taken');
};

test('a size is one of ours', () => {
  for (const name of ['tiny', 'small', 'base']) expect(modelChoice(name, folder)).toEqual({ name, source: null });
});

test('a file is named by its path, its name, or its name without the ending', () => {
  const from = write('mine.py');
  const sha256 = createHash('sha256').update(model).digest('hex');
  for (const word of ['mine.py', './mine.py', from, 'mine'])
    expect(modelChoice(word, folder)).toEqual({ name: 'mine', source: { file: 'mine.py', sha256, from } });
});

test('a size wins over a file of its name, and the file is named', () => {
  write('tiny.py');
  expect(modelChoice('tiny', folder).source).toBeNull();
  expect(shadowedFile('tiny', folder)).toBe('./tiny.py');
  expect(shadowedFile('small', folder)).toBeUndefined();
  expect(refusal('./tiny.py').failure.what).toBe('tiny.py needs another name');
});

test.each([
  ['./mine.cpp', /mine\.cpp is no model/],
  ['./gone.py', /no file \.\/gone\.py/],
  ['tini', /no model "tini"/],
  ['frob', /no model "frob"/],
  ['./folder.py', /is no file/],
  ['./empty.py', /has no model in it/],
  ['./detector.py', /has no model in it/],
  ['./large.py', /too large/],
  ['./a b.py', /cannot be the name/],
])('%s is refused, with a step that can be typed', (word, what) => {
  write('mine.cpp');
  write('empty.py', '');
  write('detector.py', 'class Detector:\n    pass\n');
  write('large.py', ' '.repeat(4_000_001));
  write('a b.py');
  mkdirSync(path.join(folder, 'folder.py'));
  const { failure, exitCode } = refusal(word);
  expect(failure.what).toMatch(what);
  expect(exitCode).toBe(2);
  expect(failure.hint).toBeDefined();
});

test('steps name what was meant', () => {
  expect(refusal('tini').failure.why).toContain('did you mean "tiny"');
  expect(refusal('frob').failure.hint).toBe('ann-tui new frob --model');
});
