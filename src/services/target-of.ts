import type { Failure } from '../errors/failure.ts';
import type { Spec } from '../runs/spec.ts';
import { runtimePython } from '../setup/runtimes.ts';
import type { Target } from '../targets/target.ts';

/** The target of a spec, with this machine's private Python; set-up may still come in between. */
const targetOf = async (spec: Spec): Promise<Target> => {
  const { targetFor } = await import('../targets/index.ts');
  return await targetFor(spec, { pythonOf: runtimePython });
};

/** What stands in the way of a launch; whatever was opened to find out is closed again. */
export const obstacleOf = async (spec: Spec): Promise<Failure | undefined> => {
  const target = await targetOf(spec);
  try {
    return await target.check(spec);
  } finally {
    await target.close?.();
  }
};
