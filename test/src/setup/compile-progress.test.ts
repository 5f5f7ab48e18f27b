import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compiledBelow } from '../../../src/setup/compile-progress.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-compile-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['Ninja', 'build.ninja'],
  ['Unix Makefiles', 'Makefile'],
])('a build by %s tells how many of its files are compiled', generator => {
  const sources = path.join(folder, 'sources');
  const build = path.join(folder, 'tmp1/build');
  mkdirSync(build, { recursive: true });
  mkdirSync(sources);
  for (const name of ['one', 'two', 'three']) writeFileSync(path.join(sources, `${name}.cpp`), `int ${name}() { return 1; }\n`);
  writeFileSync(
    path.join(sources, 'CMakeLists.txt'),
    [
      'cmake_minimum_required(VERSION 3.18)',
      'project(three LANGUAGES CXX)',
      'add_library(first STATIC one.cpp)',
      'add_library(others STATIC two.cpp three.cpp)',
      '',
    ].join('\n'),
  );
  const cmake = (...args: readonly string[]) => execFileSync('cmake', args, { stdio: 'pipe' });
  expect(compiledBelow(folder)).toBeUndefined();
  cmake('-G', generator, '-S', sources, '-B', build);
  expect(compiledBelow(folder)).toEqual({ done: 0, total: 3 });
  cmake('--build', build, '--target', 'first');
  expect(compiledBelow(folder)).toEqual({ done: 1, total: 3 });
  cmake('--build', build);
  expect(compiledBelow(folder)).toEqual({ done: 3, total: 3 });
});

test('a folder that is not there has no build', () => {
  expect(compiledBelow(path.join(folder, 'nowhere'))).toBeUndefined();
});
