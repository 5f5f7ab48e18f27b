/** What the wizard's own step of a benchmark has answered. Pure. */
import type { BenchChoices } from '../../../src/workloads/bench/plan.ts';
import type { Answers } from '../../app/answers.ts';
import type { Choosable } from './choosable.ts';

/** Beside the implementations: what the wizard does not ask, as the run had it that is run again. */
export type BenchAnswers = Partial<Pick<BenchChoices, 'implementations' | 'recalls' | 'sweep' | 'threads' | 'subset' | 'k'>>;

/** Whether settings are to be found for recalls, as they were chosen or as a run had it that is run again. */
export const asksRecalls = (answers: Answers): boolean => {
  const { recalls, sweep } = answers as BenchAnswers;
  const groups = typeof sweep === 'object' ? sweep.implementations.flatMap(entry => entry.groups) : [];
  return recalls !== undefined || groups.some(({ atRecall }) => atRecall !== undefined);
};

/** The names that were chosen or remembered and still exist; else the defaults. */
export const chosenNames = (answers: Answers, remembered: readonly string[], all: readonly Choosable[]): readonly string[] => {
  const { implementations = remembered } = answers as BenchAnswers;
  const names = implementations.filter(name => all.some(other => other.name === name));
  return names.length > 0 ? names : all.filter(info => info.default).map(({ name }) => name);
};

export const completeAnswers = (answers: Answers, remembered: readonly string[], loaded: unknown): Answers => ({
  ...answers,
  implementations: chosenNames(answers, remembered, loaded as readonly Choosable[]),
});
