import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunState } from '../../../src/runs/state.ts';
import { installCommand } from '../../../src/setup/advice.ts';
import type { CheckResult } from '../../../src/setup/check-result.ts';
import { doctor } from '../../../src/setup/doctor.ts';
import { belongings, refuseWithLiveRuns, removeBelongings } from '../../../src/setup/uninstall.ts';
import { paths } from '../../../src/util/paths.ts';
import { givenHome } from '../../support/home.ts';
import { linkPython } from '../../support/stand-in.ts';
import { compilerScript, createFakePath, type FakePath, pythonScript } from './fake-path.ts';

const home = givenHome();
let fake: FakePath;
beforeEach(() => {
  fake = createFakePath();
});
afterEach(() => fake.remove());

const checks = async (runs: readonly RunState[] = []) => new Map((await doctor({ runs, env: fake.env })).map(check => [check.name, check]));
const run = (changes: object): RunState => ({ run: 'bench-abc123', status: 'ended', outcome: 'done', ...changes }) as RunState;

const pretend = (object: object, name: string, value: unknown): (() => void) => {
  const real = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true });
  return () => {
    if (real === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, real);
  };
};

/** What a check says while something is not as it is. */
const during = async (name: string, ...[object, key, value]: Parameters<typeof pretend>): Promise<CheckResult | undefined> => {
  const undo = pretend(object, key, value);
  try {
    return (await checks()).get(name);
  } finally {
    undo();
  }
};

test('a bare machine: what is missing, each with its command; brought one after the other', async () => {
  const found = await checks();
  expect(found.get('Python')).toMatchObject({ verdict: 'fail', found: 'not found; 3.10 or newer is needed', fix: expect.any(String) });
  expect(found.get('C++ compiler')).toMatchObject({ verdict: 'fail', fix: expect.any(String) });
  expect(found.get('Set-up')).toMatchObject({ verdict: 'warn', fix: 'ann-tui setup' });
  expect(found.get('Modal client')).toEqual({ name: 'Modal client', verdict: 'ok', found: 'not set up; not needed to run here' });

  fake.script('python3', pythonScript('/usr/bin/python3.11'));
  fake.script('g++', compilerScript);
  linkPython(process.env.ANN_TUI_HOME ?? '');
  const mended = await checks();
  for (const name of [
    'System',
    'Node',
    'Python',
    'Environments',
    'Python.h',
    'C++ compiler',
    'Machine',
    'Set-up',
    'Configs',
    'Datasets',
    'Runs',
  ])
    expect([name, mended.get(name)?.verdict]).toEqual([name, 'ok']);
  expect(mended.get('Python')?.found).toBe('3.11.2 at /usr/bin/python3.11');
  expect(mended.get('C++ compiler')?.found).toBe('g++ (Fake) 12.2.0');
});

test('venv may be missing where uv is there; headers may not; both can be had', async () => {
  fake.script('python3', pythonScript('/p', { venv: false, headers: false }));
  expect((await checks()).get('Environments')?.verdict).toBe('fail');
  fake.script('uv', '');
  const found = await checks();
  expect(found.get('Environments')?.verdict).toBe('ok');
  expect(found.get('Python.h')?.verdict).toBe('fail');
  fake.script('python3', pythonScript('/p'));
  expect((await checks()).get('Python.h')?.verdict).toBe('ok');
});

test('another system, an old Node, little memory', async () => {
  expect(await during('System', process, 'platform', 'win32')).toMatchObject({
    verdict: 'fail',
    fix: expect.stringContaining('wsl --install'),
  });
  expect(await during('Node', process.versions, 'node', '20.18.3')).toMatchObject({ verdict: 'fail', fix: 'https://nodejs.org' });
  expect(await during('Node', process.versions, 'node', '20.19.0')).toMatchObject({ verdict: 'ok' });
  expect(await during('Machine', os, 'totalmem', () => 1e9)).toMatchObject({
    verdict: 'warn',
    found: expect.stringContaining('compiling may fail'),
  });
  expect((await checks()).get('Machine')?.verdict).toBe('ok');
});

test.runIf(process.platform === 'linux')('a disk without room, and one with', async () => {
  // The kernel's own file systems have none.
  process.env.ANN_TUI_HOME = '/proc/ann-tui';
  expect((await checks()).get('Disk')).toMatchObject({ verdict: 'fail', fix: 'df -h' });
  process.env.ANN_TUI_HOME = home();
  expect((await checks()).get('Disk')?.verdict).not.toBe('fail');
});

