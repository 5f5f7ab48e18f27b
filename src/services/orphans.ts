/** Apps of ours at Modal that no run here looks after. */
import type { Stranger } from '../orphans/orphan.ts';

export type OrphanService = {
  /** Asked in the background. Rejects where Modal cannot be asked. */
  list(): Promise<readonly Stranger[]>;
  stop(stranger: Stranger): Promise<void>;
  /** It becomes a run of this machine's too; returns its name. */
  adopt(stranger: Stranger): Promise<string>;
};

export const createOrphanService = (): OrphanService => ({
  list: async () => (await import('../orphans/index.ts')).strangers(),
  stop: async stranger => (await import('../orphans/index.ts')).stopStranger(stranger),
  adopt: async stranger => (await import('../orphans/index.ts')).adoptStranger(stranger),
});
