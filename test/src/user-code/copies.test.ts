import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import { copyOf, copySources } from '../../../src/user-code/copies.ts';
import { readOwn } from '../../../src/user-code/user-file.ts';
import { jobOf, sourcesOf } from '../../../src/workloads/bench/job.ts';
import { implementationFile } from '../../../src/workloads/bench/user-code/user-file.ts';
import { localSpec } from '../../support/spec.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-own-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
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

describe('the copy of a run', () => {
  const planned = (from: string) => {
    const { name, file, sha256 } = readOwn(implementationFile, from);
    return localSpec({ implementations: [{ name, build: {}, search: [{}], source: { file, sha256, from } }] });
  };

  test('keeps what was planned, whatever becomes of the file', () => {
    const from = write('mine.cpp', 'first');
    const spec = planned(from);
    const job = path.join(folder, 'job');
    copySources(sourcesOf(spec), job);
    write('mine.cpp', 'second');
    expect(readFileSync(path.join(job, 'sources/mine.cpp'), 'utf8')).toBe('first');
    expect(jobOf(spec, { cores: 2, sourceAt: source => copyOf(job, source) })).toMatchObject({
      implementations: [{ name: 'mine', build: {}, search: [{}], source: path.join(job, 'sources/mine.cpp') }],
    });
  });

  test('is not made of what was not planned', () => {
    const from = write('mine.cpp', 'first');
    const spec = planned(from);
    write('mine.cpp', 'second');
    expect(failure(() => copySources(sourcesOf(spec), path.join(folder, 'job'))).failure.what).toBe('mine.cpp was changed just now');
    rmSync(from);
    expect(failure(() => copySources(sourcesOf(spec), path.join(folder, 'job'))).failure.what).toBe('mine.cpp cannot be read any more');
  });

  test('a built-in has none', () => {
    copySources(sourcesOf(localSpec({ implementations: [{ name: 'hnsw', build: {}, search: [{}] }] })), path.join(folder, 'job'));
    expect(existsSync(path.join(folder, 'job'))).toBe(false);
    expect(copyOf('/job', { file: 'a.cpp' })).toBe('/job/sources/a.cpp');
  });
});