test('a terminal too small, and one that will do', async () => {
  const undo = [
    pretend(process.stdin, 'isTTY', true),
    pretend(process.stdout, 'isTTY', true),
    pretend(process.stdout, 'getColorDepth', () => 24),
    pretend(process.stdout, 'rows', 24),
  ];
  try {
    expect(await during('Terminal', process.stdout, 'columns', 50)).toMatchObject({
      verdict: 'warn',
      found: expect.stringMatching(/^50 × 24.*80 × 24 shows more/),
    });
    expect(await during('Terminal', process.stdout, 'columns', 80)).toMatchObject({
      verdict: 'ok',
      found: '80 × 24, 16 million colours, UTF-8',
    });
  } finally {
    for (const one of undo) one();
  }
});

test('a partial dataset and a run cut short are worth a word, until they are whole', async () => {
  mkdirSync(paths().datasets, { recursive: true });
  const part = path.join(paths().datasets, 'sift-128-euclidean.hdf5.part');
  writeFileSync(part, 'x');
  const found = await checks([run({ outcome: 'lost' }), run({ status: 'running' })]);
  expect(found.get('Datasets')).toMatchObject({ verdict: 'warn', fix: 'ann-tui sync sift-128-euclidean' });
  expect(found.get('Runs')).toMatchObject({ verdict: 'warn', fix: 'ann-tui resume bench-abc123' });
  rmSync(part);
  const mended = await checks([run({}), run({ status: 'running' })]);
  expect(mended.get('Datasets')?.verdict).toBe('ok');
  expect(mended.get('Runs')).toMatchObject({ verdict: 'ok', found: '2 kept, 1 running' });
});

test('a broken config of one’s own is a check like any other', async () => {
  mkdirSync(paths().config, { recursive: true });
  writeFileSync(path.join(paths().config, 'datasets.yaml'), 'datasets: 5\n');
  expect((await checks()).get('Configs')).toMatchObject({
    verdict: 'fail',
    found: expect.stringContaining('datasets.yaml:1: datasets is not valid'),
  });
  rmSync(path.join(paths().config, 'datasets.yaml'));
  expect((await checks()).get('Configs')).toMatchObject({ verdict: 'ok', found: "the package's own" });
});

test.each([
  ['apt-get', 'linux', false, 'sudo apt install python3.11-venv'],
  ['apt-get', 'linux', true, 'apt install python3.11-venv'],
  ['apk', 'linux', true, 'apk add python3'],
  ['brew', 'darwin', false, 'brew install python@3.13'],
  ['nothing', 'linux', false, "install Python's venv module with your package manager"],
])('%s on %s, root %s', (manager, platform, root, command) => {
  fake.script(manager, '');
  expect(installCommand('venv', fake.env, '3.11', platform, root)).toBe(command);
});

test('a Mac’s compiler comes from Apple, with Homebrew or without', () => {
  expect(installCommand('compiler', fake.env, '3.11', 'darwin', false)).toBe('xcode-select --install');
  fake.script('brew', '');
  expect(installCommand('compiler', fake.env, '3.11', 'darwin', false)).toBe('xcode-select --install');
});

test('uninstall lists what is there with its size, and removes that', async () => {
  expect(await belongings()).toEqual([]);
  for (const folder of [paths().datasets, paths().runs, paths().python, paths().config]) {
    mkdirSync(path.join(folder, 'inner'), { recursive: true });
    writeFileSync(path.join(folder, 'inner/file'), 'x'.repeat(1000));
  }
  expect((await belongings('environment')).map(({ name }) => name)).toEqual(['Python environment']);
  const list = await belongings();
  expect(list.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['Python environment', 1000],
    ['datasets', 1000],
    ['runs and their results', 1000],
    ['preferences and your own configs', 1000],
  ]);
  await removeBelongings(list);
  expect(existsSync(home())).toBe(false);
  mkdirSync(home());
});

test('a orphan’s file keeps the folder', async () => {
  mkdirSync(paths().runs, { recursive: true });
  writeFileSync(path.join(home(), 'mine'), '');
  await removeBelongings(await belongings());
  expect(existsSync(path.join(home(), 'mine'))).toBe(true);
});

test('not under a live run', () => {
  refuseWithLiveRuns([run({})]);
  expect(() => refuseWithLiveRuns([run({}), run({ run: 'bench-xyz789', status: 'running' })])).toThrow(/bench-xyz789/);
});
