/** The one place where everything that knows no screen is put together. What is heavy loads when it is first asked for. */
import { recoverRuns } from '../runs/start-supervisor.ts';
import { createLister } from '../runs/store.ts';
import { version } from '../util/version.ts';
import { createAccountService } from './accounts.ts';
import { createDatasetService } from './datasets.ts';
import { createHostService } from './host.ts';
import { createOrphanService } from './orphans.ts';
import { createPlanService } from './plans.ts';
import { createPreferenceService } from './preferences.ts';
import { createRunService } from './runs.ts';
import { createSecretService } from './secrets.ts';
import type { Services } from './services.ts';
import { createSetupService } from './setup.ts';
import { createWorkloadServices } from './workloads.ts';

export const createServices = (): Services => {
  // One for all: there may be thousands, and the hardware screen asks for an estimate a row.
  const list = createLister();
  // A supervisor that died is replaced by whoever comes next.
  recoverRuns(undefined, list);
  return {
    version,
    runs: createRunService(list),
    plans: createPlanService(list),
    datasets: createDatasetService(),
    accounts: createAccountService(),
    secrets: createSecretService(),
    orphans: createOrphanService(),
    setup: createSetupService(list),
    host: createHostService(),
    preferences: createPreferenceService(),
    workloads: createWorkloadServices(list),
  };
};
