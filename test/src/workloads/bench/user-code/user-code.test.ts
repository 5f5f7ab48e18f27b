import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../../../src/errors/errors.ts';
import type { RunState } from '../../../../../src/runs/state.ts';
import { shownFrom } from '../../../../../src/user-code/user-file.ts';
import { builtInNames } from '../../../../../src/workloads/bench/implementations.ts';
import { createOwn, freeName } from '../../../../../src/workloads/bench/user-code/create.ts';
import { tellEditors } from '../../../../../src/workloads/bench/user-code/editor.ts';
import { isImplementation, listOwn } from '../../../../../src/workloads/bench/user-code/list.ts';
import { resolveOwn } from '../../../../../src/workloads/bench/user-code/user-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-own-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text = '// nothing'): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

const failure = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error');
};

describe('a fresh file', () => {
  test('is the template with the name in it, and counts as an implementation', () => {
    const file = createOwn('mine', folder, builtInNames);
    const text = readFileSync(file, 'utf8');
    expect(file).toBe(path.join(folder, 'mine.cpp'));
    expect(text).toContain('class mine {');
    expect(text).toContain('REGISTER(mine)');
    expect(text).not.toMatch(/\bNAME\b/);
    expect(isImplementation(file, text)).toBe(true);
  });

  test('tells clangd where ann.h is, unless the folder tells it something already', () => {
    expect(tellEditors(folder)).toBe(true);
    const flags = readFileSync(path.join(folder, 'compile_flags.txt'), 'utf8').trim().split('\n');
    const include = flags.find(flag => flag.startsWith('-I'))?.slice(2) ?? '';
    expect(existsSync(path.join(include, 'ann.h'))).toBe(true);
    // The flags are a compiler's: what it is told is enough for the template.
    const file = createOwn('mine', folder, builtInNames);
    expect(spawnSync('c++', [...flags, '-fsyntax-only', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(tellEditors(folder)).toBe(false);
  });

  test.each(['compile_commands.json', '.clangd'])('says nothing beside %s', name => {
    write(name, '');
    expect(tellEditors(folder)).toBe(false);
    expect(existsSync(path.join(folder, 'compile_flags.txt'))).toBe(false);
  });

  test('is never written over another', () => {
    write('mine.cpp', 'precious');
    const { failure: told, exitCode } = failure(() => createOwn('mine', folder, builtInNames));
    expect(told).toMatchObject({ what: expect.stringContaining('mine.cpp is there already'), kept: 'the file as it is' });
    expect(exitCode).toBe(2);
    expect(readFileSync(path.join(folder, 'mine.cpp'), 'utf8')).toBe('precious');
  });

  test.each(['class', 'std', '2fast', 'a-b', '../up', '', 'naive', 'hnsw', 'dummy', 'x'.repeat(65)])('cannot be called %j', name => {
    expect(failure(() => createOwn(name, folder, builtInNames)).exitCode).toBe(2);
  });

  test('needs its folder', () => {
    expect(failure(() => createOwn('mine', path.join(folder, 'no'), builtInNames)).failure.why).toContain('no folder');
  });

  test('a free name is offered', () => {
    expect(freeName(folder)).toBe('mine');
    write('mine.py');
    expect(freeName(folder)).toBe('mine2');
  });
});

describe('the file that a word stands for', () => {
  test('a path, a file name, or a name alone', () => {
    const from = write('mine.cpp', 'int x;');
    const own = { name: 'mine', file: 'mine.cpp', from, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    for (const word of ['./mine.cpp', 'mine.cpp', 'mine', from]) expect(resolveOwn(word, folder)).toEqual(own);
    expect(resolveOwn('other', folder)).toBeUndefined();
  });

  test('is told when it is not there, is no implementation, or may be two', () => {
    expect(failure(() => resolveOwn('./no.cpp', folder)).failure).toMatchObject({
      what: 'There is no file ./no.cpp',
      hint: 'ann-tui new no',
    });
    write('mine.txt');
    expect(failure(() => resolveOwn('./mine.txt', folder)).failure.why).toContain('.cpp');
    mkdirSync(path.join(folder, 'dir.cpp'));
    expect(failure(() => resolveOwn('./dir.cpp', folder)).failure.what).toContain('is no file');
    write('mine.cpp');
    write('mine.py');
    expect(failure(() => resolveOwn('mine', folder)).failure.what).toContain('may be two files');
    write('a b.cpp');
    expect(failure(() => resolveOwn('./a b.cpp', folder)).failure.what).toContain('cannot be the name');
  });

  test('is shown as one would type it', () => {
    expect(shownFrom('/a/b', '/a/b/mine.cpp')).toBe('./mine.cpp');
    expect(shownFrom('/a/b', '/a/mine.cpp')).toBe('/a/mine.cpp');
  });
});

test('own files are found here and from earlier runs, nothing else', async () => {
  const mine = createOwn('mine', folder, builtInNames);
  const py = write('slow.py', 'class Slow:\n    def fit(self, rows): pass\n    def query(self, q, k): pass\n');
  write('main.cpp', 'int main() {}');
  write('tool.py', 'print(1)');
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-own-'));
  const other = createOwn('other', elsewhere, builtInNames);
  const runOf = (from: string) =>
    ({
      spec: { kind: 'bench', implementations: [{ source: { file: path.basename(from), sha256: '', from } }] },
    }) as unknown as RunState;
  expect(await listOwn(folder, [runOf(other), runOf(path.join(elsewhere, 'gone.cpp')), runOf(mine)])).toEqual([mine, py, other]);
  expect(await listOwn(path.join(folder, 'no'), [])).toEqual([]);
  rmSync(elsewhere, { recursive: true });
});
