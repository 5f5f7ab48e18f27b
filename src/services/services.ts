/** Everything a screen may ask for, by what it is about. Screens get these; they never spawn or read files themselves. */
import type { AccountService } from './accounts.ts';
import type { DatasetService } from './datasets.ts';
import type { HostService } from './host.ts';
import type { OrphanService } from './orphans.ts';
import type { PlanService } from './plans.ts';
import type { PreferenceService } from './preferences.ts';
import type { RunService } from './runs.ts';
import type { SecretService } from './secrets.ts';
import type { SetupService } from './setup.ts';
import type { WorkloadServices } from './workloads.ts';

export type Services = {
  readonly version: string;
  readonly runs: RunService;
  readonly plans: PlanService;
  readonly datasets: DatasetService;
  readonly accounts: AccountService;
  readonly secrets: SecretService;
  readonly orphans: OrphanService;
  readonly setup: SetupService;
  readonly host: HostService;
  readonly preferences: PreferenceService;
  readonly workloads: WorkloadServices;
};
