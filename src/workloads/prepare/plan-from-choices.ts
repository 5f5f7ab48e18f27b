/** A plan with recordings, with what it is judged against read from the disk. */
import type { DatasetEntry } from '../../config/datasets.ts';
import { changedSince, recordingsHere } from '../../datasets/recordings-here.ts';
import { paths } from '../../util/paths.ts';
import type { SharedContext } from '../shared-plan.ts';
import { loadSettings } from './config.ts';
import type { KnownRecordings } from './data.ts';
import { type PrepareChoices, planPrepare, type RecordingsContext, type SettingsChoices } from './plan.ts';
import type { PrepareSpec } from './spec.ts';

/** What is known of a dataset of recordings: its inventory, and whether its files are still as that says. */
const knownIn = (folder: string, dataset: string, entry: DatasetEntry | undefined): KnownRecordings => {
  const made = entry?.made === true;
  const { state, stamp, lost } = recordingsHere(folder, dataset);
  // What the run makes itself, it makes again.
  if (lost !== undefined && !made) return { dataset, lost };
  if (state !== 'verified' || stamp === undefined) return { dataset, made, byFolder: !made && (entry?.url ?? null) === null };
  const changed = changedSince(folder, stamp);
  return { dataset, made, inventory: stamp.inventory, ...(changed !== undefined && { changed }) };
};

export const recordingsContext = async ({ config }: SettingsChoices, context: SharedContext): Promise<RecordingsContext> => {
  const folder = paths().datasets;
  return {
    ...context,
    settings: await loadSettings(config),
    recordings: dataset =>
      knownIn(
        folder,
        dataset,
        context.datasets.find(({ name }) => name === dataset),
      ),
  };
};

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: PrepareChoices, context: SharedContext): Promise<PrepareSpec> =>
  planPrepare(choices, await recordingsContext(choices, context));
