/** A stop that cannot be confirmed ends all the same: with why, with what is known of the bill, and with a command that helps. */
import { expect, test } from 'vitest';
import { notStopped } from '../../../../src/cli/commands/stop.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { onFour, running } from '../../../screens/support/states.ts';

const run = 'bench-aaaaaa';
const now = Date.now();
const paid: RunState = { ...onFour(run, 3, now - 600_000), stopReason: 'asked' };

test('Modal that cannot be told: since when, what was billed, and when its own timer ends it', () => {
  const { failure, exitCode } = notStopped({ ...paid, contactLost: { since: now - 60_000, why: 'Connection lost' } }, true, 60);
  expect(exitCode).toBe(1);
  expect(failure).toEqual({
    what: `${run} has not stopped yet`,
    why: 'Modal cannot be told (Connection lost); it is told as soon as there is a way',
    kept: expect.stringMatching(
      /^the request stands; billed ≈ \$\d+\.\d+ of \$2\.00, by our own meter · \$\d+\.\d+\/h now .*; Modal's own timer ends a container after \S+ .*at the latest$/,
    ),
    hint: `ann-tui attach ${run}`,
  });
});

test('not forced yet: the next step is to force it', () => {
  expect(notStopped(paid, false, 180).failure).toMatchObject({
    why: 'it was asked to leave and is still there after 180 s',
    hint: `ann-tui stop ${run} --force`,
  });
});

test('over at Modal, and only its results are on their way', () => {
  const over: RunState = { ...paid, exit: { code: null, signal: null, lost: false } };
  expect(notStopped(over, true, 60).failure).toEqual({
    what: `${run} has not stopped yet`,
    why: 'its job is over, and after 60 s its results are still on their way here',
    kept: 'the request stands',
    hint: `ann-tui attach ${run}`,
  });
});

test('a run of this machine bills nobody', () => {
  expect(notStopped(running(run, 3), true, 30).failure.kept).toBe('the request stands');
});
