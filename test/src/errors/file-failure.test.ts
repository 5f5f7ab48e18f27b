import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileFailure } from '../../../src/errors/file-failure.ts';

const folder = os.tmpdir();
const errorOf = (code: string) => Object.assign(new Error(code), { code, path: path.join(folder, 'here', 'file'), syscall: 'open' });

describe('an error of the file system', () => {
  test.each([
    ['ENOSPC', 'The disk is full'],
    ['EDQUOT', 'The disk quota is used up'],
  ])('%s names the file, what is free where, and what gives room', (code, what) => {
    const failure = fileFailure(errorOf(code));
    expect(failure).toMatchObject({ what, hint: 'ann-tui runs prune' });
    expect(failure?.why).toMatch(/here\/file: there is no room to write; [\d.]+ [kMGT]?B are free in /);
    expect(failure?.why.endsWith(folder)).toBe(true);
  });

  test.each([
    ['EACCES', 'permission is denied'],
    ['EPERM', 'the system does not permit it'],
    ['EROFS', 'its file system is read-only'],
  ])('%s names the file, and how to use another folder', (code, cause) => {
    expect(fileFailure(errorOf(code))).toEqual({
      what: `${path.join(folder, 'here', 'file')} cannot be used`,
      why: `${cause} (${code}, open)`,
      kept: 'nothing was changed; ANN_TUI_HOME=DIR in front of a command puts everything below another folder',
      hint: 'ann-tui info',
    });
  });

  test.skipIf(process.getuid?.() === 0)('a real folder of somebody else is named', () => {
    const foreign = mkdtempSync(path.join(folder, 'ann-tui-foreign-'));
    chmodSync(foreign, 0o500);
    try {
      writeFileSync(path.join(foreign, 'file'), '');
      throw new Error('it was written');
    } catch (error) {
      expect(fileFailure(error)?.what).toBe(`${path.join(foreign, 'file')} cannot be used`);
    } finally {
      chmodSync(foreign, 0o700);
      rmSync(foreign, { recursive: true });
    }
  });

  test.each([[new Error('x')], [undefined], [errorOf('ECONNREFUSED')], [{ ...errorOf('EACCES'), syscall: 'spawn' }]])(
    'is not %o',
    error => {
      expect(fileFailure(error)).toBeUndefined();
    },
  );
});
