/** What a benchmark should know of a dataset. */
import type { OnDisk } from '../../datasets/catalogue.ts';
import type { VectorsHere } from '../../datasets/vectors-here.ts';
import { datasetNote, differenceAt, toldDifference } from './compare/recall-rule.ts';

const isTable = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' && value !== null && Object.values(value).every(Number.isFinite);

/** By how much the two rules of recall can differ, by k; undefined where its stamp does not say. */
export const rulesDifferOf = ({ stamp }: VectorsHere): Readonly<Record<string, number>> | undefined =>
  isTable(stamp?.rules_differ) ? stamp.rules_differ : undefined;

/** What is to be known of its recall: of the usual k, or the largest that it has true neighbours for. */
export const recallNotesOfDataset = (name: string, here: OnDisk): readonly string[] => {
  if (here.of !== 'vectors') return [];
  const byK = rulesDifferOf(here) ?? {};
  const k = '10' in byK ? 10 : 1;
  const most = differenceAt(byK, k);
  return most > toldDifference ? [datasetNote(name, k, most)] : [];
};
