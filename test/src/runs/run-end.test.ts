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
