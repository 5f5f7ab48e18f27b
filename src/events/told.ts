/** What Python says of a failure → what a person is told. */

import type { Failure } from '../errors/failure.ts';
import { workloads } from '../workloads/registry.ts';

export type Told = { readonly what: string; readonly why: string; readonly hint?: string | null | undefined };

const moduleCommand = new RegExp(`(?<![\\w/.-])(?:${workloads.map(({ module }) => module).join('|')}) (?=sync )`, 'g');

/** Programs of the system that a hint may name. */
const others = /^(?:sudo|rm|mv|xcode-select|brew) /;

/**
 * A hint that is a command stays one, with a workload's module called `ann-tui`, which takes the same words. Advice belongs to the why, and what is
 * then to be typed is `next`, which the caller knows.
 */
export const toldFailure = <T extends Told>(
  { hint, why, ...rest }: T,
  next?: string,
): Omit<T, 'hint' | 'why'> & Pick<Failure, 'why' | 'hint'> => {
  const step = hint?.replaceAll(moduleCommand, 'ann-tui ');
  if (step && (step.startsWith('ann-tui ') || others.test(step))) return { ...rest, why, hint: step };
  return { ...rest, why: step ? `${why}; ${step}` : why, ...(next === undefined ? {} : { hint: next }) };
};
