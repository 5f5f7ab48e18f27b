/** Two datasets of one run with a patient between them: one would be trained on and scored on. Told before anything is begun. Pure. */
import { usageError } from '../../errors/errors.ts';
import type { TargetName } from '../../runs/spec.ts';
import { counted } from '../../text/format.ts';
import { commandFor } from '../shared-plan.ts';
import type { KnownRecordings } from './data.ts';

const inBoth = (one: readonly string[] = [], other: readonly string[] = []): number => {
  const names = new Set(one);
  return other.filter(name => names.has(name)).length;
};

/** "13 patients are in both few and again"; undefined where nothing is known to be. As `same_patient` judges it once more in the run itself. */
const inCommon = (one: KnownRecordings, other: KnownRecordings): { readonly what: string; readonly why: string } | undefined => {
  const [mine, yours] = [one.whose, other.whose];
  const names = `${one.dataset} and ${other.dataset}`;
  const corpus = mine?.corpus ?? null;
  if (corpus !== null && corpus === yours?.corpus && one.inventory?.layout !== other.inventory?.layout)
    return {
      what: `${names} are the same corpus`,
      why: `the patients of ${corpus} have other names in each, so nobody can tell who is who`,
    };
  const why = 'whoever is in two datasets can be trained on and scored on';
  const people = inBoth(mine?.people, yours?.people);
  if (people > 0) return { what: `${counted(people, 'patient')} ${people === 1 ? 'is' : 'are'} in both ${names}`, why };
  const signals = inBoth(mine?.signals, yours?.signals);
  if (signals > 0) return { what: `${counted(signals, 'recording')} ${signals === 1 ? 'is' : 'are'} in both ${names}`, why };
  return undefined;
};

/** Throws a usage error for the first two that have somebody in common; the next step is the run without the second of them. */
export const refuseInCommon = (kind: string, target: TargetName, known: readonly KnownRecordings[]): void => {
  for (const [at, other] of known.entries())
    for (const one of known.slice(0, at)) {
      const found = inCommon(one, other);
      if (found === undefined) continue;
      const kept = known.filter(each => each !== other).map(({ dataset }) => ({ name: dataset }));
      throw usageError(found.what, found.why, commandFor(kind, { datasets: kept, target }));
    }
};
