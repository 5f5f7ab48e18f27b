/** An inventory of recordings in words and figures: the same on screens and in plain lines. Pure. */
import { count, duration, size } from '../text/format.ts';
import type { RecordingsInfo } from './dataset-info.ts';
import type { InventorySummary } from './inventory.ts';

const montages: Readonly<Record<string, string>> = { referential: '19 · average', bipolar: '18 · bipolar' };

/** "19 · average": channels and reference. */
export const montageText = (montage: string): string => montages[montage] ?? montage;

/** "256 Hz", "250–1000 Hz". */
export const ratesText = (rates: readonly number[]): string => {
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  return rates.length === 0 ? '–' : low === high ? `${low} Hz` : `${low}–${high} Hz`;
};

export const splitHeads = [
  { head: 'split' },
  { head: 'patients', right: true },
  { head: 'recordings', right: true },
  { head: 'hours', right: true },
  { head: 'seizures', right: true },
  { head: 'seizure hours', right: true },
  { head: 'montage' },
  { head: 'rates' },
] as const;

/** "910", "7.5", and of little enough to tell it from none: "0.0044". */
export const hoursFigure = (hours: number): string => {
  if (hours > 0 && hours < 0.1) return hours.toPrecision(2);
  return hours > 0 && hours < 10 ? String(Number(hours.toFixed(2))) : count(hours);
};

/** Of one column: all with as many digits as its largest has room for. */
const hoursColumn = (hours: readonly number[]): readonly string[] => {
  const most = Math.max(...hours);
  const digits = most < 10 ? 2 : most < 100 ? 1 : 0;
  return hours.map(one =>
    one > 0 && Number(one.toFixed(digits)) === 0
      ? one.toPrecision(2)
      : one.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
};

/** A row a split, in the order of `splitHeads`. */
export const splitCells = ({ splits, montages: made }: InventorySummary): readonly (readonly string[])[] => {
  const hours = hoursColumn(splits.map(split => split.hours));
  const seizureHours = hoursColumn(splits.map(split => split.seizure_hours));
  return splits.map((split, n) => [
    split.split,
    count(split.patients),
    count(split.recordings),
    hours[n] ?? '',
    count(split.seizures),
    seizureHours[n] ?? '',
    made[0] === undefined ? 'none for all' : montageText(made[0]),
    ratesText(split.rates),
  ]);
};

/** "251 lack Fz and Pz: interpolated", of each kind. */
export const noticeTexts = ({ notices }: InventorySummary): readonly string[] =>
  notices.map(({ count: times, says }) => (says.startsWith('split ') ? says : `${count(times)} ${says}`));

/** "prepare ≈ 2h 10m here": all of it; empty where that is not known. */
export const prepareText = (seconds: number | undefined): string => (seconds === undefined ? '' : `prepare ≈ ${duration(seconds)} here`);

/** What a prepared store of it takes, by montage: "store 52 GB (19 · average) or 49 GB (18 · bipolar)"; empty where none can be made. */
export const storeText = ({ store_bytes, montages: made }: InventorySummary): string => {
  const each = made.map(montage => `${size(store_bytes[montage] ?? 0)} (${montageText(montage)})`);
  return each.length === 0 ? '' : `store ${each.join(' or ')}`;
};

/** "v1.0.0 · ODC-By-1.0 · bids": what is known. */
export const provenance = ({ version, licence, layout }: Pick<RecordingsInfo, 'version' | 'licence' | 'layout'>): string =>
  [version, licence, layout].filter(word => word !== '' && word !== 'unknown').join(' · ');
