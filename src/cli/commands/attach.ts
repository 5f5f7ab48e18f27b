import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun } from '../../runs/store.ts';
import { titleOf } from '../../workloads/registry.ts';
import { accountIn, type Run } from '../command.ts';
import { waitFor } from '../finish.ts';
import { knownRun } from '../known-run.ts';

export const run: Run = async (invocation, context) => {
  recoverRuns();
  const name = await knownRun(invocation.words[0] ?? '', accountIn(invocation), context.out.note);
  context.out.line(`${name} · ${titleOf(openRun(name).refresh().spec)}`);
  return await waitFor(name, context);
};
