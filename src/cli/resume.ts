import { specTitle } from '../runs/spec.ts';
import { resumeRun } from '../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../runs/store.ts';
import type { Run } from './command.ts';
import { waitFor } from './finish.ts';
import { setUpFirst } from './set-up-first.ts';

export const run: Run = async (invocation, context) => {
  const name = resolveRun(invocation.words[0] ?? '');
  const before = openRun(name).refresh();
  if (before.status === 'ended' && before.outcome !== 'done') await setUpFirst(context);
  resumeRun(name);
  context.out.line(`${name} · ${specTitle(before.spec)} · attempt ${before.attempt + 1}; ${before.points.length} points are kept`);
  return await waitFor(name, context, { fromNow: true, attempt: before.attempt + 1 });
};
