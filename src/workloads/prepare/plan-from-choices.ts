/** A plan with recordings, with what it is judged against read from the disk, or from Modal. */
import type { DatasetEntry } from '../../config/datasets.ts';
import { changedSince, recordingsHere } from '../../datasets/recordings-here.ts';
import { paths } from '../../util/paths.ts';
import type { SharedChoices, SharedContext } from '../shared-plan.ts';
import { loadSettings } from './config.ts';
import { type KnownRecordings, toldBy } from './data.ts';
import { type PrepareChoices, planPrepare, type RecordingsContext, type SettingsChoices } from './plan.ts';
import type { PrepareSpec } from './spec.ts';
import { knownThere } from './there.ts';

type Known = (dataset: string) => KnownRecordings;

/** What is known of a dataset of recordings: its inventory, and whether its files are still as that says. */
const knownIn = (folder: string, dataset: string, entry: DatasetEntry | undefined): KnownRecordings => {
  const made = entry?.made === true;
  const { state, stamp, lost } = recordingsHere(folder, dataset);
  // What the run makes itself, it makes again.
  if (lost !== undefined && !made) return { dataset, lost };
  if (state !== 'verified' || stamp === undefined) return { dataset, made, byFolder: !made && (entry?.url ?? null) === null };
  const changed = changedSince(folder, stamp);
  return { dataset, made, ...toldBy(stamp), ...(changed !== undefined && { changed }) };
};

/** Where the run is to be, and on which datasets. */
type Wanted = Pick<SharedChoices, 'target' | 'datasets' | 'profile' | 'environment'>;

const knownFor = async (wanted: Wanted, context: SharedContext): Promise<Known> => {
  const folder = paths().datasets;
  const entryOf = (dataset: string) => context.datasets.find(({ name }) => name === dataset);
  const here: Known = dataset => knownIn(folder, dataset, entryOf(dataset));
  if (wanted.target !== 'modal') return here;
  // What the run makes itself is the same everywhere.
  const asked = wanted.datasets.filter(name => entryOf(name)?.of === 'recordings' && entryOf(name)?.made !== true);
  const there = await knownThere(asked, wanted, context);
  return dataset => {
    if (entryOf(dataset)?.made === true) return here(dataset);
    const isOnlyThere = entryOf(dataset)?.url == null && context.modal.buckets?.recordings === undefined;
    return there.get(dataset) ?? { dataset, there: { bucket: false }, byFolder: isOnlyThere && here(dataset).inventory === undefined };
  };
};

export const recordingsContext = async (
  { config, ...wanted }: SettingsChoices & Wanted,
  context: SharedContext,
): Promise<RecordingsContext> => ({ ...context, settings: await loadSettings(config), recordings: await knownFor(wanted, context) });

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: PrepareChoices, context: SharedContext): Promise<PrepareSpec> =>
  planPrepare(choices, await recordingsContext(choices, context));
