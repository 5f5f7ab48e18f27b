/** `compare` of whatever the first run is: each workload has its own way. */
import { usageError } from '../../errors/errors.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { Run } from '../command.ts';
import { linesOf } from '../workloads.ts';

export const run: Run = async (invocation, context) => {
  recoverRuns();
  const [name = '', ...others] = invocation.words.map(resolveRun);
  const { spec } = openRun(name).refresh();
  const other = others.map(one => openRun(one).refresh().spec).find(({ kind }) => linesOf({ kind }).comparesWith?.includes(spec.kind));
  const { compare } = linesOf(other ?? spec);
  if (compare === undefined)
    throw usageError(`${name} cannot be compared`, `a ${workloadOf(spec).name} has nothing to compare`, `ann-tui show ${name}`);
  return await (await compare()).run(invocation, context);
};
