import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { appendRecord, openToAppend } from '../../src/process/ndjson.ts';
import { journalLine } from '../../src/runs/journal.ts';
import { localSpec } from '../support/spec.ts';
import { Home } from './program.ts';

/** The editor that `e` opens has the terminal for itself, and gives it back. */
const home = new Home({ prepared: false });
afterEach(() => home.close());

test('e gives the terminal to the editor, at the line of the file that the error names, and takes it back', async () => {
  const editor = path.join(home.folder, 'editor.sh');
  const file = path.join(home.folder, 'mine.cpp');
  writeFileSync(editor, '#!/bin/sh\necho "editing $*"\nstty -a | grep -o -- "-\\?icanon"\nread answer\necho "got $answer" > "$0.said"\n', {
    mode: 0o755,
  });
  writeFileSync(file, 'x\n');
  const run = 'bench-abcdef';
  const folder = path.join(home.folder, 'data/runs', run);
  for (const name of ['owner', 'intents', 'job']) mkdirSync(path.join(folder, name), { recursive: true });
  const own = localSpec({
    implementations: [{ name: 'mine', build: {}, search: [{}], source: { file: 'mine.cpp', sha256: '0'.repeat(64), from: file } }],
  });
  const journal = openToAppend(path.join(folder, 'journal.ndjson'));
  const entries = [
    { kind: 'created', run, spec: own },
    { kind: 'launching', attempt: 1 },
    { kind: 'ended', outcome: 'failed', exitCode: 1, failure: { what: 'mine does not compile', why: 'x' } },
  ];
  for (const [n, entry] of entries.entries()) appendRecord(journal, journalLine(entry as never, n + 1, Date.now()));
  appendFileSync(path.join(folder, 'job/log'), `one\nmine.cpp:3:12: error: expected declarator before '{' token\n${'more\n'.repeat(60)}`);
  const terminal = home.open(['attach', run], { cols: 100, env: { VISUAL: editor } });
  await terminal.waitFor('? more');
  await terminal.press('l');
  await terminal.waitFor('end line 62');
  await terminal.press('!');
  await terminal.waitFor(/▸✗.*mine\.cpp:3/);
  const before = terminal.rows().slice(2, 20);
  await terminal.press('e');
  await terminal.waitFor(`editing ${file}`);
  await terminal.waitFor(/^icanon$/m);
  expect(terminal.alternate).toBe(false);
  await terminal.press('hello', 'enter');
  await terminal.waitFor(/▸✗.*mine\.cpp:3/);
  expect(readFileSync(`${editor}.said`, 'utf8')).toBe('got hello\n');
  expect(terminal.alternate).toBe(true);
  expect(terminal.rows().slice(2, 20)).toEqual(before);
  await terminal.press('q');
  expect((await terminal.exited).exitCode).toBe(0);
});
