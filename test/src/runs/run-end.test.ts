import { expect, test } from 'vitest';
import { verdict } from '../../../src/runs/run-end.ts';
import type { RunState } from '../../../src/runs/state.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import { unitsOf } from '../../../src/workloads/registry.ts';
import { finished } from '../../screens/support/states.ts';
import { trainState } from '../../support/training.ts';

test('a job that somebody killed did not fail: it can be gone on with', () => {
  const { jobFailure, stopReason, ...state } = finished('bench-aaaaaa');
  expect(verdict({ ...state, exit: { code: null, signal: 9, lost: false } }, 'boot')).toMatchObject({
    outcome: 'failed',
    exitCode: 1,
    failure: { what: 'The job was killed from outside', why: expect.stringContaining('SIGKILL'), hint: 'ann-tui resume bench-aaaaaa' },
  });
  const crashed = verdict({ ...state, exit: { code: null, signal: 11, lost: false } }, 'boot');
  expect(crashed).toMatchObject({ failure: { what: 'The job failed', hint: 'ann-tui logs bench-aaaaaa' } });
});

test('a run on Modal that was stopped from another machine was stopped, and did not fail', () => {
  const { jobFailure, stopReason, ...state } = finished('bench-aaaaaa');
  const exit = { code: 130, signal: null, lost: false };
  expect(verdict({ ...state, spec: { ...state.spec, target: 'modal' }, exit }, 'boot')).toMatchObject({
    outcome: 'stopped',
    exitCode: 130,
    failure: { what: 'The run was stopped', why: 'it was asked for on another machine', hint: 'ann-tui resume bench-aaaaaa' },
  });
  // On this machine nobody but its supervisor asks a job: whoever else sent a signal is not known.
  expect(verdict({ ...state, exit }, 'boot')).toMatchObject({ outcome: 'failed', failure: { what: 'The job failed' } });
});

test('a job that leaves without a result is not done, whatever its exit code says', () => {
  const { jobFailure, stopReason, jobResult, ...state } = finished('bench-aaaaaa');
  const exit = { code: 0, signal: null, lost: false };
  expect(verdict({ ...state, exit, jobResult: { seconds: 1 } }, 'boot')).toMatchObject({ outcome: 'done', exitCode: 0 });
  expect(verdict({ ...state, exit }, 'boot')).toMatchObject({
    outcome: 'failed',
    exitCode: 1,
    failure: { what: 'The job failed', why: expect.stringContaining('left before its end'), hint: 'ann-tui logs bench-aaaaaa' },
  });
});

test('of a training that is kept which its last checkpoint has', () => {
  const exit = { code: 1, signal: null, lost: false };
  const { jobResult, ...state } = trainState('train-aaaaaa', { live: true, step: 130 });
  const { checkpoints } = state.results as { readonly checkpoints: readonly { readonly step: number }[] };
  const last = checkpoints.at(-1)?.step ?? 0;
  expect(last).toBeGreaterThan(0);
  expect(unitsOf(state).done).toBeGreaterThan(last);
  expect(verdict({ ...state, exit }, 'boot').failure?.kept).toBe(`${last} of 300 steps`);
  const none = { ...state, results: { ...state.results, checkpoints: [] } } as typeof state;
  expect(verdict({ ...none, exit }, 'boot').failure?.kept).toMatch(/^nothing yet of the \d+ steps that it made$/);
});

const source = { file: 'mine.py', sha256: 'ab', from: '/home/me/my models/mine.py' };
const bad = { model: 'mine', verdict: 'crashed', what: 'mine.py crashed in training', why: 'mine.py:15: ValueError: so it is' };
const left = { code: 1, signal: null, lost: false };

const endOf = (change: Partial<ReturnType<typeof trainState>>) => {
  const { outcome, exitCode, ...run } = trainState('train-aaaaaa', { step: 20, live: true });
  return verdict({ ...run, exit: left, ...change } as unknown as RunState, 'boot').failure;
};

