import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { type Identity, identify } from '../../../src/process/identity.ts';
import { lockOwner } from '../../../src/process/lock.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { launchRun, recoverRuns, resumeRun, startSupervisor, stopRun } from '../../../src/runs/start-supervisor.ts';
import { createRun, openRun } from '../../../src/runs/store.ts';
import { pointsOf } from '../../support/bench-run.ts';
import { until } from '../../support/until.ts';
import { jobCommand, journalOf, python, spec, startsOf, untilState } from './support/bench.ts';
import { givenSupervisor } from './support/given-supervisor.ts';

const program = givenSupervisor();
beforeAll(() => {
  process.env.TEST_PYTHON = python;
});

const use = (...job: Parameters<typeof jobCommand>) => {
  process.env.TEST_COMMAND = JSON.stringify(jobCommand(...job));
};

const ended = (run: string) => untilState(run, `${run} to end`, ({ status }) => status === 'ended');
const alone = (run: string) => until('its supervisor to leave', () => lockOwner(runFiles(run).owner) === undefined);

it('a launched run ends by itself, in a session of its own', async () => {
  use('ok', 3, 0.2);
  const run = launchRun(spec(), program());
  const owner = await until('a supervisor', () => lockOwner(runFiles(run).owner));
  if (process.platform === 'linux') {
    const session = Number(readFileSync(`/proc/${owner.pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[3]);
    expect(session).toBe(owner.pid);
  }
  expect(await ended(run)).toMatchObject({ outcome: 'done' });
  await alone(run);
  expect(readFileSync(runFiles(run).supervisorLog, 'utf8')).toBe('');
});

it('a second supervisor leaves quietly', async () => {
  use('ok', 3, 0.2);
  const run = launchRun(spec(), program());
  for (let round = 0; round < 4; round += 1) startSupervisor(run, program());
  expect(await ended(run)).toMatchObject({ outcome: 'done', attempt: 1 });
  await alone(run);
  expect(startsOf(run)).toHaveLength(1);
  expect(journalOf(run).filter(({ kind }) => kind === 'launching')).toHaveLength(1);
});

it('a killed supervisor is replaced, a living one and a finished run are left alone', async () => {
  use('ok', 6, 0.3);
  const [run, finished] = [launchRun(spec(), program()), launchRun(spec(), program())];
  const owner = await until('a supervisor', () => lockOwner(runFiles(run).owner));
  await until('the other one’s', () => lockOwner(runFiles(finished).owner));
  await untilState(run, 'running', ({ status }) => status === 'running');
  expect(recoverRuns(program())).toEqual([]);
  process.kill(owner.pid, 'SIGKILL');
  await until('it to be dead', () => identify(owner.pid) === undefined);
  expect(recoverRuns(program())).toEqual([run]);
  expect(await ended(run)).toMatchObject({ outcome: 'done', attempt: 1 });
  expect(journalOf(run).flatMap(line => (line.kind === 'supervised' ? [line.recovered] : []))).toEqual([false, true]);
  expect(startsOf(run)).toHaveLength(1);
  await ended(finished);
  await alone(run);
  expect(recoverRuns(program())).toEqual([]);
});

it('a run that was made and never supervised is taken up', async () => {
  use('ok', 1);
  const run = createRun(spec());
  expect(recoverRuns(program())).toEqual([run]);
  expect(await ended(run)).toMatchObject({ outcome: 'done' });
});

it('a job that was killed while nobody watched is told as lost by the next start', async () => {
  use('hang', 2);
  const run = launchRun(spec(), program());
  const state = await untilState(run, 'two points', state => pointsOf(state).length === 2);
  const owner = lockOwner(runFiles(run).owner);
  process.kill(owner?.pid as number, 'SIGKILL');
  process.kill(-(state.handle as Identity).pid, 'SIGKILL');
  await alone(run);
  expect(recoverRuns(program())).toEqual([run]);
  const after = await ended(run);
  expect(after).toMatchObject({ outcome: 'lost', exitCode: 1, failure: { kept: '2 of 3 points' } });
});

it('stop reaches a run whose supervisor is dead', async () => {
  use('hang', 1);
  const run = launchRun(spec(), program());
  await untilState(run, 'a point', state => pointsOf(state).length === 1);
  process.kill(lockOwner(runFiles(run).owner)?.pid as number, 'SIGKILL');
  await alone(run);
  expect(stopRun(run, {}, program())).toBe(true);
  expect(await ended(run)).toMatchObject({ outcome: 'stopped', exitCode: 130 });
  expect(stopRun(run, {}, program())).toBe(false);
});

it('resume right after the end is never lost', async () => {
  for (let round = 0; round < 4; round += 1) {
    use('fail', 1);
    const run = launchRun(spec(), program());
    await ended(run);
    resumeRun(run, {}, program());
    await untilState(run, 'the second attempt', state => state.attempt === 2 && state.status === 'ended');
    await alone(run);
    expect(startsOf(run)).toHaveLength(2);
    expect(openRun(run).refresh().attempt).toBe(2);
  }
});
