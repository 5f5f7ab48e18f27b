/** Supervisors that die at every step they take: whatever they left, the next one ends the run rightly, with one job an attempt. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { identify } from '../../../src/process/identity.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { readJournal } from '../../../src/runs/journal.ts';
import type { RunState } from '../../../src/runs/state.ts';
import { createRun, openRun, requestResume, requestStop } from '../../../src/runs/store.ts';
import { pointsOf } from '../../support/bench-run.ts';
import { jobCommand, journalOf, runSupervisor, spec, startsOf, untilState } from './support/bench.ts';
import { givenSupervisor } from './support/given-supervisor.ts';

const program = givenSupervisor();

const supervise = (run: string, command: readonly string[], options = {}) => runSupervisor(program(), run, { command, ...options }).gone;

/** What must hold for every run, however it went. */
const expectSound = (run: string, state: RunState): void => {
  const journal = journalOf(run);
  expect(journal.map(({ n }) => n)).toEqual(journal.map((_, index) => index + 1));
  expect(startsOf(run)).toHaveLength(state.attempt);
  for (const pid of startsOf(run)) expect(identify(pid)).toBeUndefined();
  expect(journal.filter(({ kind }) => kind === 'ended')).toHaveLength(Math.max(1, state.attempt));
  expect(state).toMatchObject({ status: 'ended', missingEvents: 0, badEvents: 0 });
  const files = runFiles(run);
  expect(readJournal(files).refresh()).toEqual(readJournal({ ...files, snapshot: '/nowhere' }).refresh());
};

/** Steps of one supervisor that is left alone. */
const stepsOf = async (run: string, command: readonly string[]): Promise<readonly string[]> => {
  const { said } = await supervise(run, command, { steps: true });
  return said.trim().split('\n');
};

describe('killed at a step', () => {
  const command = jobCommand('ok', 2, 0.02);

  it('goes on from every single one', async () => {
    const steps = await stepsOf(createRun(spec()), command);
    expect(steps.length).toBeGreaterThan(15);
    for (let step = 1; step <= steps.length; step += 1) {
      const run = createRun(spec());
      const first = await supervise(run, command, { dieAt: step });
      expect(first.signal, steps[step - 1]).toBe('SIGKILL');
      expect((await supervise(run, command)).code).toBe(0);
      const state = openRun(run).refresh();
      expect(state, steps[step - 1]).toMatchObject({ outcome: 'done', exitCode: 0, attempt: 1 });
      expect(pointsOf(state)).toHaveLength(2);
      expectSound(run, state);
    }
  });

  it('goes on when each supervisor manages but a few steps', async () => {
    const run = createRun(spec());
    let deaths = 0;
    for (; deaths < 100; deaths += 1) {
      const { code } = await supervise(run, command, { dieAt: 4 });
      if (code === 0) break;
    }
    expect(deaths).toBeGreaterThan(2);
    const state = openRun(run).refresh();
    expect(state).toMatchObject({ outcome: 'done', attempt: 1 });
    expectSound(run, state);
  });
});

describe('killed while stopping', () => {
  it.each(['hang', 'stubborn'] as const)('still stops a job that would %s', async mode => {
    const command = jobCommand(mode, 1);
    for (let step = 8; step <= 18; step += 2) {
      const run = createRun(spec());
      const { gone } = runSupervisor(program(), run, { command, dieAt: step, grace: 200 });
      // The steps before depend on timing; the death may fall before or after the request.
      await Promise.race([gone, untilState(run, 'a point', state => pointsOf(state).length === 1)]);
      requestStop(run);
      await gone;
      await supervise(run, command, { grace: 200 });
      const state = openRun(run).refresh();
      expect(state).toMatchObject({ outcome: 'stopped', exitCode: 130, attempt: 1 });
      expectSound(run, state);
    }
  });
});

describe('killed while resuming', () => {
  it('makes the one attempt that was asked for', async () => {
    for (let step = 1; step <= 9; step += 1) {
      const run = createRun(spec());
      await supervise(run, jobCommand('fail', 1));
      requestResume(run);
      await supervise(run, jobCommand('ok', 2), { dieAt: step });
      await supervise(run, jobCommand('ok', 2));
      const state = openRun(run).refresh();
      expect(state, String(step)).toMatchObject({ outcome: 'done', attempt: 2 });
      expect(pointsOf(state)).toHaveLength(2);
      expectSound(run, state);
    }
  });
});

describe('killed at any time', () => {
  it('ends rightly, with several supervisors started over one another', async () => {
    for (let round = 0; round < 5; round += 1) {
      const run = createRun(spec());
      const command = jobCommand('ok', 20, 0.01);
      for (let death = 0; death < 4; death += 1) {
        const both = [1, 2].map(() => runSupervisor(program(), run, { command }));
        await sleep(60 + Math.random() * 200);
        for (const { child } of both) child.kill('SIGKILL');
        await Promise.all(both.map(({ gone }) => gone));
      }
      await supervise(run, command);
      const state = openRun(run).refresh();
      expect(state).toMatchObject({ outcome: 'done', attempt: 1 });
      expect(pointsOf(state)).toHaveLength(20);
      expectSound(run, state);
    }
  });
});
