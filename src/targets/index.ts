import type { Spec } from '../runs/spec.ts';
import { createLocalTarget, type LocalOptions } from './local/local.ts';
import type { Target } from './target.ts';

/** The target that a spec names. `local` says where this machine's Python is. What talks to Modal is loaded for runs on Modal only. */
export const targetFor = async (spec: Spec, local: LocalOptions): Promise<Target> => {
  if (spec.target === 'local') return createLocalTarget(local);
  const [{ createModalTarget }, { createModalClient, modalProgram }] = await Promise.all([
    import('./modal/modal.ts'),
    import('../modal-client/index.ts'),
  ]);
  const where = { profile: spec.cloud?.profile ?? null, environment: spec.cloud?.environment ?? null };
  return createModalTarget({ spec, client: createModalClient(where), program: () => modalProgram(where) });
};
