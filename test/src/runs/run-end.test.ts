import { expect, test } from 'vitest';
import { verdict } from '../../../src/runs/run-end.ts';
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
