/** What the harness is told: the contract with `python -m annbench run job.json --out .`, here and on Modal. */
import type { SourceRef } from '../../user-code/source-ref.ts';
import type { JobPlace } from '../workload.ts';
import type { BenchSpec } from './spec.ts';

export const jobOf = (spec: BenchSpec, { dataDir, cores, sourceAt }: JobPlace): object => ({
  v: 1,
  job: spec.kind,
  datasets: spec.datasets,
  ...(dataDir !== undefined && { data_dir: dataDir }),
  k: spec.k,
  threads: spec.threads,
  build_threads: cores,
  subset: spec.subset,
  repeats: spec.repeats,
  seed: spec.seed,
  implementations: spec.implementations.map(({ name, build, search, atRecall, source }) => ({
    name,
    build,
    search,
    ...(atRecall !== undefined && { at_recall: atRecall }),
    ...(source !== undefined && { source: sourceAt(source) }),
  })),
});

/** A file that is built in several ways is one source. */
export const sourcesOf = ({ implementations }: BenchSpec): readonly SourceRef[] => [
  ...new Map(implementations.flatMap(({ source }) => (source === undefined ? [] : [[source.file, source] as const]))).values(),
];
