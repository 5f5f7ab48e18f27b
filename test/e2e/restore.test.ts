/** On every way out the terminal is as it was: normal screen, visible cursor, no paste mode, the shell's text still there. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundle, Home } from './program.ts';
import { Terminal } from './terminal.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.close());

/** Under a shell that goes on afterwards, so that what is left behind can be seen. */
const underShell = (...nodeArgs: readonly string[]): Terminal =>
  new Terminal(
    '/bin/sh',
    ['-c', `echo before; "$0" "$@"; echo "code $?"; stty -a | grep -o -- '-\\?icanon'`, process.execPath, ...nodeArgs, bundle],
    {
      env: home.env,
    },
  );

/** The pid of the program under the shell. */
const programPid = async (shell: Terminal): Promise<number> => {
  const { readFileSync } = await import('node:fs');
  const children = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, 'utf8').trim().split(' ');
  return Number(children[0]);
};

const isRestored = async (terminal: Terminal, code: number) => {
  await terminal.waitFor(`code ${code}`);
  await terminal.exited;
  const screen = terminal.screen();
  expect(screen).toContain('before');
  expect(terminal.alternate).toBe(false);
  expect(terminal.cursorHidden).toBe(false);
  expect(terminal.raw.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(terminal.raw.lastIndexOf('\x1b[?2004h'));
  expect(terminal.raw).not.toContain('\x1b[3J');
  expect(screen.split('\n')).toContain('icanon');
  return screen;
};

const opened = async (...nodeArgs: readonly string[]): Promise<Terminal> => {
  const terminal = underShell(...nodeArgs);
  await terminal.waitFor('? more');
  expect(terminal.alternate).toBe(true);
  return terminal;
};

describe('the terminal is restored', () => {
  test('after q', async () => {
    const terminal = await opened();
    await terminal.press('q');
    await isRestored(terminal, 0);
  });

  test('after Ctrl-C', async () => {
    const terminal = await opened();
    await terminal.press('ctrl-c');
    await isRestored(terminal, 130);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('after %s', async (signal, code) => {
    const terminal = await opened();
    process.kill(await programPid(terminal), signal);
    await isRestored(terminal, code);
  });

  test.each([
    ['a throw', "setTimeout(() => { throw new Error('the floor gave way'); }, 1500);"],
    ['an unhandled rejection', "setTimeout(() => { Promise.reject(new Error('the floor gave way')); }, 1500);"],
  ])('after %s, whose text stands on the normal screen', async (_, code) => {
    const preload = path.join(home.folder, 'preload.mjs');
    writeFileSync(preload, code);
    const terminal = await opened('--import', preload);
    const screen = await isRestored(terminal, 1);
    expect(screen).toContain('the floor gave way');
  });
});

test('a closed window ends the program and nothing is left behind', async () => {
  const terminal = home.open();
  await terminal.waitFor('? more');
  terminal.hangUp();
  const { exitCode } = await terminal.exited;
  expect(exitCode).toBe(129);
});
