/** Following a run that goes on: Ctrl-C leaves it alone and says the way back. The supervisor is played by this test. */

import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { acquireLock } from '../../../../src/process/lock.ts';
import { runFiles } from '../../../../src/runs/files.ts';
import { journalLine } from '../../../../src/runs/journal.ts';
import type { JournalEntry } from '../../../../src/runs/journal-entry.ts';
import { createRun } from '../../../../src/runs/store.ts';
import { givenHome } from '../../../support/home.ts';
import { localSpec } from '../../../support/spec.ts';
import { program } from '../program.ts';

givenHome();

const spec = localSpec();

/** A live run, with a way to write what its supervisor would. */
const liveRun = () => {
  const run = createRun(spec);
  const { journal, owner } = runFiles(run);
  // Held by this process: nobody starts another supervisor.
  acquireLock(owner);
  let line = 1;
  const write = (entry: JournalEntry): void => {
    line += 1;
    appendFileSync(journal, `${JSON.stringify(journalLine(entry, line, Date.now()))}\n`);
  };
  write({ kind: 'launching', attempt: 1 });
  write({ kind: 'launched', attempt: 1, handle: { pid: 99_999_999, start: '1', boot: 'x' } });
  return { run, write };
};

const progress = (seq: number, done: number) =>
  ({ v: 1, seq, container: 'main', time: 1, type: 'progress', phase: 'sweep', done, total: 10, unit: 'points', eta_seconds: 90 }) as const;

test('Ctrl-C leaves the run going: 130 and the way back', async () => {
  const { run } = liveRun();
  const { code, stderr } = await program(['attach', run], { interruptAfter: 300 });
  expect(code).toBe(130);
  expect(stderr).toContain(`ann-tui attach ${run}`);
  expect(stderr).toContain(`ann-tui stop ${run}`);
});

test('the same as JSON', async () => {
  const { run } = liveRun();
  const { code, records } = await program(['attach', run, '--json'], { interruptAfter: 300 });
  expect(code).toBe(130);
  expect(records.at(-1)).toEqual({ type: 'left', run, attach: `ann-tui attach ${run}`, stop: `ann-tui stop ${run}` });
});

test('what comes is told as it comes, progress at a humane rate', async () => {
  const { run, write } = liveRun();
  const following = program(['attach', run]);
  await pause(300);
  for (let seq = 1; seq <= 9; seq++) {
    write({ kind: 'event', attempt: 1, event: progress(seq, seq) });
    await pause(50);
  }
  write({ kind: 'stop_requested', reason: 'asked' });
  await pause(300);
  write({ kind: 'exited', attempt: 1, code: null, signal: 15, lost: false });
  const failure = { what: 'The run was stopped', why: 'a person asked for it', hint: `ann-tui resume ${run}` };
  write({ kind: 'ended', outcome: 'stopped', exitCode: 130, failure });
  const { code, stdout, stderr } = await following;
  expect(code).toBe(130);
  expect(stdout.match(/sweep: \d+ % \(\d+ of 10 points\) · 1m 30s left/g)).toHaveLength(1);
  expect(stdout).toContain('stopping: finished points are kept');
  expect(stdout).toMatch(/stopped in \d/);
  expect(stderr).toContain(`next: ann-tui resume ${run}`);
});

test('logs -f ends with the run, and by Ctrl-C before', async () => {
  const { run, write } = liveRun();
  appendFileSync(runFiles(run).log, 'one\n');
  expect((await program(['logs', run, '-f'], { interruptAfter: 300 })).code).toBe(130);
  const following = program(['logs', run, '-f']);
  await pause(300);
  appendFileSync(runFiles(run).log, 'two\n');
  write({ kind: 'ended', outcome: 'done', exitCode: 0 });
  expect((await following).stdout).toBe('one\ntwo\n');
});

test('a live run is not removed, and keeps ann-tui installed', async () => {
  const { run } = liveRun();
  expect((await program(['runs', 'rm', run, '--yes'])).stderr).toMatch(/is not over/);
  expect((await program(['uninstall', '--yes'])).stderr).toMatch(/still going/);
});