test('a model of a person’s own that broke is edited, and trained anew: the run keeps its copy', () => {
  const { spec, results } = trainState('train-aaaaaa', { step: 20, seeds: [0, 1] });
  const own = { spec: { ...spec, source }, results: { ...results, verdict: bad } };
  const command = "ann-tui train --config laptop --model '/home/me/my models/mine.py' --seeds 0,1";
  const jobFailure = { what: 'Your model broke', why: 'mine.py:15: ValueError: so it is' };
  expect(endOf({ ...own, jobFailure })).toMatchObject({
    what: 'Your model broke',
    why: 'mine.py:15: ValueError: so it is; edit mine.py first: this run keeps the copy that it began with',
    hint: command,
  });
  const lower = 'ann-tui train --config FILE --set training.learning_rate=0.0007';
  expect(endOf({ ...own, jobFailure: { what: 'no number', why: 'the loss is nan', hint: lower } })?.hint).toBe(
    `${command} --set training.learning_rate=0.0007`,
  );
  // Of a model that passed, and for want of room, going on helps.
  const ok = { spec: own.spec, results: { ...results, verdict: { ...bad, verdict: 'ok' } } };
  expect(endOf({ ...ok, jobFailure: { ...jobFailure, hint: 'ann-tui resume train-aaaaaa' } })?.hint).toBe('ann-tui resume train-aaaaaa');
});

test('a learning rate that came to no number is lowered in a new training: going on would come to none again', () => {
  const hint = 'ann-tui train --config FILE --set training.learning_rate=0.0007';
  expect(endOf({ jobFailure: { what: 'no number', why: 'the loss is nan', hint } })).toMatchObject({
    why: 'the loss is nan',
    hint: 'ann-tui train --config laptop --model tiny --set training.learning_rate=0.0007',
  });
});

test('a training that does not fit into memory is begun anew with smaller batches, or where there is more', () => {
  const nextOf = (flags: string) =>
    endOf({ jobFailure: { what: 'Memory ran out', why: 'so', hint: `ann-tui train --config FILE ${flags}` } })?.hint;
  for (const flags of [
    '--set windows.batch=16 --set training.accumulate=2',
    '--target modal --gpu A100-80GB',
    '--target modal --memory 64',
  ])
    expect(nextOf(flags)).toBe(`ann-tui train --config laptop --model tiny ${flags}`);
});

test('a benchmark of nothing but one’s own file that failed is measured anew once it is edited', () => {
  const { stopReason, ...run } = finished('bench-aaaaaa') as BenchRun;
  const cpp = { file: 'mine.cpp', sha256: 'ab', from: '/home/me/mine.cpp' };
  const spec = { ...run.spec, implementations: [{ name: 'mine', build: {}, search: [{}], source: cpp }] };
  const results = { points: [], verdicts: [{ impl: 'mine', verdict: 'crashed', what: 'mine crashed', why: 'SIGSEGV' }] };
  const state = { ...run, spec, results, jobFailure: { what: 'mine crashed', why: 'SIGSEGV' }, exit: left };
  expect(verdict(state as unknown as RunState, 'boot').failure).toMatchObject({
    why: 'SIGSEGV; edit mine.cpp first: this run keeps the copy that it began with',
    hint: `ann-tui bench --impl /home/me/mine.cpp --dataset ${spec.datasets.map(({ name }) => name).join(',')}`,
  });
});

test('a run that was to measure only says so, and what goes on with it: nobody broke it off', () => {
  const { outcome, exitCode, ...run } = trainState('train-aaaaaa', { step: 130, live: true });
  const state = { ...run, stopReason: 'enough', exit: { code: 130, signal: null, lost: false } } as unknown as RunState;
  expect(verdict(state, 'boot')).toMatchObject({
    outcome: 'stopped',
    failure: { what: 'It was to measure only, and has', kept: '114 of 300 steps', hint: 'ann-tui resume train-aaaaaa' },
  });
});
