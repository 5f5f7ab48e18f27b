/** A disk that is full, or becomes so in mid-run: told as that, at once; what was there is kept, and goes on when there is room again. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure } from '../../../src/errors/errors.ts';
import { appendRecord, openToAppend } from '../../../src/process/ndjson.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { openJournal } from '../../../src/runs/journal.ts';
import { requireRoom } from '../../../src/runs/room.ts';
import { createLister, createRun, listRuns, openRun, removeRun, requestResume, requestStop } from '../../../src/runs/store.ts';
import { paths } from '../../../src/util/paths.ts';
import { pointsOf } from '../../support/bench-run.ts';
import { createSmallDisk, type SmallDisk, smallDisks } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';
import { program as command } from '../cli/program.ts';
import { jobCommand, journalOf, runSupervisor, spec, startsOf, untilState } from './support/bench.ts';
import { givenSupervisor } from './support/given-supervisor.ts';

const program = givenSupervisor();
let disk: SmallDisk;
let before: string | undefined;

beforeEach(() => {
  before = process.env.ANN_TUI_HOME;
  if (!smallDisks) return;
  disk = createSmallDisk(4);
  process.env.ANN_TUI_HOME = disk.folder;
});
afterEach(() => {
  process.env.ANN_TUI_HOME = before;
  if (smallDisks) disk.remove();
});

const failureOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return toFailure(error);
  }
  throw new Error('It did not fail');
};

const endedRun = (): string => {
  const run = createRun(spec());
  const journal = openJournal(runFiles(run));
  journal?.append({ kind: 'ended', outcome: 'failed', exitCode: 1 });
  journal?.close();
  return run;
};

describe.runIf(smallDisks)('a full disk', () => {
  it('is told where and with what helps, and nothing half made is left', () => {
    mkdirSync(paths().runs, { recursive: true });
    disk.fill();
    const failure = failureOf(() => createRun(spec()));
    expect(failure).toMatchObject({ what: 'The disk is full', hint: 'ann-tui runs prune' });
    expect(failure.why).toMatch(new RegExp(`${disk.folder}/.*there is no room to write; 0 B are free in`));
    expect(readdirSync(paths().runs)).toEqual([]);
    expect(failureOf(() => requireRoom(paths().runs))).toMatchObject({
      what: 'The disk is too full for a run',
      why: expect.stringMatching(/a run needs 8\.0 MB .*; 0 B are free in/),
    });
  });

  it('does not keep runs from being listed, shown and removed: that makes room', async () => {
    const run = endedRun();
    disk.fill();
    const full = await command(['runs', '--local', '--json']);
    expect(full.records).toMatchObject([{ run, outcome: 'failed' }]);
    expect((await command(['show', run])).code).toBe(0);
    expect(await command(['runs', 'rm', run, '--yes'])).toMatchObject({ code: 0, stdout: `removed ${run}\n` });
    expect(listRuns()).toEqual([]);
    expect(readdirSync(paths().runs)).toEqual([]);
  });

  it('does not let a run be removed that is not over', () => {
    const run = createRun(spec());
    disk.fill();
    expect(failureOf(() => removeRun(run)).what).toBe(`Run ${run} is not over`);
    expect(listRuns()).toHaveLength(1);
  });

  it('leaves no half record', () => {
    const file = path.join(disk.folder, 'records');
    writeFileSync(file, '');
    const descriptor = openToAppend(file);
    const record = { text: 'x'.repeat(5000) };
    appendRecord(descriptor, record);
    disk.fill();
    expect(() => {
      for (;;) appendRecord(descriptor, record);
    }).toThrow(/ENOSPC/);
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) expect(JSON.parse(line)).toEqual(record);
  });
});

/** A job that says one point, fills the disk, and fails without being able to say so. */
const filling = (left: number): readonly string[] => [
  '-c',
  `
import json, os, sys, time
def say(seq, kind, **fields):
    with open('events.ndjson', 'ab', buffering=0) as out:
        out.write(json.dumps({'v': 1, 'seq': seq, 'container': 'main', 'time': time.time(), 'type': kind, **fields}).encode() + b'\\n')
open('starts', 'a').write(f'{os.getpid()}\\n')
if os.path.exists('fill'):
    say(9000, 'result', seconds=1.0)
    sys.exit(0)
say(1, 'started', job='bench', pid=os.getpid(), machine={'cores': 2})
say(2, 'point', dataset='quick', impl='hnsw', params={'efSearch': 0}, k=10, threads=1, recall=0.9, qps=100.0, qps_median=99.0,
    latency_ms={'mean': 1.0}, build_seconds=1.0, index_bytes=1, rss_bytes=1)
time.sleep(0.5)
try:
    with open('fill', 'ab', buffering=0) as out:
        while True: out.write(b'x' * 4096)
except OSError:
    os.truncate('fill', os.path.getsize('fill') - ${left})
for n in range(1000):
    say(3 + n, 'warning', message='w' * 2000)
`,
];

