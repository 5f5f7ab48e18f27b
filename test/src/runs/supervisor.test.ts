import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { identify } from '../../../src/process/identity.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { createRun, openRun, requestResume, requestStop } from '../../../src/runs/store.ts';
import { pointsOf } from '../../support/bench-run.ts';
import { until } from '../../support/until.ts';
import { jobCommand, journalOf, runSupervisor, spec, startsOf, untilState } from './support/bench.ts';
import { givenSupervisor } from './support/given-supervisor.ts';

const program = givenSupervisor();

const finish = async (run: string, command: readonly string[], options = {}) => {
  const result = await runSupervisor(program(), run, { command, ...options }).gone;
  expect(result.said).toBe('');
  expect(result.code).toBe(0);
  return openRun(run).refresh();
};

describe('a run from beginning to end', () => {
  it('is done when the job leaves with 0, with every event in the journal', async () => {
    const run = createRun(spec());
    const state = await finish(run, jobCommand('ok'));
    expect(state).toMatchObject({ status: 'ended', outcome: 'done', exitCode: 0, attempt: 1, missingEvents: 0, badEvents: 0 });
    expect(state.failure).toBeUndefined();
    expect(pointsOf(state).map(({ params }) => params.efSearch)).toEqual([0, 1, 2]);
    expect(state.jobResult).toEqual({ seconds: 1, file: 'results.json' });
    expect(readFileSync(runFiles(run).log, 'utf8')).toBe('hello from the job\n');
    expect(
      journalOf(run)
        .map(({ kind }) => kind)
        .filter(kind => kind !== 'event'),
    ).toEqual(['created', 'supervised', 'launching', 'launched', 'exited', 'ended']);
  });

  it('fails in the words of the job', async () => {
    const run = createRun(spec());
    const state = await finish(run, jobCommand('fail'));
    expect(state).toMatchObject({ outcome: 'failed', exitCode: 1, exit: { code: 1, signal: null, lost: false } });
    expect(state.failure).toEqual({
      what: 'The dataset could not be read',
      why: 'quick.hdf5: truncated file',
      kept: '3 of 3 points',
      hint: 'ann-tui sync quick',
    });
  });

  it('fails with the signal when the job said nothing', async () => {
    const state = await finish(createRun(spec()), jobCommand('crash'));
    expect(state).toMatchObject({ outcome: 'failed', exit: { code: null, signal: 6 } });
    expect(state.failure?.why).toContain('SIGABRT');
  });

  it('is lost when the whole group was killed', async () => {
    const run = createRun(spec());
    const state = await finish(run, jobCommand('gone'));
    expect(state).toMatchObject({ outcome: 'lost', exitCode: 1, exit: { lost: true } });
    expect(state.failure).toMatchObject({ what: 'The job was killed from outside', kept: '3 of 3 points', hint: `ann-tui resume ${run}` });
  });

  it('ends what the job left running', async () => {
    const run = createRun(spec());
    expect(await finish(run, jobCommand('child'))).toMatchObject({ outcome: 'done' });
    const pid = Number(readFileSync(path.join(runFiles(run).job, 'grandchild'), 'utf8'));
    await until('the grandchild to be gone', () => identify(pid) === undefined);
  });
});

describe('stopping', () => {
  it('asks the job to leave', async () => {
    const run = createRun(spec());
    const { gone } = runSupervisor(program(), run, { command: jobCommand('hang') });
    await untilState(run, 'three points', state => pointsOf(state).length === 3);
    expect(requestStop(run)).toBe(true);
    await gone;
    const state = openRun(run).refresh();
    expect(state).toMatchObject({ outcome: 'stopped', exitCode: 130, exit: { code: 143 } });
    expect(state.failure?.hint).toBe(`ann-tui resume ${run}`);
    expect(requestStop(run)).toBe(false);
  });

  it('ends a job that does not listen after the grace', async () => {
    const run = createRun(spec());
    const { gone } = runSupervisor(program(), run, { command: jobCommand('stubborn'), grace: 300 });
    await untilState(run, 'three points', state => pointsOf(state).length === 3);
    requestStop(run);
    await gone;
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'stopped', exitCode: 130 });
    for (const pid of startsOf(run)) expect(identify(pid)).toBeUndefined();
  });

  it('ends it at once when forced', async () => {
    const run = createRun(spec());
    const { gone } = runSupervisor(program(), run, { command: jobCommand('stubborn'), grace: 60_000 });
    await untilState(run, 'three points', state => pointsOf(state).length === 3);
    requestStop(run);
    await untilState(run, 'stopping', ({ status }) => status === 'stopping');
    requestStop(run, { force: true });
    await gone;
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'stopped', exitCode: 130 });
  });

  it('starts no job when asked before there is one', async () => {
    const run = createRun(spec());
    requestStop(run);
    expect(await finish(run, jobCommand('ok'))).toMatchObject({ outcome: 'stopped', exitCode: 130, attempt: 0, results: { points: [] } });
    expect(startsOf(run)).toEqual([]);
  });

  it('ends a run at its own timeout as failed', async () => {
    const run = createRun(spec({ timeout: 1 }));
    const state = await finish(run, jobCommand('hang'));
    expect(state).toMatchObject({ outcome: 'failed', exitCode: 1, stopReason: 'timeout' });
    expect(state.failure?.what).toContain('limit of 1 s');
  });
});

describe('resuming', () => {
  it('runs the next attempt in the same folder and keeps the points', async () => {
    const run = createRun(spec());
    expect(await finish(run, jobCommand('gone', 2))).toMatchObject({ outcome: 'lost' });
    requestResume(run);
    const state = await finish(run, jobCommand('ok', 3));
    expect(state).toMatchObject({ outcome: 'done', exitCode: 0, attempt: 2, missingEvents: 0 });
    expect(state.failure).toBeUndefined();
    expect(pointsOf(state)).toHaveLength(3);
    expect(startsOf(run)).toHaveLength(2);
    expect(state.ranBefore).toBeGreaterThan(0);
  });

  it('refuses a run that is done', async () => {
    const run = createRun(spec());
    await finish(run, jobCommand('ok'));
    expect(() => requestResume(run)).toThrow(/is done/);
  });

  it('is heeded by the supervisor that is just ending the run', async () => {
    const run = createRun(spec());
    await finish(run, jobCommand('fail'));
    requestResume(run);
    requestStop(run);
    expect(await finish(run, jobCommand('ok'))).toMatchObject({ outcome: 'done', attempt: 2 });
  });
});

describe('when no job can be started', () => {
  it('says why, and that attempt never starts later', async () => {
    const run = createRun(spec());
    const { gone } = runSupervisor(program(), run, { command: ['/nowhere/job.py'] });
    await gone;
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'failed', exit: { code: 2 } });
  });
});
