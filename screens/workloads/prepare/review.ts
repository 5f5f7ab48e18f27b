/** What the review says of recordings and how they are prepared. Pure. */
import { counted } from '../../../src/text/format.ts';
import { hoursOf, type RecordingsData, recordingsOf, splitText } from '../../../src/workloads/prepare/data.ts';
import { bandText, montageText, type PrepareSettings } from '../../../src/workloads/prepare/settings.ts';
import type { PrepareSpec } from '../../../src/workloads/prepare/spec.ts';
import type { ReviewRow } from '../workload-screens.ts';

/** "synthetic-seizures (synthetic)" */
const dataNames = (data: readonly RecordingsData[]): string =>
  data.map(({ dataset, synthetic }) => (synthetic ? `${dataset} (synthetic)` : dataset)).join(', ');

export const dataRows = (data: readonly RecordingsData[], more: boolean): readonly ReviewRow[] => [
  ['on', dataNames(data), `${counted(recordingsOf(data), 'recording')}, ${hoursOf(data).toFixed(1)} h`],
  ...(more ? data.flatMap(({ splits }) => splits).map((split, n): ReviewRow => [n === 0 ? 'splits' : '', splitText(split), '']) : []),
];

export const settingsRow = (settings: PrepareSettings, more: boolean): ReviewRow => [
  'channels',
  montageText(settings.montage),
  more ? bandText(settings) : `${settings.rate} Hz`,
];

export const reviewRows = ({ data, settings }: PrepareSpec, more: boolean): readonly ReviewRow[] => [
  ...dataRows(data, more),
  settingsRow(settings, more),
];
