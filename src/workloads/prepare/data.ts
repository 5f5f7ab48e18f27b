/** Which recordings of a dataset a run works on, counted when it is planned. Pure. */
import * as v from 'valibot';
import type { InventorySummary, Whose } from '../../datasets/inventory.ts';
import type { RecordingsStamp } from '../../datasets/recordings-here.ts';
import { usageError } from '../../errors/errors.ts';
import { counted } from '../../text/format.ts';
import { sum } from '../../util/numbers.ts';
import { number } from '../../util/shape.ts';
import { type Montage, montages } from './settings.ts';
import { type SplitName, splitNames } from './splits.ts';

export type SplitCounts = {
  readonly split: SplitName;
  readonly recordings: number;
  readonly patients: number;
  readonly hours: number;
  /** null: not known before the recordings are made. */
  readonly seizures: number | null;
};

/** A dataset as the spec has it: with the splits that the run works on. */
export type RecordingsData = {
  readonly dataset: string;
  /** Made up: told beside every figure. */
  readonly synthetic: boolean;
  /** Who is in which split, as a hash; null before the recordings are made. */
  readonly split_hash: string | null;
  readonly splits: readonly SplitCounts[];
};

export const dataShape = v.array(
  v.looseObject({
    dataset: v.string(),
    synthetic: v.boolean(),
    split_hash: v.nullable(v.string()),
    splits: v.array(
      v.looseObject({
        split: v.picklist(splitNames),
        recordings: number,
        patients: number,
        hours: number,
        seizures: v.nullable(number),
      }),
    ),
  }),
);

/** What is known of a dataset before a run. */
export type KnownRecordings = {
  readonly dataset: string;
  /** Absent: it is not here. */
  readonly inventory?: InventorySummary;
  /** Absent: nobody looked. */
  readonly whose?: Whose;
  /** Made by the run itself where it is not here; always the same recordings. */
  readonly made?: boolean;
  /** No address has it: a person's folder is asked for. */
  readonly byFolder?: boolean;
  /** What is not as its inventory says any more. */
  readonly changed?: string;
  /** Why it is not here any more. */
  readonly lost?: string;
  /** At Modal, where the run is to be; `bucket`: its recordings lie in the mounted one. */
  readonly there?: { readonly bucket: boolean };
};

/** Of the stamp of recordings. */
export const toldBy = ({
  inventory,
  whose,
}: Pick<RecordingsStamp, 'inventory' | 'whose'>): Pick<KnownRecordings, 'inventory' | 'whose'> => ({
  inventory,
  ...(whose !== undefined && { whose }),
});

/** `seconds`: of each patient's only recording. */
const madeSplit = (split: SplitName, patients: number, seconds: number): SplitCounts => ({
  split,
  patients,
  recordings: patients,
  hours: (patients * seconds) / 3600,
  seizures: null,
});

/** What `seizure` makes, before it is made: one recording a patient. */
const madeSplits: Readonly<Record<string, readonly SplitCounts[]>> = {
  'synthetic-seizures': [madeSplit('train', 100, 150), madeSplit('dev', 20, 360), madeSplit('test', 60, 360)],
};

/** Whether the run makes some of it: at Modal one container does that, and prepares all. */
export const hasMade = (data: readonly RecordingsData[]): boolean => data.some(({ dataset }) => Object.hasOwn(madeSplits, dataset));

/** Hours of what a run makes before it begins: of whole datasets, whichever splits it works on. */
export const madeHoursOf = (data: readonly RecordingsData[]): number =>
  sum(data.flatMap(({ dataset, split_hash }) => (split_hash === null ? (madeSplits[dataset] ?? []) : []).map(({ hours }) => hours)));

/** "ann-tui sync tusz --target modal" */
export const syncCommand = ({ dataset, byFolder = false, there }: KnownRecordings): string =>
  `ann-tui sync ${dataset}${there === undefined ? '' : ' --target modal'}${byFolder ? ' --from FOLDER' : ''}`;

/** "is not at Modal" */
export const isNotThere = ({ there }: KnownRecordings): string => (there === undefined ? 'is not here' : 'is not at Modal');

const notHere = (known: KnownRecordings) =>
  usageError(`${known.dataset} ${isNotThere(known)}`, 'what it holds is counted before anything is begun', syncCommand(known));

/** Where its inventory is told. */
const showCommand = ({ dataset, there }: KnownRecordings): string =>
  `ann-tui datasets ${dataset}${there === undefined ? '' : ' --target modal'}`;

