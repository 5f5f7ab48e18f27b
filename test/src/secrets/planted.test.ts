/** The search itself: what it must find, it finds. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { searchFor } from '../../support/planted.ts';

/** Without the marker of secrets: these are found on purpose. */
const plant = (form = ''): string => `${form}${randomBytes(15).toString('hex')}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-planted-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['as it is', (value: string) => `x${value}y`],
  ['in JSON', (value: string) => JSON.stringify({ value })],
  ['in an address', (value: string) => `https://host/?q=${encodeURIComponent(value)}`],
  ['in Base64', (value: string) => Buffer.from(`user:${value}`).toString('base64')],
  ['in Base64, a byte later', (value: string) => Buffer.from(`user::${value}!`).toString('base64')],
  ['in Base64, two bytes later', (value: string) => Buffer.from(`user:::${value}`).toString('base64url')],
  ['in hexadecimal', (value: string) => Buffer.from(value).toString('hex')],
])('a value is found %s', (_form, written) => {
  const value = plant('a/+" ');
  const search = searchFor({ key: value });
  expect(search.inText('here', written(value))).toEqual([{ secret: 'key', where: 'here' }]);
  expect(search.inText('here', written(plant('a/+" ')))).toEqual([]);
});

test('files, their names, and stretches of large ones are searched; links are not followed', () => {
  const value = plant();
  const search = searchFor({ key: value });
  mkdirSync(path.join(folder, 'deep'));
  symlinkSync(os.tmpdir(), path.join(folder, 'link'));
  expect(search.inFolders([folder])).toEqual([]);
  const large = path.join(folder, 'deep', 'large');
  writeFileSync(large, `${'x'.repeat((8 << 20) - 10)}${value}`);
  const named = path.join(folder, `file-${value}`);
  writeFileSync(named, '');
  expect(search.inFolders([folder]).map(({ where }) => where)).toEqual([large, named]);
});

test('a command line that lives for a moment is seen', async () => {
  const value = plant();
  const watch = searchFor({ key: value }).watchProcesses();
  const code = 'console.log(1); process.stdin.resume()';
  const child = spawn(process.execPath, ['-e', code, value], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  // The watch is in this process: it looks before this timer ends.
  await new Promise(resolve => setTimeout(resolve, 100));
  child.stdin.end();
  await once(child, 'exit');
  expect(watch.stop()).toEqual([{ secret: 'key', where: expect.stringMatching(/^the command line \S*node -e console.* …$/) }]);
});
