import { counted } from '../../../text/format.ts';
import type { Point } from '../events.ts';
import { recall } from '../recall-text.ts';
import type { BenchSpec } from '../spec.ts';

/** `strict`: no farther than the k-th true neighbour. `tolerant`: ann-benchmarks' rule, 0.001 farther still counts. */
export type RecallRule = 'strict' | 'tolerant';

/** Points of older versions have the tolerant recall alone. */
export const ruleOf = ({ recall_tolerant: tolerant }: Pick<Point, 'recall_tolerant'>): RecallRule =>
  tolerant === undefined ? 'tolerant' : 'strict';

/** More than this between the two rules is told. */
export const toldDifference = 0.001;
/** More than this is a warning. */
const graveDifference = 0.01;

/** What a stamp tells of some k, at any: the larger of the two it lies between. 0 where nothing is told. */
export const differenceAt = (byK: Readonly<Record<string, number>>, k: number): number => {
  const known = Object.keys(byK)
    .map(Number)
    .sort((a, b) => a - b);
  const around = [known.findLast(one => one <= k), known.find(one => one >= k)];
  return Math.max(0, ...around.map(one => (one === undefined ? 0 : (byK[one] ?? 0))));
};

/** Before a run: the data on which the rule matters. */
export const planNotes = ({ k, recallRules = {} }: Pick<BenchSpec, 'k' | 'recallRules'>): readonly string[] =>
  Object.entries(recallRules).map(([name, most]) => datasetNote(name, k, most));

/** "quick: recall@10 is strict; by ann-benchmarks' tolerance of 0.001 it can be 0.008 higher" */
export const datasetNote = (name: string, k: number, most: number): string =>
  `${name}: recall@${k} is strict; by ann-benchmarks' tolerance of 0.001 it can be ${most.toFixed(3)} higher`;

/** What the rules can differ by at most on a point's data; what they do differ by, where that is more. */
const differenceOf = ({ recall: strict, recall_tolerant: tolerant = strict, rules_differ: most = 0 }: Point): number =>
  Math.max(most, tolerant - strict);

/** "recall@10", and of which rule where it is not the strict one. */
export const recallHead = (points: readonly Point[]): string => {
  const rules = new Set(points.map(ruleOf));
  return `recall@${points[0]?.k ?? 10}${rules.has('tolerant') ? (rules.size > 1 ? ', mixed' : ', tolerant') : ''}`;
};

export type RecallNote = {
  readonly text: string;
  /** The figures may mislead, or would by the other rule. */
  readonly grave: boolean;
};

/** Points of one data set: what is to be known before their recall is read. Nothing where both rules say the same. */
export const recallNotes = (points: readonly Point[]): readonly RecallNote[] => {
  const old = points.filter(point => ruleOf(point) === 'tolerant');
  const whose = old.length === points.length ? '' : `${old.length} of ${counted(points.length, 'point')}: `;
  const most = Math.max(0, ...points.map(differenceOf));
  const [worst] = points.toSorted((a, b) => (b.recall_tolerant ?? b.recall) - b.recall - ((a.recall_tolerant ?? a.recall) - a.recall));
  const by = worst?.recall_tolerant ?? 0;
  const example =
    worst === undefined || by - worst.recall <= toldDifference ? '' : `: ${worst.impl} ${recall(worst.recall)} would be ${recall(by)}`;
  const oldText = `${whose}recall by ann-benchmarks' tolerance of 0.001, as older versions counted it; it may be too high`;
  const text = `recall is strict; by ann-benchmarks' tolerance of 0.001 it can be ${most.toFixed(3)} higher here${example}`;
  return [
    ...(old.length === 0 ? [] : [{ text: oldText, grave: true }]),
    ...(most > toldDifference ? [{ text, grave: most >= graveDifference }] : []),
  ];
};

/** The same of a run, on each of its data sets; which one is said where there are several. */
export const recallNotesOfAll = (points: readonly Point[]): readonly string[] => {
  const datasets = [...new Set(points.map(({ dataset }) => dataset))];
  return datasets.flatMap(name =>
    recallNotes(points.filter(({ dataset }) => dataset === name)).map(({ text }) => (datasets.length > 1 ? `${name}: ${text}` : text)),
  );
};