/** With its splits in their order. Throws a usage error for a dataset that nothing is known of, or that cannot be used. */
const allOf = (known: KnownRecordings): RecordingsData => {
  const { dataset, inventory, made = false, lost } = known;
  if (lost !== undefined) throw usageError(`The recordings of ${dataset} are gone`, lost, `ann-tui sync ${dataset} --from FOLDER`);
  if (inventory === undefined) {
    const splits = made ? madeSplits[dataset] : undefined;
    if (splits === undefined) throw notHere(known);
    return { dataset, synthetic: true, split_hash: null, splits };
  }
  const { synthetic, split_hash, splits } = inventory;
  const countsOf = (split: SplitName): readonly SplitCounts[] =>
    splits
      .filter(one => one.split === split)
      .map(({ recordings, patients, hours, seizures }) => ({ split, recordings, patients, hours, seizures }));
  return { dataset, synthetic, split_hash, splits: splitNames.flatMap(countsOf) };
};

const checkMontage = (known: KnownRecordings, montage: Montage, command: string): void => {
  const { dataset, inventory } = known;
  if (inventory === undefined || inventory.montages.includes(montage)) return;
  const other = montages.find(name => inventory.montages.includes(name));
  const hint = other === undefined ? showCommand(known) : `${command} --montage ${other}`;
  throw usageError(`${dataset} has no ${montage} montage`, `its recordings allow: ${inventory.montages.join(', ') || 'none'}`, hint);
};

/** Throws a usage error where a split that has to be there has no recording; `why`: what it is needed for. */
export const requireSplit = (known: KnownRecordings, { dataset, splits }: RecordingsData, split: SplitName, why: string): void => {
  if (splits.some(one => one.split === split && one.recordings > 0)) return;
  const own = known.inventory === undefined ? '' : ownSplits(known.inventory);
  throw usageError(`${dataset} has no recording in ${split}`, `${why}${own}`, showCommand(known));
};

/** Without the training split there is still something to score on; what the inventory tells of a way out is told there. */
const hintOf = (known: KnownRecordings, split: string | undefined, command: string): string =>
  split === 'train' ? `${command} --splits dev,test` : showCommand(known);

/** How a person says who is in which split, where a corpus has no splits of its own. */
const ownSplits = ({ layout }: InventorySummary): string =>
  ['bids', 'plain'].includes(layout) ? '; participants.tsv, with columns participant_id and split, can say otherwise' : '';

/**
 * `splits`: those that are worked on. `command`: with all datasets that were asked for, "ann-tui prepare --dataset tusz,siena". Throws a usage
 * error for the first dataset whose inventory forbids it: a leak, no seizure to train on, a montage that cannot be made.
 */
export const dataOf = (known: KnownRecordings, splits: readonly SplitName[], montage: Montage, command: string): RecordingsData => {
  const data = allOf(known);
  const { dataset, inventory } = known;
  if (known.changed !== undefined) throw usageError(`${dataset} has changed`, known.changed, `ann-tui sync ${dataset}`);
  // A leak anywhere, and what is wrong with these splits: no seizure to train on, files that cannot be used.
  const error = inventory?.errors.find(({ split }) => split === undefined || splits.some(name => name === split));
  if (error !== undefined) {
    const what = error.what.endsWith(' cannot be used') ? `${dataset}: ${error.what}` : `${dataset} cannot be used: ${error.what}`;
    throw usageError(what, error.why, hintOf(known, error.split, command));
  }
  checkMontage(known, montage, command);
  const chosen = data.splits.filter(({ split, recordings }) => splits.includes(split) && recordings > 0);
  if (chosen.length === 0) {
    const there = data.splits.filter(({ recordings }) => recordings > 0).map(({ split }) => split);
    const why = `it has: ${there.join(', ') || 'none'}${inventory === undefined ? '' : ownSplits(inventory)}`;
    throw usageError(`${dataset} has no recording in ${splits.join(', ')}`, why, showCommand(known));
  }
  return { ...data, splits: chosen };
};

export const recordingsOf = (data: readonly RecordingsData[]): number =>
  sum(data.flatMap(({ splits }) => splits.map(({ recordings }) => recordings)));

export const hoursOf = (data: readonly RecordingsData[]): number => sum(data.flatMap(({ splits }) => splits.map(({ hours }) => hours)));

/** Names of those that are made up. */
export const syntheticOf = (data: readonly RecordingsData[]): ReadonlySet<string> =>
  new Set(data.filter(({ synthetic }) => synthetic).map(({ dataset }) => dataset));

/** "test 60 recordings of 60 patients, 2.5 h, 45 seizures" */
export const splitText = ({ split, patients, recordings, hours, seizures }: SplitCounts): string =>
  `${split} ${counted(recordings, 'recording')} of ${counted(patients, 'patient')}, ${hours.toFixed(1)} h${seizures === null ? '' : `, ${counted(seizures, 'seizure')}`}`;
