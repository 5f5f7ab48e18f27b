/** `ann-tui logs`: byte for byte into a file or a pipe, cleaned for a terminal, in a memory that does not grow with the log. */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../../../src/process/lock.ts';
import { runFiles } from '../../../../src/runs/files.ts';
import { journalLine } from '../../../../src/runs/journal.ts';
import type { JournalEntry } from '../../../../src/runs/journal-entry.ts';
import { createRun } from '../../../../src/runs/store.ts';
import { bundle } from '../../../e2e/program.ts';
import { givenHome } from '../../../support/home.ts';
import { localSpec } from '../../../support/spec.ts';
import { until } from '../../../support/until.ts';
import { program } from '../program.ts';

const home = givenHome();

/** Lines 2 and on of a run's journal. */
const append = (run: string, first: number, ...entries: readonly JournalEntry[]): void => {
  for (const [n, entry] of entries.entries())
    appendFileSync(runFiles(run).journal, `${JSON.stringify(journalLine(entry, first + n, Date.now()))}\n`);
};

/** A run that is over, and its log. */
const runWith = (log: Uint8Array | string): string => {
  const run = createRun(localSpec());
  append(run, 2, { kind: 'launching', attempt: 1 }, { kind: 'ended', outcome: 'done', exitCode: 0 });
  writeFileSync(runFiles(run).log, log);
  return run;
};

/** Whatever a job may print: colours, a progress bar, bytes that are no text, a long line, no newline at the end. */
const wild = Buffer.concat([
  Buffer.from('\x1b[31mred\x1b[0m\n10%\r20%\r30%\n'),
  Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
  Buffer.from(`${'x'.repeat(5000)}\ntry: ann-tui resume bench-1\nend`),
]);

describe('bytes', () => {
  test('into a file or a pipe they are those of the log', async () => {
    const run = runWith(wild);
    const bytes = async (...args: readonly string[]) => Buffer.from((await program(['logs', run, ...args])).stdout, 'latin1');
    expect((await bytes()).equals(wild)).toBe(true);
    expect((await bytes('-f')).equals(wild)).toBe(true);
    expect((await bytes('-n', '1')).toString()).toBe('end');
    expect((await bytes('-n', '3')).toString()).toBe(`${'x'.repeat(5000)}\ntry: ann-tui resume bench-1\nend`);
    expect((await bytes('-n', '100')).equals(wild)).toBe(true);
    expect((await bytes('-n', '0')).length).toBe(0);
  });

  test('by --clean, and in a terminal, they are lines that it may show', async () => {
    const run = runWith(wild);
    const lines = `red\n30%\n\uFFFD\uFFFD\n${'x'.repeat(1999)}…\ntry: ann-tui resume bench-1\nend\n`;
    expect((await program(['logs', run, '--clean'])).stdout).toBe(lines);
    expect((await program(['logs', run], { interactive: true })).stdout).toBe(lines);
    expect((await program(['logs', run, '-n', '2', '--json'])).records.map(({ line }) => line)).toEqual([
      'try: ann-tui resume bench-1',
      'end',
    ]);
  });

  test('the last lines are found from the end, whatever lies between', async () => {
    const rows = Array.from({ length: 50_000 }, (_, n) => `line ${n}\n`);
    const run = runWith(rows.join(''));
    for (const count of [1, 2, 40_000, 49_999, 50_000])
      expect((await program(['logs', run, '-n', String(count)])).stdout).toBe(rows.slice(-count).join(''));
    expect((await program(['logs', run, '-n', '-1'])).code).toBe(2);
  });
});

const peak = (pid: number): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const megabytes = 300;
const block = Buffer.alloc(1 << 20, 'the quick brown fox jumps over the lazy dog, again and again\n');

/** MiB of memory that the program has needed by the time all of the log has come through a pipe whose reader takes its time. */
const memoryFor = async (run: string, ...args: readonly string[]): Promise<{ readonly bytes: number; readonly mib: number }> => {
  const child = spawn(process.execPath, [bundle, 'logs', run, ...args], { env: { ...process.env, ANN_TUI_HOME: home() } });
  let bytes = 0;
  let mib = 0;
  for await (const chunk of child.stdout) {
    bytes += chunk.length;
    // Longer than the program needs to fill whatever would hold bytes on its way.
    if (bytes === chunk.length) await new Promise(resolve => setTimeout(resolve, 1500));
    if (existsSync(`/proc/${child.pid}/status`) && child.exitCode === null) mib = Math.max(mib, peak(child.pid as number) || 0);
  }
  return { bytes, mib };
};

describe.runIf(process.platform === 'linux')('a log of 300 MiB', () => {
  test('needs no more memory than a short one', async () => {
    const run = runWith('');
    const file = openSync(runFiles(run).log, 'w');
    for (let n = 0; n < megabytes; n += 1) writeSync(file, block);
    closeSync(file);
    const short = await memoryFor(runWith(block.subarray(0, 100)));
    const long = await memoryFor(run);
    expect(long.bytes).toBe(megabytes << 20);
    expect(long.mib).toBeLessThan(short.mib + 120);
    const clean = await memoryFor(run, '--clean', '-n', '1000000');
    expect(clean.mib).toBeLessThan(short.mib + 120);
  });

  test('a reader that leaves ends it quietly', async () => {
    const run = runWith(Buffer.concat(Array.from({ length: 8 }, () => block)));
    const env = { ANN_TUI_HOME: home() };
    const { stdout, stderr } = await execa('sh', ['-c', '"$0" "$1" logs "$2" | head -1', process.execPath, bundle, run], { env });
    expect(stdout).toBe('the quick brown fox jumps over the lazy dog, again and again');
    expect(stderr).toBe('');
  });

  test('into a file it is the log, and -f goes on with it to the end of the run', async () => {
    const run = createRun(localSpec());
    // Held by this process: nobody starts a supervisor for it.
    acquireLock(runFiles(run).owner);
    append(run, 2, { kind: 'launching', attempt: 1 });
    writeFileSync(runFiles(run).log, wild);
    const copy = path.join(home(), 'copy');
    const env = { ANN_TUI_HOME: home() };
    await execa('sh', ['-c', '"$0" "$1" logs "$2" > "$3"', process.execPath, bundle, run, copy], { env });
    expect(readFileSync(copy).equals(wild)).toBe(true);
    const following = execa('sh', ['-c', 'exec "$0" "$1" logs -f "$2" > "$3"', process.execPath, bundle, run, `${copy}-2`], { env });
    await until('what is there already', () => existsSync(`${copy}-2`) && statSync(`${copy}-2`).size === wild.length);
    appendFileSync(runFiles(run).log, block);
    await until('what came since', () => statSync(`${copy}-2`).size === wild.length + block.length);
    append(run, 3, { kind: 'ended', outcome: 'done', exitCode: 0 });
    await following;
    expect(readFileSync(`${copy}-2`).equals(Buffer.concat([wild, block]))).toBe(true);
  });
});
