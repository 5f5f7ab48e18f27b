/** What the wizard's own step of a training has answered. Pure. */
import type { Services } from '../../../src/services/services.ts';
import type { ModelOffer, PresetOffer } from '../../../src/workloads/train/offers.ts';
import type { TrainChoices } from '../../../src/workloads/train/plan.ts';
import type { Answers } from '../../app/answers.ts';

/** `again`: as the run had it that is run again; what was chosen since lies over it. */
export type TrainAnswers = Partial<Pick<TrainChoices, 'config' | 'model' | 'seeds' | 'again'>>;

export type Offered = { readonly presets: readonly PresetOffer[]; readonly models: readonly ModelOffer[] };

export const loadOffered = async ({ workloads: { train } }: Pick<Services, 'workloads'>): Promise<Offered> => {
  const [presets, models] = await Promise.all([train.presets(), train.models()]);
  return { presets, models };
};

/** What was chosen, else what a run had that is run again, else what was remembered, else the first. */
export const presetOf = (answers: Answers, remembered: readonly string[], presets: readonly PresetOffer[]): PresetOffer | undefined => {
  const { config, again } = answers as TrainAnswers;
  const wanted = [config, again?.preset, remembered[0]];
  return wanted.flatMap(word => presets.find(({ name }) => name === word) ?? [])[0] ?? presets[0];
};

export const completeTraining = (answers: Answers, remembered: readonly string[], loaded: unknown): Answers => {
  const { config, again } = answers as TrainAnswers;
  if (config !== undefined || again !== undefined) return answers;
  return { ...answers, config: presetOf(answers, remembered, (loaded as Offered).presets)?.name };
};

export const rememberedOf = (answers: Answers): readonly string[] => {
  const { config, again } = answers as TrainAnswers;
  return [config ?? again?.preset ?? ''];
};

/** How often it can be trained: once, and often enough for a mean and a standard deviation. */
export const seedCounts = [1, 3, 5] as const;
