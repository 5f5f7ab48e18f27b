/** A benchmark's plan, with what it is judged against read from the disk. */
import { vectorsHere } from '../../datasets/vectors-here.ts';
import type { OwnFile } from '../../user-code/user-file.ts';
import { paths } from '../../util/paths.ts';
import type { SharedContext } from '../shared-plan.ts';
import { loadBenchmark, loadSweep } from './config.ts';
import { rulesDifferOf } from './dataset-notes.ts';
import { builtInNames, withPeers } from './implementations.ts';
import { type BenchChoices, planBench } from './plan.ts';
import type { BenchSpec } from './spec.ts';
import { resolveOwn } from './user-code/user-file.ts';

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: BenchChoices, context: SharedContext): Promise<BenchSpec> => {
  const { sweep } = choices;
  const implementations = withPeers(choices.implementations);
  const own = new Map<string, OwnFile>();
  for (const word of implementations) {
    const file = builtInNames.includes(word) ? undefined : resolveOwn(word);
    if (file !== undefined) own.set(word, file);
  }
  const chosen = { ...choices, implementations };
  return planBench(chosen, {
    ...context,
    benchmark: (await loadBenchmark()).value,
    ...(sweep !== undefined && { sweep: typeof sweep === 'string' ? await loadSweep(sweep) : sweep }),
    own,
    rulesDiffer: name => rulesDifferOf(vectorsHere(paths().datasets, name)),
  });
};
