import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, UserError } from '../errors.ts';
import { plannedPoints } from '../runs/spec.ts';
import { stopRun } from '../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../runs/store.ts';
import type { Run } from './command.ts';
import { statusWord } from './summary.ts';

/** A job may take this long to leave by itself before its supervisor ends it; a little more is waited. */
const patienceMs = 30_000;

export const run: Run = async (invocation, { io, out }) => {
  const name = resolveRun(invocation.words[0] ?? '');
  const reader = openRun(name);
  const asked = stopRun(name, { force: invocation.flag('force') });
  const begun = performance.now();
  while (asked && reader.refresh().status !== 'ended') {
    if (performance.now() - begun > patienceMs) {
      const why = 'it was asked to leave and is still there after 30 s';
      throw new UserError({ what: `${name} has not stopped yet`, why, kept: 'the request stands', hint: `ann-tui stop ${name} --force` });
    }
    await pause(100, undefined, { signal: io.signal }).catch(() => io.signal.throwIfAborted());
  }
  const state = reader.refresh();
  out.line(
    asked
      ? `${name} ${statusWord(state)}; ${state.points.length} of ${plannedPoints(state.spec)} points kept. To go on: ann-tui resume ${name}`
      : `${name} was over already (${statusWord(state)})`,
  );
  out.record({ type: 'stopped', run: name, outcome: state.outcome ?? null, points: state.points.length, already: !asked });
  return exitCodes.done;
};
