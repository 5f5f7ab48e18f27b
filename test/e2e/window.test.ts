/** The window: made larger and smaller, given back to the shell with ctrl-z, and one that has no screen to give. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { bundle, Home } from './program.ts';
import { Terminal } from './terminal.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.close());

/** Home, with the runs read and the keys told. */
const settled = /Nothing was run yet[\s\S]*enter open/;

test('after every change of its size the window shows what is drawn at that size anew', async () => {
  const walked = home.open([], { cols: 120, rows: 40 });
  await walked.waitFor(settled);
  for (const [cols, rows] of [
    [80, 24],
    [60, 20],
    [60, 40],
    [120, 40],
    [80, 24],
  ] as const) {
    walked.resize(cols, rows);
    const fresh = home.open([], { cols, rows });
    await fresh.waitFor(settled);
    const anew = fresh.screen();
    await until('the same picture', () => walked.screen() === anew, 60).catch(() => expect(walked.screen()).toBe(anew));
    fresh.kill('SIGKILL');
    // There and back within a moment: of the two signals one may be all that comes, and the size is the old one.
    walked.resize(30, 8);
    walked.resize(cols, rows);
    await until('the same picture again', () => walked.screen() === anew, 60).catch(() => expect(walked.screen()).toBe(anew));
  }
  expect(walked.raw).not.toContain('\x1b[3J');
});

describe('ctrl-z', () => {
  test('gives the terminal back to the shell, and fg brings the screen back', async () => {
    const shell = new Terminal('/bin/bash', ['--norc', '--noprofile', '-i'], { env: { ...home.env, PS1: 'shell> ' } });
    await shell.waitFor('shell> ');
    await shell.press(`'${process.execPath}' '${bundle}'`, 'enter');
    for (const screen of [settled, /3 chosen[\s\S]*r at a recall/]) {
      await shell.waitFor(screen);
      const before = shell.screen();
      await shell.press('\x1a');
      await shell.waitFor(/Stopped/);
      expect(shell.alternate).toBe(false);
      expect(shell.cursorHidden).toBe(false);
      await shell.press('stty -a | grep -o -- "-\\?icanon"; echo "is $((40 + 2))"', 'enter');
      await shell.waitFor('is 42');
      expect(shell.rows()).toContain('icanon');
      await shell.press('clear; fg', 'enter');
      await until('the screen as it was', () => shell.alternate && shell.screen() === before, 60).catch(() =>
        expect(shell.screen()).toBe(before),
      );
      if (screen === settled) await shell.press('b');
    }
    // Keys arrive again, and the way out restores the terminal.
    await shell.press('q');
    await until('the shell', () => !shell.alternate);
    await shell.press('exit', 'enter');
    await shell.exited;
  });

  test('where nothing could continue it, it goes on by itself', async () => {
    const terminal = home.open();
    await terminal.waitFor('? more');
    await terminal.press('\x1a');
    await until('the screen again', () => terminal.raw.split('\x1b[?1049h').length === 3 && terminal.alternate);
    await terminal.waitFor('? more');
    await terminal.press('q');
    expect((await terminal.exited).exitCode).toBe(0);
  });
});

test('a dumb terminal gets lines, never a screen', async () => {
  const terminal = home.open(['bench', '--dry-run'], { env: { TERM: 'dumb' } });
  expect((await terminal.exited).exitCode).toBe(0);
  home.chooseLittle();
  const bare = home.open([], { env: { TERM: 'dumb' } });
  await bare.waitFor(/bench-\w+/);
  await bare.exited;
  for (const { raw } of [terminal, bare]) expect(raw).not.toContain('\x1b');
  const [run] = home.runs();
  const attached = home.open(['attach', run ?? ''], { env: { TERM: 'dumb' } });
  await attached.exited;
  expect(attached.raw).not.toContain('\x1b');
  expect(attached.raw).toContain(run);
});
