/** Whether a value out of a file is a spec that the rest of the program can work with. */
import { fits, flag, isRecord, listOf, maybe, misfit, number, orNull, text } from '../util/shape.ts';
import { findWorkload } from '../workloads/registry.ts';

const dataset = fits({ name: text, url: orNull(text), mirrors: maybe(listOf(text)), sha256: maybe(text) });

const cloud = {
  profile: orNull(text),
  environment: orNull(text),
  container: fits({ cores: number, memoryGiB: number, gpu: orNull(text), region: orNull(text), nonpreemptible: flag }),
  containers: number,
  coordinator: fits({ cores: number, memoryGiB: number, dollarsPerHour: number }),
  volumes: fits({ datasets: text, results: text }),
  control: text,
  startupTimeout: number,
};

const shared = {
  target: (value: unknown) => value === 'local' || value === 'modal',
  datasets: listOf(dataset),
  hardware: { id: text, label: text, dollarsPerHour: number, pricesDate: text },
  budget: orNull(number),
  timeout: orNull(number),
};

/** The field that keeps `value` from being a spec: "" for the whole of it; undefined when it is one. */
export const specMisfit = (value: unknown): string | undefined => {
  if (!isRecord(value)) return '';
  const workload = typeof value.kind === 'string' ? findWorkload(value.kind) : undefined;
  if (workload === undefined) return 'kind';
  const shape = misfit(value, { ...shared, ...(value.target === 'modal' ? { cloud } : {}) });
  if (shape !== undefined) return shape;
  if (workload.usesDatasets && (value.datasets as readonly unknown[]).length === 0) return 'datasets';
  return workload.misfit(value);
};
