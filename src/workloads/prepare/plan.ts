/** What a person chose → a spec, or an error that says what would be right. */
import { usageError } from '../../errors/errors.ts';
import { commandFor, helpOf, planShared, type SharedChoices, type SharedContext } from '../shared-plan.ts';
import { dataOf, type KnownRecordings } from './data.ts';
import { refuseInCommon } from './in-common.ts';
import { mountedFor } from './mounts.ts';
import type { Montage, PrepareSettings } from './settings.ts';
import type { PrepareSpec } from './spec.ts';
import { type SplitName, splitNames } from './splits.ts';

/** How recordings are to be prepared, as a person says it; not yet validated. */
export type SettingsChoices = {
  readonly montage?: string;
  /** A file in the shape of configs/prepare.yaml. */
  readonly config?: string;
  /** Of a run that is run again: as it was. */
  readonly settings?: PrepareSettings;
};

/** What a person chose in the wizard or on the command line, not yet validated. */
export type PrepareChoices = SharedChoices &
  SettingsChoices & {
    readonly kind: 'prepare';
    readonly splits?: readonly string[];
  };

/** What a plan with recordings is judged against. */
export type RecordingsContext = SharedContext & {
  /** As configs/prepare.yaml and the person's own file have them. */
  readonly settings: PrepareSettings;
  readonly recordings: (dataset: string) => KnownRecordings;
};

export const usualDataset = 'synthetic-seizures';

/** Throws a usage error for a montage that there is not. */
export const settingsOf = (kind: string, { montage, settings }: SettingsChoices, context: RecordingsContext): PrepareSettings => {
  const usual = settings ?? context.settings;
  if (montage === undefined) return usual;
  if (montage === 'referential' || montage === 'bipolar') return { ...usual, montage: montage satisfies Montage };
  throw usageError(`There is no montage "${montage}"`, 'there are: referential, bipolar', helpOf(kind));
};

const splitsOf = (words: readonly string[] = splitNames): readonly SplitName[] => {
  const wrong = words.find(word => !(splitNames as readonly string[]).includes(word));
  if (wrong !== undefined) throw usageError(`There is no split "${wrong}"`, `there are: ${splitNames.join(', ')}`, helpOf('prepare'));
  return splitNames.filter(name => words.includes(name));
};

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planPrepare = (choices: PrepareChoices, context: RecordingsContext): PrepareSpec => {
  const splits = splitsOf(choices.splits);
  const settings = settingsOf('prepare', choices, context);
  const { fields } = planShared(choices, context, 'recordings');
  const known = fields.datasets.map(({ name }) => context.recordings(name));
  const command = commandFor('prepare', fields);
  const data = known.map(one => dataOf(one, splits, settings.montage, command));
  refuseInCommon('prepare', fields.target, known);
  return { v: 1, kind: 'prepare', ...mountedFor(fields, known), settings, data };
};

/** What a person would choose to run the same again. Pure. */
export const choicesOf = ({ datasets, hardware, target, settings, data }: PrepareSpec): PrepareChoices => ({
  kind: 'prepare',
  datasets: datasets.map(({ name }) => name),
  hardware: hardware.id,
  target,
  settings,
  splits: splitNames.filter(name => data.some(({ splits }) => splits.some(({ split }) => split === name))),
});
