/** The interpreter of each private environment, as a job is started with it. */
import type { Runtime } from '../workloads/workload.ts';
import { pythonIn, setupStatus } from './python-env.ts';
import { trainingEnvironment } from './training/status.ts';

export type RuntimePython = {
  /** Absolute path. */
  readonly python: string;
  readonly flags: readonly string[];
  /** Variables that it needs. */
  readonly env: Readonly<Record<string, string>>;
};

/** `-I` also ignores PYTHONUNBUFFERED, hence `-u`; in the training environment our packages are found by PYTHONPATH, which `-I` ignores too. */
const isolated = ['-I', '-u'];

/** Whether the core environment stands is for the caller to see; throws a `UserError` when the training environment is not ready. */
export const runtimePython = (runtime: Runtime): RuntimePython => {
  if (runtime === 'core') return { python: pythonIn(setupStatus().folder), flags: isolated, env: {} };
  return { ...trainingEnvironment(), flags: ['-u'] };
};