describe.runIf(smallDisks)('a disk that becomes full in mid-run', () => {
  const supervise = (run: string, words: readonly string[]) => runSupervisor(program(), run, { command: words });

  it.each([0, 20_000])('by the job itself: told as that at once, what was measured is kept (%d bytes left)', async left => {
    const run = createRun(spec());
    const { code } = await supervise(run, filling(left)).gone;
    expect(code).toBe(0);
    const state = openRun(run).refresh();
    expect(state).toMatchObject({
      status: 'ended',
      outcome: 'failed',
      exitCode: 1,
      exit: { code: 1, lost: false },
      failure: { what: 'The disk was full', kept: '1 of 3 points', hint: `ann-tui resume ${run}` },
    });
    expect(state.failure?.why).toMatch(/are free in .*job, a run needs 8\.0 MB/);
    expect(pointsOf(state)).toHaveLength(1);
    expect(state.tornLines).toBeUndefined();
    expect(journalOf(run).map(({ n }) => n)).toEqual(journalOf(run).map((_, index) => index + 1));

    // With room again the same run goes on.
    writeFileSync(path.join(runFiles(run).job, 'fill'), '');
    requestResume(run);
    await supervise(run, filling(0)).gone;
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'done', attempt: 2, results: { points: [{ impl: 'hnsw' }] } });
  });

  it('by others: the job fails at its next word', async () => {
    const run = createRun(spec());
    const { gone } = supervise(run, jobCommand('ok', 3, 2));
    await untilState(run, 'the job to run', ({ status, machine }) => status === 'running' && machine !== undefined);
    disk.fill();
    await gone;
    const { failure, outcome } = createLister()().runs[0] ?? {};
    expect([outcome, failure?.what]).toEqual(['failed', 'The disk was full']);
  });

  it('and the run can be stopped all the same', async () => {
    const run = createRun(spec());
    const { gone } = supervise(run, jobCommand('hang', 1, 0.1));
    await untilState(run, 'a first point', state => pointsOf(state).length > 0);
    disk.fill();
    expect(requestStop(run)).toBe(true);
    await gone;
    expect(openRun(run).refresh()).toMatchObject({ status: 'ended', outcome: 'stopped', results: { points: [{ impl: 'hnsw' }] } });
  });

  it('and has room again: what the job said meanwhile is all there', async () => {
    const run = createRun(spec());
    const all = 9;
    const { gone } = supervise(run, jobCommand('hang', all, 0.3));
    await untilState(run, 'a first point', state => pointsOf(state).length > 0);
    // Blocks that are begun still take some bytes: those of the job's file last for all it says, those of the journal, whose lines are longer, do not.
    disk.fill();
    const have = path.join(runFiles(run).job, 'have');
    await until('the job to have said all', () => existsSync(have) && readFileSync(have, 'utf8').split('\n').length > all);
    expect(pointsOf(openRun(run).refresh()).length).toBeLessThan(all);
    disk.empty();
    await untilState(run, 'all of its points', state => pointsOf(state).length === all);
    requestStop(run);
    await gone;
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'stopped', missingEvents: 0, badEvents: 0 });
    expect(startsOf(run)).toHaveLength(1);
  });
});
