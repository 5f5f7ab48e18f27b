/** What the screens of the workloads on recordings ask for beside what every workload does. */
import type { PrepareSettings } from './settings.ts';

export type PrepareService = {
  /** As configs/prepare.yaml, or a person's own copy of it, has them. Throws `UserError` that points at the line. */
  settings(): Promise<PrepareSettings>;
};

export const createPrepareService = (): PrepareService => ({
  settings: async () => (await (await import('./config.ts')).loadPrepare()).value,
});
