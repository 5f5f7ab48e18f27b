/** What the wizard's own step of a workload on recordings has answered. Pure. */
import type { Services } from '../../../src/services/services.ts';
import type { PrepareChoices, SettingsChoices } from '../../../src/workloads/prepare/plan.ts';
import { type Montage, montages, type PrepareSettings } from '../../../src/workloads/prepare/settings.ts';
import type { Answers } from '../../app/answers.ts';

/** Beside the montage: what the wizard does not ask, as the run had it that is run again. */
type SettingsAnswers = SettingsChoices & Pick<PrepareChoices, 'splits'>;

/** What was chosen, else what a run had that is run again, else what was remembered of the last time, else `usual`. */
export const montageOf = (answers: Answers, remembered: readonly string[] = [], usual: Montage = 'referential'): Montage => {
  const { montage, settings } = answers as SettingsAnswers;
  const wanted = [montage, settings?.montage, remembered[0]];
  return wanted.flatMap(word => montages.find(name => name === word) ?? [])[0] ?? usual;
};

/** What `completeSettings` needs: as configs/prepare.yaml has it. */
export const loadUsual = (services: Pick<Services, 'workloads'>): Promise<PrepareSettings> => services.workloads.prepare.settings();

export const completeSettings = (answers: Answers, remembered: readonly string[], loaded: unknown): Answers => ({
  ...answers,
  montage: montageOf(answers, remembered, (loaded as PrepareSettings).montage),
});

export const rememberedOf = (answers: Answers): readonly string[] => [montageOf(answers)];
