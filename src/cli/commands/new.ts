/** `new`: each workload that takes a file of a person's own writes its own. */
import type { Run } from '../command.ts';

export const run: Run = async (invocation, context) => {
  const { run: write } = await (invocation.flag('model')
    ? import('../../workloads/train/cli/new.ts')
    : import('../../workloads/bench/cli/new.ts'));
  return await write(invocation, context);
};
