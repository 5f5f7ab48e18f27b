/** What an inventory of recordings says in short, as Python writes it into the dataset's stamp. */
import * as v from 'valibot';
import { fits, number } from '../util/shape.ts';

const { array, boolean, literal, looseObject, optional, record, string } = v;

const summary = looseObject({
  v: literal(1),
  layout: string(),
  version: string(),
  licence: string(),
  synthetic: boolean(),
  split_hash: string(),
  splits: array(
    looseObject({
      split: string(),
      patients: number,
      recordings: number,
      hours: number,
      seizures: number,
      seizure_hours: number,
      rates: array(number),
      kinds: optional(record(string(), number)),
    }),
  ),
  montages: array(string()),
  store_bytes: record(string(), number),
  notices: array(looseObject({ kind: string(), says: string(), count: number, first: string() })),
  errors: array(
    looseObject({
      what: string(),
      why: string(),
      hint: optional(string()),
      split: optional(string()),
    }),
  ),
});

export const fitsInventory = (value: unknown): value is InventorySummary => fits(summary, value);

const words = array(string());
const whose = looseObject({ corpus: v.nullable(string()), people: words, signals: words });

/** Whose recordings they are: two datasets of one run are set beside each other by it. All but the corpus are hashes. */
export type Whose = {
  /** The family whose patients have other names in another layout of it. */
  readonly corpus: string | null;
  readonly people: readonly string[];
  /** How the recordings begin. */
  readonly signals: readonly string[];
};

export const fitsWhose = (value: unknown): value is Whose => fits(whose, value);

/** Over all splits. */
export const totals = ({ splits }: Pick<InventorySummary, 'splits'>): Totals =>
  splits.reduce(
    (sum, { patients, recordings, hours, seizures, seizure_hours }) => ({
      patients: sum.patients + patients,
      recordings: sum.recordings + recordings,
      hours: sum.hours + hours,
      seizures: sum.seizures + seizures,
      seizureHours: sum.seizureHours + seizure_hours,
    }),
    { patients: 0, recordings: 0, hours: 0, seizures: 0, seizureHours: 0 },
  );

export type Totals = {
  readonly patients: number;
  readonly recordings: number;
  readonly hours: number;
  readonly seizures: number;
  readonly seizureHours: number;
};

export type SplitSummary = {
  readonly split: string;
  readonly patients: number;
  readonly recordings: number;
  readonly hours: number;
  readonly seizures: number;
  readonly seizure_hours: number;
  /** Hz of the EEG channels, each that occurs. */
  readonly rates: readonly number[];
  /** Seizures by type, where the annotations say one. */
  readonly kinds?: Readonly<Record<string, number>>;
};

/** What keeps recordings from being used. */
export type InventoryError = {
  readonly what: string;
  readonly why: string;
  readonly hint?: string;
  /** Where it concerns that one alone. */
  readonly split?: string;
};

/** Why nothing at all can be done with the recordings; undefined where some split of them can be worked on. */
export const uselessFor = ({ errors, splits }: Pick<InventorySummary, 'errors' | 'splits'>): InventoryError | undefined =>
  errors.find(({ split }) => split === undefined) ?? (splits.length === 0 ? errors[0] : undefined);

export type InventorySummary = {
  readonly v: 1;
  readonly layout: string;
  readonly version: string;
  readonly licence: string;
  /** Made by a generator: "synthetic" stands beside every figure of it. */
  readonly synthetic: boolean;
  readonly split_hash: string;
  readonly splits: readonly SplitSummary[];
  /** Which can be made of every recording: "referential", "bipolar". */
  readonly montages: readonly string[];
  /** What a prepared store of each montage takes. */
  readonly store_bytes: Readonly<Record<string, number>>;
  /** Oddities that can be used, by kind; `first`: where the first was met. */
  readonly notices: readonly { readonly kind: string; readonly says: string; readonly count: number; readonly first: string }[];
  readonly errors: readonly InventoryError[];
};
