/** The datasets as tables, one of each kind. Pure. */
import type { DatasetInfo, RecordingsInfo, VectorsInfo } from '../../datasets/dataset-info.ts';
import { totals } from '../../datasets/inventory.ts';
import { hoursFigure } from '../../datasets/inventory-words.ts';
import * as format from '../../text/format.ts';
import { table } from './table.ts';

const stateText = ({ state, bytes, bytesHere, own, lost }: DatasetInfo & { readonly lost?: string }): string => {
  if (lost !== undefined) return 'gone';
  if (state !== 'partial') return own ? `${state}, yours` : state;
  if (own) return 'partial, yours';
  return bytes === 0 ? 'partial' : `partial, ${format.percent(bytesHere / bytes)}`;
};

/** Of what is not known yet. */
const unknown = '–';

export const vectorsTable = (infos: readonly VectorsInfo[]): readonly string[] => {
  const columns = [
    { head: 'dataset' },
    { head: 'distance' },
    { head: 'dim', right: true },
    { head: 'vectors', right: true },
    { head: 'queries', right: true },
    { head: 'size', right: true },
    { head: 'here' },
  ];
  const cells = infos.map(info => [
    info.name,
    info.distance,
    // Of an own one that is not finished nothing is known yet.
    info.dimension === 0 ? unknown : String(info.dimension),
    info.train === 0 ? unknown : format.count(info.train),
    info.queries === 0 ? unknown : format.count(info.queries),
    format.size(info.bytes),
    stateText(info),
  ]);
  return table(columns, cells);
};

/** What no inventory says is rough. */
const rough = (info: RecordingsInfo, value: number, text: string): string =>
  value === 0 ? unknown : info.inventory === undefined ? `≈${text}` : text;

/** What is made here is known before. */
const shape = (info: RecordingsInfo, value: number, text: string): string => (info.made ? text : rough(info, value, text));

export const recordingsTable = (infos: readonly RecordingsInfo[]): readonly string[] => {
  const columns = [
    { head: 'dataset' },
    { head: 'patients', right: true },
    { head: 'recordings', right: true },
    { head: 'hours', right: true },
    { head: 'seizures', right: true },
    { head: 'size', right: true },
    { head: 'here' },
  ];
  const cells = infos.map(info => [
    info.name,
    shape(info, info.patients, format.count(info.patients)),
    shape(info, info.recordings, format.count(info.recordings)),
    shape(info, info.hours, hoursFigure(info.hours)),
    info.inventory === undefined ? unknown : format.count(totals(info.inventory).seizures),
    rough(info, info.bytes, format.size(info.bytes)),
    `${stateText(info)}${info.inventory?.errors.length ? ', ! not usable' : ''}`,
  ]);
  return table(columns, cells);
};
