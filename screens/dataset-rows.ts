/** The dataset list's rows and what is said about the selected one. Pure. */
import { count, size } from '../src/money/format.ts';
import type { DatasetInfo } from '../src/services.ts';
import { cells, dim, type Line, type Span, span, wrap } from './text.ts';

/** It can be had without this machine: it is made by the run, or published. */
export const reachesModal = ({ url, made, own }: DatasetInfo): boolean => !own && (made === true || url !== null);

const cloudSpan = (info: DatasetInfo): Span =>
  reachesModal(info) ? (info.made ? dim('· made there') : dim('· fetched there')) : span('warn', '! only here');

const stateSpan = ({ state, made, own }: DatasetInfo): Span => {
  if (state === 'verified') return span('ok', own ? '✓ yours' : '✓ here');
  // What is made on this machine needs no fetching: the run makes it.
  if (made) return dim('· made here');
  return state === 'partial' ? span('warn', '! partly here') : dim('· not here');
};

/** `paid`: the run is on Modal, so what is here is no matter. */
export const datasetRows = (all: readonly DatasetInfo[], columns: number, paid = false): readonly Line[] => {
  const nameWidth = Math.min(27, Math.max(4, ...all.map(({ name }) => name.length)));
  const shapeWidth = columns >= 64 ? 16 : 0;
  return all.map(info =>
    cells(
      [
        info.name,
        ...(shapeWidth > 0 ? [dim(info.train === 0 ? '–' : `${count(info.train)} × ${info.dimension}`)] : []),
        ...(columns >= 88 ? [dim(info.distance)] : []),
        size(info.bytes),
        paid ? cloudSpan(info) : stateSpan(info),
      ],
      [
        { width: nameWidth },
        ...(shapeWidth > 0 ? [{ width: shapeWidth, align: 'right' as const }] : []),
        ...(columns >= 88 ? [{ width: 9 }] : []),
        { width: 8, align: 'right' },
        { width: 15 },
      ],
    ),
  );
};

/** `--from PATH` in a catalogue's note: where the data may be on this machine already. */
export const suggestedPath = (note: string | undefined): string => /--from (\S+)/.exec(note ?? '')?.[1] ?? '';

export const originOf = ({ url, made, own }: DatasetInfo): string =>
  own || made ? 'made on this machine' : url === null ? 'made from a file that you have' : `from ${url.replace(/^https?:\/\//, '')}`;

const cloudWords = (info: DatasetInfo): string => {
  if (!reachesModal(info)) return 'It is only on this machine, and this version cannot bring it to Modal.';
  if (info.made) return 'Made there by the run, within seconds.';
  return `If it is not in the volume ann-datasets yet, the first container downloads it there (${size(info.bytes)}), once; its time is billed.`;
};

export const datasetLines = (info: DatasetInfo | undefined, columns: number, paid = false): readonly Line[] => {
  if (info === undefined) return [];
  const here = info.state === 'partial' && !paid ? `, ${size(info.bytesHere)} of ${size(info.bytes)} here` : '';
  // Of one's own dataset nothing is known before it is finished.
  if (info.train === 0) return wrap(`${info.title}: begun, not finished`, columns).map((text): Line => [dim(text)]);
  return [
    ...wrap(
      `${info.title}: ${count(info.train)} vectors of ${info.dimension} numbers, ${count(info.queries)} queries, ${info.distance}${here}`,
      columns,
    ),
    ...wrap(paid ? cloudWords(info) : `${originOf(info)}${info.note === undefined ? '' : ` · ${info.note}`}`, columns),
  ]
    .slice(0, 5)
    .map((text): Line => [dim(text)]);
};
