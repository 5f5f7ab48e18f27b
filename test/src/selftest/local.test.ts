/** The self-test of this machine, by really doing all of it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runChecks } from '../../../src/selftest/check.ts';
import { localChecks } from '../../../src/selftest/local/checks.ts';
import { createLocal } from '../../../src/selftest/local/context.ts';
import { givenHome } from '../../support/home.ts';
import { plant } from '../../support/planted.ts';
import { linkPython } from '../../support/stand-in.ts';
import { program } from '../cli/program.ts';

const home = givenHome();
beforeEach(() => linkPython(home()));
afterEach(() => {
  delete process.env.AWS_SECRET_ACCESS_KEY;
});

/** A busy machine is noisy, and slow to sync; a small disk is small. */
const mayDiffer = ['noise', 'disk: room', 'disk: safe writes'];

test('everything that is assumed of this machine holds, and the report of it says nothing that is nobody else’s business', async () => {
  const secret = plant();
  process.env.AWS_SECRET_ACCESS_KEY = secret;
  const { code, records, stderr } = await program(['selftest', '--json']);
  const checks = records.filter(({ type }) => type === 'check');
  expect(
    checks.filter(({ name, verdict }) => verdict !== 'ok' && !mayDiffer.includes(name as string)),
    stderr,
  ).toEqual([]);
  expect(checks.map(({ name }) => name)).toEqual(localChecks.map(({ name }) => name));
  expect(checks.map(({ verdict }) => verdict)).not.toContain('fail');
  expect(code).toBe(0);
  const { file } = records.at(-1) as { file: string };
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('✓ seal: network');
  expect(text).toContain('assumed: one that opens a socket is stopped');
  expect(text).not.toContain(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // Nothing else is left.
  expect(readdirSync(path.join(home(), 'data')).filter(name => name.startsWith('selftest-'))).toEqual([]);
});

test('without a compiler the C++ file is named, and the walls around it are not claimed', async () => {
  const local = createLocal({ ...process.env, CXX: '/no/such' });
  const done = await runChecks(localChecks, local, { only: ['own C++', 'seal: network'], signal: new AbortController().signal });
  expect(done.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['Python environment', 'ok'],
    ['own C++', 'fail'],
    ['seal: network', 'skipped'],
  ]);
  expect(done[1]?.found).toMatch(/compile-error: .*compiler/);
});

test('a target that there is not is wrong usage', async () => {
  expect(await program(['selftest', '--target', 'moon'])).toMatchObject({ code: 2, stderr: expect.stringContaining('local or modal') });
});
