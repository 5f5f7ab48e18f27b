/** What a measurement takes of the answers to the wizard's questions: those of its own, or those of the training that it is of. Pure. */
import type { MeasureChoices, WhichTraining } from '../../../src/workloads/measure/plan.ts';
import type { SharedChoices } from '../../../src/workloads/shared-plan.ts';

export type MeasureAnswers = Pick<MeasureChoices, 'gpus' | 'which' | 'on'>;

/** What is measured when `m` is pressed. `choices`: of the wizard, complete; those of a training are the training. */
export const measureChoices = (choices: SharedChoices, own: Pick<MeasureChoices, 'gpus' | 'budget'> = {}): MeasureChoices => {
  const { kind, datasets, region, profile, environment } = choices;
  const { config, sets, seeds, model, montage, again } = choices as SharedChoices & WhichTraining;
  const which = Object.fromEntries(
    Object.entries({ config, sets, seeds, model, montage, again }).filter(([, value]) => value !== undefined),
  );
  const mine: MeasureAnswers = kind === 'measure' ? (choices as MeasureChoices) : { which, on: datasets };
  return {
    kind: 'measure',
    target: 'modal',
    datasets: [],
    hardware: '',
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(environment !== undefined && { environment }),
    ...(mine.gpus !== undefined && { gpus: mine.gpus }),
    ...(mine.which !== undefined && { which: mine.which }),
    ...(mine.on !== undefined && { on: mine.on }),
    ...own,
  };
};
