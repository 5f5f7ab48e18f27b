/** Whether a value out of a file is a spec that the rest of the program can work with. */
import * as v from 'valibot';
import { isRecord, misfit, number } from '../util/shape.ts';
import { findWorkload } from '../workloads/registry.ts';

const { array, boolean, looseObject, nullable, optional, picklist, string } = v;

const shared = looseObject({
  target: picklist(['local', 'modal']),
  datasets: array(looseObject({ name: string(), url: nullable(string()), mirrors: optional(array(string())), sha256: optional(string()) })),
  hardware: looseObject({ id: string(), label: string(), dollarsPerHour: number, pricesDate: string() }),
  budget: nullable(number),
  timeout: nullable(number),
});

const onModal = looseObject({
  cloud: looseObject({
    profile: nullable(string()),
    environment: nullable(string()),
    container: looseObject({
      cores: number,
      memoryGiB: number,
      gpu: nullable(string()),
      region: nullable(string()),
      nonpreemptible: boolean(),
    }),
    containers: number,
    coordinator: looseObject({ cores: number, memoryGiB: number, dollarsPerHour: number }),
    volumes: looseObject({ datasets: string(), results: string() }),
    control: string(),
    startupTimeout: number,
  }),
});

/** The field that keeps `value` from being a spec: "" for the whole of it; undefined when it is one. */
export const specMisfit = (value: unknown): string | undefined => {
  if (!isRecord(value)) return '';
  const workload = typeof value.kind === 'string' ? findWorkload(value.kind) : undefined;
  if (workload === undefined) return 'kind';
  const shape = misfit(shared, value) ?? (value.target === 'modal' ? misfit(onModal, value) : undefined);
  if (shape !== undefined) return shape;
  if (workload.usesDatasets && (value.datasets as readonly unknown[]).length === 0) return 'datasets';
  return workload.misfit(value);
};
