import { expect, test } from 'vitest';
import { verdict } from '../../../src/runs/run-end.ts';
import { finished } from '../../screens/support/states.ts';

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
