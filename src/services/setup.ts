/** What this machine needs, and whether what is assumed of it and of Modal holds. */
import type { Listed } from '../runs/store.ts';
import type { SelftestPlan } from '../selftest/modal/plan.ts';
import type { SelftestEnd, SelftestOptions } from '../selftest/start.ts';
import type { CheckResult } from '../setup/check-result.ts';
import type { Progress } from '../setup/making.ts';
import { type SetupStatus, setupStatus } from '../setup/python-env.ts';
import { trainingStatus } from '../setup/training/status.ts';
import { paths } from '../util/paths.ts';
import type { Runtime } from '../workloads/workload.ts';

export type SetupService = {
  /** Of what a job of this runtime needs. */
  status(runtime: Runtime): Promise<SetupStatus>;
  /** What making the training environment takes, in words. */
  trainingTakes(): Promise<string>;
  /** The private Python environment and the C++ core; of `training` also that environment, whatever has to be fetched. */
  install(runtime: Runtime, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>;
  /** Modal's client, in a private environment of its own; nothing to do when it is there. */
  installModalClient(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>;
  doctor(): Promise<readonly CheckResult[]>;
  /** Mends what needs nobody: a volume, the mode of a file. What was done; undefined when there is nothing that it can do. */
  mend(check: CheckResult): Promise<string | undefined>;
  /** What a self-test at Modal costs; throws `UserError` where its rates do not allow it. */
  selftestPlan(): Promise<SelftestPlan>;
  /** Aborted, it cleans up and resolves. Throws `UserError` where it cannot begin. */
  selftest(options: SelftestOptions): Promise<SelftestEnd>;
};

export const createSetupService = (list: () => Listed): SetupService => ({
  status: async runtime => {
    const core = setupStatus();
    if (runtime === 'core' || !core.ready) return core;
    const training = trainingStatus();
    return training.ready ? { ready: true, folder: training.folder } : { ready: false, why: training.why, folder: paths().python };
  },
  trainingTakes: async () => {
    const { planText, planTraining } = await import('../setup/training/plan.ts');
    return planText(await planTraining({}));
  },
  install: async (runtime, onProgress, signal) => {
    await (await import('../setup/setup.ts')).setup({ onProgress, signal });
    if (runtime === 'core' || trainingStatus().ready) return;
    const [{ planTraining }, { makeTraining }] = await Promise.all([
      import('../setup/training/plan.ts'),
      import('../setup/training/make.ts'),
    ]);
    await makeTraining(await planTraining({}), { onProgress, signal });
  },
  installModalClient: async (onProgress, signal) =>
    await (await import('../setup/modal-client.ts')).installModalClient({ onProgress, signal }),
  doctor: async () => (await import('../setup/doctor.ts')).doctor({ runs: list().runs }),
  mend: async check => {
    const said: string[] = [];
    await (await import('../setup/mend-modal.ts')).mendModal([check], new AbortController().signal, text => said.push(text));
    return said.length === 0 ? undefined : `${said.join('. ')}.`;
  },
  selftestPlan: async () => {
    const [{ planNow }, { mostDollars }] = await Promise.all([import('../selftest/modal/run.ts'), import('../selftest/modal/plan.ts')]);
    return await planNow(mostDollars);
  },
  selftest: async options => (await import('../selftest/start.ts')).startSelftest(options),
});
