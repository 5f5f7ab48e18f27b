/** A benchmark of nothing but files of a person's own that failed: to go on with it would measure the same copies. Pure. */
import { quoted } from '../../text/shell-word.ts';
import type { Anew } from '../workload.ts';
import { badVerdicts } from './code-verdicts.ts';
import { sourcesOf } from './job.ts';
import type { BenchRun } from './run.ts';

/** Undefined where going on with it may help. */
export const anewOf = ({ spec, results, jobFailure }: BenchRun): Anew | undefined => {
  const bad = badVerdicts(results.verdicts).map(({ impl }) => impl);
  if (jobFailure === undefined || bad.length === 0 || results.points.length > 0) return undefined;
  const sources = sourcesOf(spec).filter(({ file }) =>
    spec.implementations.some(one => one.source?.file === file && bad.includes(one.name)),
  );
  if (sources.length === 0) return undefined;
  const files = sources.map(({ from }) => from).join(',');
  const [first] = sources;
  const which = sources.length === 1 ? (first?.file ?? '') : 'them';
  return {
    command: `ann-tui bench --impl ${quoted(files)} --dataset ${spec.datasets.map(({ name }) => name).join(',')}`,
    first: `edit ${which} first: this run keeps the ${sources.length === 1 ? 'copy' : 'copies'} that it began with`,
  };
};
