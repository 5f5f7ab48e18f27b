import { exitCodes, usageError } from '../../errors/errors.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import { size } from '../../text/format.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { Run } from '../command.ts';
import { linesOf } from '../workloads.ts';

/** One file for a browser, of whatever workload has one. */
export const run: Run = async (invocation, { out }) => {
  recoverRuns();
  const name = resolveRun(invocation.words[0] ?? '');
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
