/** What an app in modal/apps is told: the contract between a run's spec and the app that does it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Backstop, backstop, budgetObstacle, launchBudget } from '../../metering/budget.ts';
import { appName } from '../../runs/app-name.ts';
import type { CloudPlan, Spec } from '../../runs/spec.ts';
import { copyOf } from '../../user-code/copies.ts';
import type { SourceRef } from '../../user-code/source-ref.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { LaunchMoney } from '../target.ts';
import { bucketsOf } from './buckets.ts';

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

/** `job`: the run's job folder, which has copies of a person's own sources. */
export const launchOf = (spec: Spec, cloud: CloudPlan, run: string, attempt: number, job: string, money: LaunchMoney = { spent: 0 }) => ({
  v: 1,
  app: appName(run, attempt),
  run,
  attempt,
  spec,
  job: workloadOf(spec).job(spec, { cores: Math.max(1, Math.floor(cloud.container.cores)), sourceAt: sourceName }),
  sources: sourcesIn(spec, job),
  containers: cloud.containers,
  hardware: {
    cores: cloud.container.cores,
    memory_gib: cloud.container.memoryGiB,
    gpu: cloud.container.gpu,
    region: cloud.container.region,
    nonpreemptible: cloud.container.nonpreemptible,
  },
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
