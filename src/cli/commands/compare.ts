/** `compare` of whatever the first run is: each workload has its own way. */
import { usageError } from '../../errors/errors.ts';
import type { Spec } from '../../runs/spec.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import type { RunState } from '../../runs/state.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { Run } from '../command.ts';
import { resolveWith } from '../latest.ts';
import { hasSomething, linesOf } from '../workloads.ts';

const goTogether = (a: Spec, b: Spec): boolean =>
  a.kind === b.kind || [[a, b] as const, [b, a] as const].some(([one, other]) => linesOf(one).comparesWith?.includes(other.kind));

export const run: Run = async (invocation, context) => {
  recoverRuns();
  const named = invocation.words.filter(word => word !== 'latest').map(word => openRun(resolveRun(word)).refresh().spec);
  const fits = (run: RunState): boolean =>
    linesOf(run.spec).compare !== undefined && hasSomething('comparison', run) && named.every(spec => goTogether(spec, run.spec));
  const words = invocation.words.map(word => resolveWith(word, 'something to compare', fits, context));
  const [name = '', ...others] = words;
  const { spec } = openRun(name).refresh();
  const other = others.map(one => openRun(one).refresh().spec).find(({ kind }) => linesOf({ kind }).comparesWith?.includes(spec.kind));
  const { compare } = linesOf(other ?? spec);
  if (compare === undefined)
    throw usageError(`${name} cannot be compared`, `a ${workloadOf(spec).name} has nothing to compare`, `ann-tui show ${name}`);
  return await (await compare()).run({ ...invocation, words }, context);
};
