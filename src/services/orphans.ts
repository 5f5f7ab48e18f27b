/** Apps of ours at Modal that no run here looks after. */
import type { Orphan } from '../orphans/orphan.ts';

export type OrphanService = {
  /** Asked in the background. Rejects where Modal cannot be asked. */
  list(): Promise<readonly Orphan[]>;
  stop(orphan: Orphan): Promise<void>;
  /** It becomes a run of this machine's too; returns its name. */
  adopt(orphan: Orphan): Promise<string>;
};

export const createOrphanService = (): OrphanService => ({
  list: async () => (await import('../orphans/index.ts')).orphans(),
  stop: async orphan => (await import('../orphans/index.ts')).stopOrphan(orphan),
  adopt: async orphan => (await import('../orphans/index.ts')).adoptOrphan(orphan),
});
