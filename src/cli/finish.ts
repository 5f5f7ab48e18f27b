/** The end of a command that waited for a run: its table and its cost, or the way back when one left early. */

import { exitCodes } from '../errors/errors.ts';
import type { RunState } from '../runs/state.ts';
import { ranFor } from '../runs/state.ts';
import * as format from '../text/format.ts';
import type { Context } from './command.ts';
import { type FollowOptions, followRun } from './follow.ts';
import { Interruption } from './io.ts';
import { failureLines } from './text/print-error.ts';
import { statusWord } from './text/status-word.ts';
import { boughtLines, costLine, resultRecord } from './text/summary.ts';
import { linesOf } from './workloads.ts';

/** Prints the end of a run; returns its exit code. */
export const printEnd = (state: RunState, { out }: Context): number => {
  const now = Date.now();
  const lines = linesOf(state.spec);
  const table = lines.table(state);
  for (const part of [table.length > 0 ? [...table, ...lines.tableNotes(state)] : [], lines.bad(state)]) {
    if (part.length > 0) out.line();
    for (const line of part) out.line(line);
  }
  out.line();
  out.line(`${statusWord(state)} in ${format.duration(ranFor(state, now) / 1000)} · ${costLine(state, now)}`);
  for (const line of boughtLines(state, now)) out.line(line);
  if (state.outcome === 'done') out.line(`next: ${lines.next(state)}`);
  else if (state.failure !== undefined && !out.json) for (const line of failureLines(state.failure)) out.note(line);
  out.record(resultRecord(state, now));
  return state.exitCode ?? exitCodes.failed;
};

/** Does `work` with a run, and returns its exit code. Ctrl-C leaves the run alone and says the way back. */
export const whileThere = async (run: string, context: Context, work: () => Promise<number>): Promise<number> => {
  // The run belongs to no terminal, and to no pipe either.
  context.io.endWithReader?.();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    const { out } = context;
    out.note(`${run} goes on without this terminal.`);
    out.note(`  back to it:  ann-tui attach ${run}`);
    out.note(`  to end it:   ann-tui stop ${run}`);
    out.record({ type: 'left', run, attach: `ann-tui attach ${run}`, stop: `ann-tui stop ${run}` });
    return error.exitCode;
  }
};

/** Waits for the end of the run and prints it. */
export const waitFor = (run: string, context: Context, options?: FollowOptions): Promise<number> =>
  whileThere(run, context, async () => printEnd(await followRun(run, context, options), context));
