/** What single workloads offer beside what every one does: the one list of the services. */
import type { Listed } from '../runs/store.ts';
import { type BenchService, createBenchService } from '../workloads/bench/service.ts';
import { createEvaluateService, type EvaluateService } from '../workloads/evaluate/service.ts';
import { createPrepareService, type PrepareService } from '../workloads/prepare/service.ts';
import { createTrainService, type TrainService } from '../workloads/train/service.ts';

export type WorkloadServices = {
  readonly bench: BenchService;
  readonly evaluate: EvaluateService;
  readonly prepare: PrepareService;
  readonly train: TrainService;
};

export const createWorkloadServices = (list: () => Listed): WorkloadServices => ({
  bench: createBenchService(list),
  evaluate: createEvaluateService(),
  prepare: createPrepareService(),
  train: createTrainService(list),
});
