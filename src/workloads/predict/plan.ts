/** What a person chose → a spec, or an error that says what would be right. */
import { usageError } from '../../errors/errors.ts';
import { storagePrice } from '../../prices/storage.ts';
import { quoted } from '../../text/shell-word.ts';
import { sum } from '../../util/numbers.ts';
import type { Checkpoint } from '../evaluate/checkpoint.ts';
import { commandOf, planShared, type SharedChoices, type SharedContext } from '../shared-plan.ts';
import type { PredictSpec, Recording } from './spec.ts';

/** What a person chose on the command line, or has of a run that is run again; not yet validated. */
export type PredictChoices = SharedChoices & {
  readonly kind: 'predict';
  /** Files and folders, absolute. */
  readonly edfs: readonly string[];
  /** RUN, RUN:SEED or a folder. */
  readonly checkpoint: string;
  /** A Python file that may be run for a checkpoint of a person's own model. */
  readonly model?: string;
  /** In place of the checkpoint's. */
  readonly threshold?: number;
};

/** The command, as it was asked for, with other words for some of it. */
export const commandFor = (choices: PredictChoices, changes: Partial<PredictChoices> = {}): string => {
  const { edfs, checkpoint, model, threshold, target } = { ...choices, ...changes };
  const said = { checkpoint, model, threshold: threshold?.toString(), target: target === 'modal' ? target : undefined };
  return [
    commandOf('predict'),
    ...edfs.map(quoted),
    ...Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(value)}`])),
  ].join(' ');
};

/** What is read from the disk for it. `bytes`: of the checkpoint, and of the file of a model of somebody's own. */
export type PredictContext = SharedContext & {
  readonly checkpoint: Checkpoint;
  readonly recordings: readonly Recording[];
  readonly bytes: number;
};

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planPredict = (choices: PredictChoices, context: PredictContext): PredictSpec => {
  const { checkpoint, recordings } = context;
  const { choice, card } = checkpoint;
  if (choices.target !== 'modal')
    throw usageError('Predicting is a run at Modal alone', 'on this machine it is done at once', commandFor(choices, { target: 'local' }));
  const threshold = choices.threshold ?? card.threshold;
  if (threshold === null)
    throw usageError(
      `${choice.title} has no threshold`,
      'none was chosen in its training: say which probability counts as a seizure',
      commandFor(choices, { threshold: 0.5 }),
    );
  const bytes = context.bytes + sum(recordings.map(one => one.bytes));
  const { fields } = planShared(choices, context, false, { gpus: 'list' });
  return {
    v: 1,
    kind: 'predict',
    ...fields,
    checkpoint: choice,
    settings: card.settings,
    threshold,
    synthetic: card.data.every(({ synthetic }) => synthetic),
    edfs: choices.edfs,
    recordings,
    carried: { bytes, dollarsPerMonth: storagePrice(bytes, context.rates.storage) },
  };
};

/** What a person would choose to run the same again. Pure. */
export const choicesOf = ({ hardware, target, checkpoint, threshold, edfs }: PredictSpec): PredictChoices => ({
  kind: 'predict',
  datasets: [],
  hardware: hardware.id,
  target,
  edfs,
  checkpoint: checkpoint.folder,
  threshold,
  ...(checkpoint.source !== undefined && { model: checkpoint.source }),
});
