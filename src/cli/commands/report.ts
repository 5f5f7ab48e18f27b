import { exitCodes, usageError } from '../../errors/errors.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import type { RunState } from '../../runs/state.ts';
import { openRun } from '../../runs/store.ts';
import { size } from '../../text/format.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { Run } from '../command.ts';
import { resolveWith } from '../latest.ts';
import { hasSomething, linesOf } from '../workloads.ts';

const hasReport = (run: RunState): boolean => linesOf(run.spec).writeReport !== undefined && hasSomething('report', run);

/** One file for a browser, of whatever workload has one. */
export const run: Run = async (invocation, context) => {
  const { out } = context;
  recoverRuns();
  const name = resolveWith(invocation.words[0] ?? '', 'something to report', hasReport, context);
  const { spec } = openRun(name).refresh();
  const { writeReport } = linesOf(spec);
  if (writeReport === undefined)
    throw usageError(`A ${workloadOf(spec).name} has no report for a browser`, `${name} is one`, `ann-tui results ${name}`);
  const { file, shown, bytes, drawn, of, says } = await writeReport(name, invocation.text('to'));
  out.line(`${shown}: ${size(bytes)}, ${says}`);
  out.line('It needs nothing but itself: open it in a browser, send it, print it.');
  out.record({ type: 'report', run: name, file, bytes, drawn, of });
  return exitCodes.done;
};
