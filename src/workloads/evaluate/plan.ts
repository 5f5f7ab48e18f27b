/** What a person chose → a spec, or an error that says what would be right. */
import { usageError } from '../../errors/errors.ts';
import { dataOf, type RecordingsData } from '../prepare/data.ts';
import { type RecordingsContext, type SettingsChoices, settingsOf } from '../prepare/plan.ts';
import type { SplitName } from '../prepare/splits.ts';
import { commandOf, commandWith, planShared, type SharedChoices } from '../shared-plan.ts';
import type { EvaluateSpec } from './spec.ts';

/** What a person chose in the wizard or on the command line, not yet validated. */
export type EvaluateChoices = SharedChoices &
  SettingsChoices & {
    readonly kind: 'evaluate';
    readonly checkpoint?: string;
  };

/** All detectors without weights. */
export const baseline = 'baseline';

/** As the field draws patients for an interval of 95 %. */
const usualDraws = 1000;
const usualSeed = 0;

const checkpointOf = (word = baseline): string => {
  if (word === baseline) return word;
  throw usageError(
    `There is no checkpoint "${word}"`,
    'this version trains none yet; what it has is baseline, the detectors that need no training',
    `${commandOf('evaluate')} --checkpoint ${baseline}`,
  );
};

/** Thresholds are chosen on dev, and used once on test. */
export const judgedSplits: readonly SplitName[] = ['dev', 'test'];

const checked = (data: RecordingsData): RecordingsData => {
  if (data.splits.some(({ split }) => split === 'test')) return data;
  throw usageError(`${data.dataset} has no recording in test`, 'there is nothing to score on', `ann-tui datasets ${data.dataset}`);
};

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planEvaluate = (choices: EvaluateChoices, context: RecordingsContext): EvaluateSpec => {
  const checkpoint = checkpointOf(choices.checkpoint);
  const settings = settingsOf('evaluate', choices, context);
  const { fields } = planShared(choices, context, 'recordings');
  const data = fields.datasets.map(({ name }) =>
    checked(dataOf(context.recordings(name), judgedSplits, settings.montage, commandWith('evaluate', fields.datasets))),
  );
  return { v: 1, kind: 'evaluate', ...fields, checkpoint, settings, data, seed: usualSeed, draws: usualDraws };
};

/** What a person would choose to run the same again. Pure. */
export const choicesOf = ({ datasets, hardware, target, settings, checkpoint }: EvaluateSpec): EvaluateChoices => ({
  kind: 'evaluate',
  datasets: datasets.map(({ name }) => name),
  hardware: hardware.id,
  target,
  settings,
  checkpoint,
});
