/** The dataset list's rows and what is said about the selected one. Pure. */

import type { DatasetInfo } from '../../src/datasets/dataset-info.ts';
import { reachesModal } from '../../src/datasets/needs.ts';
import type { VolumeDatasets } from '../../src/datasets/places.ts';
import { storagePrice } from '../../src/prices/storage.ts';
import { money, size } from '../../src/text/format.ts';
import { cells, dim, type Line, type Span, span, textWidth, wrap } from '../app/text.ts';
import { besideShape, shapeCell, shapeWords } from './dataset-shape.ts';

/** What the datasets volume has: `undefined` while it is asked for. */
export type There = VolumeDatasets | undefined;

const isNever = (there: There): boolean => there?.state === 'unknown' && there.never === true;

const thereOf = (info: DatasetInfo, there: There) => (there?.state === 'ready' ? there.datasets.get(info.name) : undefined);

const cloudSpan = (info: DatasetInfo, there: There, paid: boolean): Span => {
  const found = thereOf(info, there);
  if (found?.state === 'verified') return span('ok', '✓ on Modal');
  if (found?.state === 'partial') return span('warn', '! partly there');
  if (paid && info.of === 'recordings' && !info.made) return span('warn', there?.state === 'ready' ? '! not yet there' : '? Modal');
  if (paid && !reachesModal(info)) return span('warn', info.state === 'verified' ? '! only here' : '! needs a file');
  if (paid) return info.made ? dim('· made there') : dim('· fetched there');
  return there?.state === 'ready' ? dim('· not on Modal') : dim(there === undefined ? '…' : '? Modal');
};

const stateSpan = (info: DatasetInfo): Span => {
  const { state, made, own } = info;
  if (info.of === 'recordings' && info.lost !== undefined) return span('warn', '! gone');
  if (info.of === 'recordings' && state === 'verified' && info.inventory?.errors.length) return span('danger', '✗ not usable');
  if (state === 'verified') return span('ok', own ? '✓ yours' : '✓ here');
  // What is made on this machine needs no fetching: the run makes it.
  if (made) return dim('· to be made here');
  return state === 'partial' ? span('warn', '! partly here') : dim('· not here');
};

/** `paid`: the run is on Modal, so what is there comes first. Where there is room, both places are shown. */
export const datasetRows = (all: readonly DatasetInfo[], columns: number, paid = false, there?: There): readonly Line[] => {
  const hereWidth = Math.max(15, ...all.map(info => textWidth(stateSpan(info).text)));
  // Beside it stand at least the size and one place.
  const nameWidth = Math.min(27, Math.max(12, columns - 12 - hereWidth), Math.max(4, ...all.map(({ name }) => name.length)));
  const middle = columns >= 84;
  const wide = columns >= 104;
  // What is not known of Modal, not yet or because it was never set up, takes no column.
  const both = columns >= 53 + hereWidth && (paid || (there !== undefined && !isNever(there)));
  return all.map(info => {
    const [cloud, here] = [cloudSpan(info, there, paid), stateSpan(info)];
    const places = paid ? [cloud, ...(both ? [here] : [])] : [here, ...(both ? [cloud] : [])];
    return cells(
      [
        info.name,
        ...(middle ? [dim(shapeCell(info))] : []),
        ...(wide ? [dim(besideShape(info))] : []),
        info.bytes === 0 ? '–' : size(info.bytes),
        ...places,
      ],
      [
        { width: nameWidth },
        ...(middle ? [{ width: 16, align: 'right' as const }] : []),
        ...(wide ? [{ width: 12 }] : []),
        { width: 8, align: 'right' },
        ...places.map(place => ({ width: place === here ? hereWidth : 15 })),
      ],
    );
  });
};

/** `--from PATH` in a catalogue's note: where the data may be on this machine already. */
export const suggestedPath = (note: string | undefined): string => /--from (?!FOLDER|FILE)(\S+)/.exec(note ?? '')?.[1] ?? '';

