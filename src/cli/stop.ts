import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, UserError } from '../errors.ts';
import { plannedPoints } from '../runs/spec.ts';
import { stopRun } from '../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../runs/store.ts';
import type { Run } from './command.ts';
import { stopAlone } from './strangers.ts';
import { statusWord } from './summary.ts';

/** Milliseconds: a job may take so long to leave by itself before its supervisor ends it; on Modal its results are brought home after that. */
const patienceMs = { local: 30_000, modal: 180_000 } as const;

/** An app of ours that is no run of this machine: by its own name or id. */
const isAppWord = (word: string): boolean => /^(ap-|ann-tui-)/.test(word);

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  const word = invocation.words[0] ?? '';
  if (isAppWord(word) && (await stopAlone(word, invocation, context))) return exitCodes.done;
  const name = resolveRun(word);
  const reader = openRun(name);
  const asked = stopRun(name, { force: invocation.flag('force') });
  const patience = patienceMs[reader.refresh().spec.target];
  const begun = performance.now();
  while (asked && reader.refresh().status !== 'ended') {
    if (performance.now() - begun > patience) {
      const why = `it was asked to leave and is still there after ${patience / 1000} s`;
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
