import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, UserError } from '../../errors/errors.ts';
import { limitSeconds } from '../../metering/budget.ts';
import { doubtsOf, meter } from '../../metering/meter.ts';
import { readMoment } from '../../process/moment.ts';
import { stopRun } from '../../runs/start-supervisor.ts';
import type { RunState } from '../../runs/state.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import * as format from '../../text/format.ts';
import { countedUnits, keptOf, unitsOf, workloadOf } from '../../workloads/registry.ts';
import type { Run } from '../command.ts';
import { statusWord } from '../text/status-word.ts';
import { costLine, costRecord } from '../text/summary.ts';
import { stopAlone } from './orphans.ts';

/** Milliseconds: a job may take so long to leave by itself before its supervisor ends it; on Modal its results are brought home after that. */
const patienceMs = { local: 30_000, modal: 180_000 } as const;
/** With `--force` nobody waits for a job that leaves. */
const forcedPatienceMs = { local: 30_000, modal: 60_000 } as const;

/** An app of ours that is no run of this machine: by its own name or id. */
const isAppWord = (word: string): boolean => /^(ap-|ann-tui-)/.test(word);

const whyNot = ({ exit, contactLost }: RunState, seconds: number): string => {
  if (exit !== undefined) return `its job is over, and after ${seconds} s its results are still on their way here`;
  if (contactLost !== undefined) return `Modal cannot be told (${contactLost.why}); it is told as soon as there is a way`;
  return `it was asked to leave and is still there after ${seconds} s`;
};

/** What is known of the bill of a run that is not over. */
const billSoFar = (state: RunState): string =>
  `${costLine(state, readMoment())}; Modal's own timer ends a container after ${format.duration(limitSeconds(state.spec))} at the latest`;

/** Said when the wait is over: why, what is known of the bill, and what is left to type. */
export const notStopped = (state: RunState, force: boolean, seconds: number): UserError => {
  const { run: name, spec } = state;
  const paid = spec.target === 'modal' && state.exit === undefined;
  return new UserError({
    what: `${name} has not stopped yet`,
    why: whyNot(state, seconds),
    kept: paid ? `the request stands; ${billSoFar(state)}` : 'the request stands',
    hint: force || state.exit !== undefined ? `ann-tui attach ${name}` : `ann-tui stop ${name} --force`,
  });
};

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  const word = invocation.words[0] ?? '';
  if (isAppWord(word) && (await stopAlone(word, invocation, context))) return exitCodes.done;
  const name = resolveRun(word);
  const reader = openRun(name);
  const force = invocation.flag('force');
  const asked = stopRun(name, { force });
  const patience = (force ? forcedPatienceMs : patienceMs)[reader.refresh().spec.target];
  const begun = performance.now();
  while (asked && reader.refresh().status !== 'ended') {
    if (performance.now() - begun > patience) throw notStopped(reader.refresh(), force, patience / 1000);
    await pause(100, undefined, { signal: io.signal }).catch(() => io.signal.throwIfAborted());
  }
  const state = reader.refresh();
  const { total } = unitsOf(state);
  const keptWords = `${keptOf(state)} of ${countedUnits(state.spec, total)} kept`;
  out.line(
    asked
      ? `${name} ${statusWord(state)}${state.outcome === 'done' ? ': it was over before it could be stopped' : `; ${keptWords}. To go on: ann-tui resume ${name}`}`
      : `${name} was over already (${statusWord(state)})`,
  );
  const paid = state.spec.target === 'modal';
  if (paid) {
    const now = readMoment();
    out.line(`  ${costLine(state, now)}`);
    for (const doubt of doubtsOf(meter(state, now))) out.line(`  ${doubt}`);
  }
  out.record({
    type: 'stopped',
    run: name,
    outcome: state.outcome ?? null,
    [workloadOf(state.spec).noun.many]: keptOf(state),
    already: !asked,
    ...(paid && { cost: costRecord(state, readMoment()) }),
  });
  return exitCodes.done;
};