export const originOf = ({ of, url, made, own }: DatasetInfo): string =>
  own || made
    ? 'made on this machine'
    : url === null
      ? of === 'vectors'
        ? 'made from a file that you have'
        : 'a folder that you have'
      : `from ${url.replace(/^https?:\/\//, '')}`;

const cloudWords = (info: DatasetInfo, there: There): string => {
  const found = thereOf(info, there);
  const volume = there?.volume ?? 'ann-datasets';
  if (found?.bucket !== undefined) return `Its inventory was taken in ${found.bucket}, where it stays.`;
  if (found?.state === 'verified' && there?.state === 'ready')
    return `On the volume ${volume}, verified; ${money(storagePrice(found.bytes, there.storage))} a month beyond the workspace's free TiB.`;
  const unknown = there?.state === 'unknown' ? ` Modal could not be asked: ${there.failure.what}.` : '';
  if (info.of === 'recordings' && !info.made)
    return `Recordings are counted there before a run is planned: enter brings it to the volume ${volume}, or takes its inventory in the bucket that has it.${unknown}`;
  if (!reachesModal(info) && info.state !== 'verified')
    return `It is published nowhere as one file: esc, choose this machine, and y there takes it from a file; from there it is uploaded.${unknown}`;
  if (!reachesModal(info)) return `It is only on this machine: enter uploads it to the volume ${volume}.${unknown}`;
  if (info.made) return `Made there by the run, within seconds.${unknown}`;
  const whole = `the first container downloads it there (${size(info.bytes)}), once; its time is billed. y has it done before, by a small one.`;
  if (there === undefined) return `If it is not on the volume ${volume} yet, ${whole}`;
  if (there.state === 'unknown') return `If it is not on the volume ${volume} yet, ${whole}${unknown}`;
  return `It is ${found === undefined ? 'not' : 'only partly'} on the volume ${volume}: ${whole}`;
};

/** Of the other place, in passing. */
const thereWords = (info: DatasetInfo, there: There): string => {
  const found = thereOf(info, there);
  if (there === undefined || isNever(there)) return '';
  if (there.state === 'unknown') return ` · on Modal: not known. ${there.failure.what}`;
  return found === undefined ? '' : ` · on Modal: ${found.state}, ${size(found.bytes)}`;
};

/** What keeps recordings from being used: the first, and where all of it stands. */
const wrongWords = (info: DatasetInfo): string => {
  if (info.of === 'vectors') return '';
  if (info.lost !== undefined) return `${info.lost}: y takes it from where it is now`;
  const [first, ...others] = info.inventory?.errors ?? [];
  return first === undefined ? '' : `${first.what}${others.length > 0 ? `, and ${others.length} more` : ''}: i says why`;
};

/** The most lines that are said of a dataset. */
const mostDatasetLines = (columns: number): number => (columns < 70 ? 7 : 5);

/** Lines that are said of any of them: the list above has the same height whichever is selected. */
export const datasetRoom = (all: readonly DatasetInfo[], columns: number, paid: boolean, there?: There): number =>
  Math.max(0, ...all.map(info => datasetLines(info, columns, paid, there).length));

export const datasetLines = (info: DatasetInfo | undefined, columns: number, paid = false, there?: There): readonly Line[] => {
  if (info === undefined) return [];
  const here = info.state === 'partial' && !paid ? `, ${size(info.bytesHere)} of ${size(info.bytes)} here` : '';
  // Of one's own dataset nothing is known before it is finished.
  const [known, wrong] = [shapeWords(info), wrongWords(info)];
  if (known === '' && info.own) return wrap(`${info.title}: begun, not finished`, columns).map((text): Line => [dim(text)]);
  return [
    ...wrap(`${info.title}${known === '' ? '' : `: ${known}`}${here}`, columns),
    ...(wrong === '' ? [] : wrap(wrong, columns)),
    ...wrap(
      paid ? cloudWords(info, there) : `${originOf(info)}${info.note === undefined ? '' : ` · ${info.note}`}${thereWords(info, there)}`,
      columns,
    ),
  ]
    .slice(0, mostDatasetLines(columns))
    .map((text): Line => [dim(text)]);
};
