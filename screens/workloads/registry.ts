/** The screens of every workload: the one list of this side. */
import type { Spec } from '../../src/runs/spec.ts';
import type { Ui } from '../app/context.tsx';
import type { StartCommand } from '../app/keymap.ts';
import { benchScreens } from './bench/screens.ts';
import { evaluateScreens } from './evaluate/screens.ts';
import { measureScreens } from './measure/screens.ts';
import { predictScreens } from './predict/screens.ts';
import { prepareScreens } from './prepare/screens.ts';
import { trainScreens } from './train/screens.ts';
import type { Start, WorkloadScreens } from './workload-screens.ts';

export const workloadScreens: readonly WorkloadScreens[] = [
  // A workload is only ever given runs of its own kind.
  benchScreens as unknown as WorkloadScreens,
  trainScreens as unknown as WorkloadScreens,
  evaluateScreens as unknown as WorkloadScreens,
  prepareScreens as unknown as WorkloadScreens,
  predictScreens as unknown as WorkloadScreens,
  measureScreens as unknown as WorkloadScreens,
];

export const screensOf = ({ kind }: Pick<Spec, 'kind'>): WorkloadScreens => {
  const found = workloadScreens.find(screens => screens.kind === kind);
  if (found === undefined) throw new Error(`No workload is registered as "${kind}"`);
  return found;
};

/** What home can begin, with whose it is. */
export const allStarts: readonly (Start & { readonly kind: string })[] = workloadScreens.flatMap(({ kind, starts }) =>
  starts.map(start => ({ ...start, kind })),
);

/** What a run does, for whoever has none yet, of every workload that home begins. */
export const lessons = workloadScreens.flatMap(({ lesson }) => lesson ?? []);

/** The commands of home that begin something: with the usual choices, whatever was answered before. */
export const startCommands = ({
  navigation,
  beginDraft,
}: Pick<Ui, 'navigation' | 'beginDraft'>): Readonly<Record<StartCommand, () => void>> =>
  Object.fromEntries(
    allStarts.map(({ command, kind, page }) => [
      command,
      () => {
        beginDraft({});
        navigation.push({ screen: 'page', kind, page });
      },
    ]),
  ) as Record<StartCommand, () => void>;
