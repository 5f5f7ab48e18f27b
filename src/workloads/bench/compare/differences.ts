/** What differs between two series beside what they were meant to differ in. Nothing is compared silently. Pure. */
import { counted } from '../../../text/format.ts';
import type { Series } from './series.ts';

export type Difference = {
  /** `question`: they answer different questions, so no ratio is given. `care`: they can be compared, knowing this. */
  readonly weight: 'question' | 'care';
  readonly about: 'data' | 'k' | 'rule' | 'source' | 'threads' | 'machine' | 'processor' | 'instructions' | 'hash';
  readonly text: string;
};

/** Whether they belong into one picture: one question, one rule, on machines of one kind and as many threads. */
export const sideBySide = (a: Series, b: Series): boolean =>
  differences(a, b).every(({ weight, about }) => weight === 'care' && ['source', 'instructions', 'hash'].includes(about));

const place = ({ target, cores }: Series): string =>
  `${target === 'local' ? 'this machine' : 'Modal'}${cores === undefined ? '' : `, ${cores} cores`}`;

const threads = (n: number): string => counted(n, 'thread');

const vectors = (subset: number | null): string => (subset === null ? 'all vectors' : `the first ${subset.toLocaleString('en')} vectors`);

/** `a` is what is looked at, `b` what it is compared with. */
export const differences = (a: Series, b: Series): readonly Difference[] => {
  const found: Difference[] = [];
  const question = (about: Difference['about'], text: string) => found.push({ weight: 'question', about, text });
  const care = (about: Difference['about'], text: string) => found.push({ weight: 'care', about, text });
  if (a.dataset !== b.dataset) question('data', `different data sets: ${a.dataset} against ${b.dataset}`);
  else if (a.datasetSha !== undefined && b.datasetSha !== undefined && a.datasetSha !== b.datasetSha)
    question('data', `not the same dataset bytes: ${a.dataset} is ${a.datasetSha.slice(0, 8)} here and ${b.datasetSha.slice(0, 8)} there`);
  if (a.subset !== b.subset) question('data', `not the same vectors: ${vectors(a.subset)} against ${vectors(b.subset)}`);
  if (a.k !== b.k) question('k', `different k: recall@${a.k} against recall@${b.k}`);
  if (a.recallRule !== b.recallRule)
    care(
      'rule',
      `recall by two rules: ${a.recallRule === 'strict' ? b.label : a.label} by ann-benchmarks' tolerance of 0.001, as older versions counted it, ${a.recallRule === 'strict' ? a.label : b.label} strictly; measure anew to compare`,
    );
  if (a.impl === b.impl && a.sourceSha !== undefined && b.sourceSha !== undefined && a.sourceSha !== b.sourceSha)
    care('source', `the file behind ${a.impl} changed: ${a.label} and ${b.label} are different sources`);
  if (a.threads !== b.threads) care('threads', `${threads(a.threads)} against ${threads(b.threads)}`);
  const otherCores = a.cores !== b.cores && a.cores !== undefined && b.cores !== undefined;
  if (a.target !== b.target || otherCores) care('machine', `different machines: ${place(a)} against ${place(b)}`);
  if (a.cpu !== b.cpu && a.cpu !== undefined && b.cpu !== undefined)
    care('processor', `different CPU, compare with care: ${a.cpu} against ${b.cpu}`);
  if (a.isa !== b.isa && a.isa !== undefined && b.isa !== undefined)
    care('instructions', `different instructions: ${a.isa} against ${b.isa}`);
  if (a.dataset === b.dataset && (a.datasetSha === undefined) !== (b.datasetSha === undefined))
    care(
      'hash',
      `${a.datasetSha === undefined ? a.label : b.label} did not write down the hash of ${a.dataset}: whether the bytes are the same is not known`,
    );
  return found;
};
