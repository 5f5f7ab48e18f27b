import { exitCodes, usageError } from '../../errors/errors.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import type { RunState } from '../../runs/state.ts';
import { openRun } from '../../runs/store.ts';
import { size } from '../../text/format.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { WrittenReport } from '../../workloads/written-report.ts';
import type { Run } from '../command.ts';
import { resolveWith } from '../latest.ts';
import { hasSomething, linesOf } from '../workloads.ts';

const hasReport = (run: RunState): boolean => linesOf(run.spec).writeReport !== undefined && hasSomething('report', run);

/** `runs`: at least one. Throws a usage error where they have none in common. */
const write = async (runs: readonly string[], to: string | undefined): Promise<WrittenReport> => {
  const [name = '', ...others] = runs;
  const { spec } = openRun(name).refresh();
  const { writeReport, writeReportOf } = linesOf(spec);
  if (writeReport === undefined)
    throw usageError(`A ${workloadOf(spec).name} has no report for a browser`, `${name} is one`, `ann-tui results ${name}`);
  if (others.length === 0) return await writeReport(name, to);
  const other = others.find(one => openRun(one).refresh().spec.kind !== spec.kind);
  if (other !== undefined)
    throw usageError(`${name} and ${other} do not go into one report`, 'they are of different kinds', `ann-tui report ${name}`);
  if (writeReportOf === undefined)
    throw usageError(`A report is of one ${workloadOf(spec).name}`, `${runs.length} were named`, `ann-tui report ${name}`);
  return await writeReportOf(runs, to);
};

/** One file for a browser, of whatever workload has one. */
export const run: Run = async (invocation, context) => {
  const { out } = context;
  recoverRuns();
  const runs = [...new Set(invocation.words.map(word => resolveWith(word, 'something to report', hasReport, context)))];
  const { file, shown, bytes, drawn, of, says, plots } = await write(runs, invocation.text('to'));
  out.line(`${shown}: ${size(bytes)}, ${says}`);
  out.line('It needs nothing but itself: open it in a browser, send it, print it.');
  out.record({
    type: 'report',
    run: runs[0],
    ...(runs.length > 1 && { runs }),
    file,
    bytes,
    drawn,
    of,
    ...(plots !== undefined && { plots }),
  });
  return exitCodes.done;
};
