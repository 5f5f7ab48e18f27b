/** What single workloads offer beside what every one does: the one list of the services. */
import type { Listed } from '../runs/store.ts';
import { type BenchService, createBenchService } from '../workloads/bench/service.ts';

export type WorkloadServices = { readonly bench: BenchService };

export const createWorkloadServices = (list: () => Listed): WorkloadServices => ({ bench: createBenchService(list) });
