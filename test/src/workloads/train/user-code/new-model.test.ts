import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../../../src/errors/errors.ts';
import { createModel } from '../../../../../src/workloads/train/user-code/create.ts';
import { freeModelName, isModel } from '../../../../../src/workloads/train/user-code/model-file.ts';
import { givenHome } from '../../../../support/home.ts';
import { judgeStep } from '../../../../support/steps.ts';
import { program } from '../../../cli/program.ts';

givenHome();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-model-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusal = (name: string): UserError => {
  try {
    createModel(name, folder);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was written');
};

describe('a fresh model', () => {
  test('is the template with the name in it, and counts as a model', () => {
    const file = createModel('mine', folder);
    const text = readFileSync(file, 'utf8');
    expect(file).toBe(path.join(folder, 'mine.py'));
    expect(text).toContain('--model ./mine.py');
    expect(text).not.toMatch(/\bNAME\b/);
    expect(isModel(file, text)).toBe(true);
    // What is said to be marked is.
    for (const mark of [' 1: ', ' 2: ', ' 3: ']) expect(text.split('\n').filter(line => line.includes(`#${mark}`))).toHaveLength(1);
  });

  test('is never written over another', () => {
    writeFileSync(path.join(folder, 'mine.py'), 'precious');
    const { failure, exitCode } = refusal('mine');
    expect(failure).toMatchObject({ what: expect.stringContaining('mine.py is there already'), kept: 'the file as it is' });
    expect(judgeStep(failure.hint ?? '')).toBeUndefined();
    expect(exitCode).toBe(2);
    expect(readFileSync(path.join(folder, 'mine.py'), 'utf8')).toBe('precious');
    expect(freeModelName(folder)).toBe('mine2');
  });

  test.each(['2fast', 'a-b', '../up', '', 'tiny', 'base', 'x'.repeat(65)])('cannot be called %j', name => {
    const { failure, exitCode } = refusal(name);
    expect(exitCode).toBe(2);
    expect(judgeStep(failure.hint ?? '')).toBeUndefined();
    expect(existsSync(path.join(folder, `${name}.py`))).toBe(false);
  });
});

describe('ann-tui new', () => {
  test.each([[['new', 'mine', '--model']], [['new', '--model', 'mine']], [['new', '--model', 'mine.py']]])(
    '%j writes it and says what can be typed next',
    async words => {
      const { code, records } = await program([...words, '--dir', folder, '--json']);
      expect(code).toBe(0);
      const [created] = records as [{ readonly file: string; readonly next: readonly string[] }];
      expect(created).toMatchObject({ type: 'created', name: 'mine', file: path.join(folder, 'mine.py') });
      for (const step of created.next) expect(judgeStep(step)).toBeUndefined();
    },
  );
});
