/** What a person chose → a spec, or an error that says what would be right. */
import path from 'node:path';
import { usageError } from '../../errors/errors.ts';
import { dataOf, type KnownRecordings, type RecordingsData, requireSplit } from '../prepare/data.ts';
import { refuseInCommon } from '../prepare/in-common.ts';
import { mountedFor } from '../prepare/mounts.ts';
import { type RecordingsContext, type SettingsChoices, settingsOf } from '../prepare/plan.ts';
import { type PrepareSettings, settingsText } from '../prepare/settings.ts';
import type { SplitName } from '../prepare/splits.ts';
import { commandFor, commandOf, planShared, type SharedChoices } from '../shared-plan.ts';
import { baseline, type Checkpoint, settingsOfAll } from './checkpoint.ts';
import type { EvaluateSpec } from './spec.ts';

/** What a person chose in the wizard or on the command line, not yet validated. */
export type EvaluateChoices = SharedChoices &
  SettingsChoices & {
    readonly kind: 'evaluate';
    /** RUN, RUN:SEED or a folder, several with commas. */
    readonly checkpoint?: string;
    /** A Python file that may be run for a checkpoint of a person's own model. */
    readonly model?: string;
  };

/** What a plan of an evaluation is judged against. */
export type EvaluateContext = RecordingsContext & {
  /** Those that its choices name. */
  readonly checkpoints?: readonly Checkpoint[];
};

/** As the field draws patients for an interval of 95 %. */
const usualDraws = 1000;
const usualSeed = 0;

/** What a model was trained with is no choice any more. */
const checkpointSettings = (choices: EvaluateChoices, checkpoints: readonly Checkpoint[]): PrepareSettings | undefined => {
  const settings = settingsOfAll(checkpoints);
  const said = (['montage', 'config'] as const).find(name => choices[name] !== undefined);
  if (settings === undefined || said === undefined) return settings;
  throw usageError(
    `--${said} cannot be beside a checkpoint`,
    `recordings are prepared as in its training: ${settingsText(settings)}`,
    `${commandOf('evaluate')} --checkpoint ${choices.checkpoint ?? baseline}`,
  );
};

/** Thresholds are chosen on dev, and used once on test. */
export const judgedSplits: readonly SplitName[] = ['dev', 'test'];

const checked = (known: KnownRecordings, data: RecordingsData): RecordingsData => {
  requireSplit(known, data, 'test', 'there is nothing to score on');
  return data;
};

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planEvaluate = (choices: EvaluateChoices, context: EvaluateContext): EvaluateSpec => {
  const { checkpoints = [] } = context;
  const settings = checkpointSettings(choices, checkpoints) ?? settingsOf('evaluate', choices, context);
  const { fields } = planShared(choices, context, 'recordings', { apart: true });
  const known = fields.datasets.map(({ name }) => context.recordings(name));
  const command = commandFor('evaluate', fields);
  const data = known.map(one => checked(one, dataOf(one, judgedSplits, settings.montage, command)));
  refuseInCommon('evaluate', fields.target, known);
  return {
    v: 1,
    kind: 'evaluate',
    ...mountedFor(fields, known),
    checkpoint: choices.checkpoint ?? baseline,
    ...(checkpoints.length > 0 && { checkpoints: checkpoints.map(({ choice }) => choice) }),
    settings,
    data,
    seed: usualSeed,
    draws: usualDraws,
  };
};

/** What a person would choose to run the same again. Pure. */
export const choicesOf = ({ datasets, hardware, target, settings, checkpoint, checkpoints = [] }: EvaluateSpec): EvaluateChoices => {
  const model = checkpoints.find(({ source, folder }) => source !== undefined && path.dirname(source) !== folder)?.source;
  return {
    kind: 'evaluate',
    datasets: datasets.map(({ name }) => name),
    hardware: hardware.id,
    target,
    settings,
    checkpoint,
    ...(model !== undefined && { model }),
  };
};
