/** What an app in modal/apps is told: the contract between a run's spec and the app that does it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Backstop, backstop, budgetObstacle, launchBudget } from '../../metering/budget.ts';
import { containerLabel } from '../../prices/container-price.ts';
import { appName } from '../../runs/app-name.ts';
import type { CloudPlan, GpuChoice, Spec } from '../../runs/spec.ts';
import { copyOf } from '../../user-code/copies.ts';
import type { SourceRef } from '../../user-code/source-ref.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { LaunchMoney } from '../target.ts';
import { bucketsOf } from './buckets.ts';
import { carriedTo } from './carried.ts';

const timers = ({ timeout, startup, coordinator }: Backstop) => ({
  timeout,
  startup_timeout: startup,
  coordinator_timeout: coordinator,
});

/** Beside the run, where its app finds it. */
const sourceName = ({ file }: SourceRef): string => `sources/${file}`;

const sourcesIn = (spec: Spec, job: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    workloadOf(spec)
      .sources(spec)
      .map(source => [source.file, readFileSync(copyOf(job, source), 'utf8')]),
  );

/** Throws a usage error for a budget with which nothing can begin. */
const timersOf = (spec: Spec, { spent, budget }: LaunchMoney) => {
  const timers = backstop(spec, { spent, budget });
  if (timers !== undefined) return timers;
  throw budgetObstacle(spec, { spent, budget }) ?? new Error('Timers are missing for a budget that will do');
};

/** One kind of containers, as the app asks Modal for them. */
type Machine = {
  readonly label: string;
  readonly cores: number;
  readonly memory_gib: number;
  readonly gpu: string | null;
  /** Dollars an hour. */
  readonly rate: number;
  readonly nonpreemptible: boolean;
  readonly containers?: number;
};

const withoutGpu = ({ cores, memoryGiB, dollarsPerHour, containers }: NonNullable<CloudPlan['preparer']>): Machine => ({
  label: containerLabel({ gpu: null, cores, memoryGiB }),
  cores,
  memory_gib: memoryGiB,
  gpu: null,
  rate: dollarsPerHour,
  nonpreemptible: false,
  containers,
});

/** What parts may run on: the first choice first; with `each` each part on one of them. `patience`: seconds. */
const machinesOf = (spec: Spec, { container, choices, each, preparer, patience }: CloudPlan) => {
  const { gpu, nonpreemptible } = container;
  const alone = { gpu, dollarsPerHour: spec.hardware.dollarsPerHour };
  const work = (choices ?? [alone]).map((one: Omit<GpuChoice, 'gpu'> & { readonly gpu: string | null }): Machine => {
    const { cores, memoryGiB } = { ...container, ...one };
    return {
      label: one.gpu ?? spec.hardware.label,
      cores,
      memory_gib: memoryGiB,
      gpu: one.gpu,
      rate: one.dollarsPerHour,
      nonpreemptible,
    };
  });
  return {
    work,
    ...(each && { each }),
    ...(preparer !== undefined && { prepare: withoutGpu(preparer) }),
    ...(patience !== undefined && { patience }),
  };
};

/** Seconds after a job's first word about its end at which the cost of the whole run is judged. */
const judgedAfter = 60;

/** A job whose parts run side by side knows of each part alone: what all of it costs is not told by one. */
const projection = (spec: Spec, { containers }: CloudPlan, overBudget: boolean): { readonly project_after?: number } =>
  containers === 1 && !overBudget && spec.overBudget !== true ? { project_after: judgedAfter } : {};

/** `job`: the run's job folder, which has copies of a person's own sources. */
export const launchOf = (spec: Spec, cloud: CloudPlan, run: string, attempt: number, job: string, money: LaunchMoney = { spent: 0 }) => ({
  v: 1,
  app: appName(run, attempt),
  run,
  attempt,
  spec,
  job: workloadOf(spec).job(spec, {
    cores: Math.max(1, Math.floor(cloud.container.cores)),
    sourceAt: sourceName,
    carriedAt: carriedTo,
  }),
  sources: sourcesIn(spec, job),
  containers: cloud.containers,
  machines: machinesOf(spec, cloud),
  region: cloud.container.region,
  torch: workloadOf(spec).torch?.(spec) ?? null,
  ...projection(spec, cloud, money.overBudget === true),
  limit: spec.timeout,
  // Priced as such, too: it must outlive its parts.
  coordinator: { cores: cloud.coordinator.cores, memory_gib: cloud.coordinator.memoryGiB, nonpreemptible: true },
  ...timers(timersOf(spec, money)),
  budget: launchBudget(spec, money),
  earlier: money.earlier ?? [],
  volumes: cloud.volumes,
  buckets: bucketsOf(cloud),
  control: cloud.control,
});

export const launchFile = (job: string, attempt: number): string => path.join(job, `launch-${attempt}.json`);
