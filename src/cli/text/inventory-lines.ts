/** One dataset in plain lines: of recordings its whole inventory. Pure. */
import type { RecordingsInfo } from '../../datasets/dataset-info.ts';
import type { InventorySummary } from '../../datasets/inventory.ts';
import { hoursFigure, noticeTexts, prepareText, provenance, splitCells, splitHeads, storeText } from '../../datasets/inventory-words.ts';
import type { DatasetLook } from '../../datasets/look.ts';
import { type Notice, placeOf } from '../../datasets/notices.ts';
import * as format from '../../text/format.ts';
import { table } from './table.ts';

/** What is odd, each kind once with its first place. */
const noticeLines = (inventory: InventorySummary): readonly string[] => {
  const texts = noticeTexts(inventory);
  return inventory.notices.map(({ first }, at) => `! ${texts[at] ?? ''} (the first: ${first})`);
};

const errorLines = ({ errors }: InventorySummary): readonly string[] =>
  errors.flatMap(({ what, why, hint }) => [`✗ ${what}: ${why}`, ...(hint === undefined ? [] : [`    ${hint}`])]);

const stateLines = (info: RecordingsInfo, changed: string | undefined): readonly string[] => {
  if (info.lost !== undefined) return [`! ${info.lost}: ann-tui sync ${info.name} --from FOLDER`];
  if (changed !== undefined) return [`! ${changed}: ann-tui sync ${info.name} looks again`];
  return [];
};

const inventoryLines = (info: RecordingsInfo, inventory: InventorySummary, look: DatasetLook): readonly string[] => {
  const beside = [
    ...(inventory.errors.length === 0 ? ['splits share no patient ✓'] : []),
    ...(storeText(inventory) === ''
      ? []
      : [`${storeText(inventory)}${look.free === undefined ? '' : `, ${format.size(look.free)} free here`}`]),
    ...(storeText(inventory) === '' || look.prepareSeconds === undefined ? [] : [prepareText(look.prepareSeconds)]),
  ];
  return [
    ...table(splitHeads, splitCells(inventory)).map(text => `  ${text}`),
    '',
    ...stateLines(info, look.changed),
    ...noticeLines(inventory),
    ...errorLines(inventory),
    ...(beside.length === 0 ? [] : [beside.join('    ')]),
  ];
};

/** What it will be, of what is not here. */
const promisedLines = (info: RecordingsInfo): readonly string[] => {
  const about = info.made ? '' : 'about ';
  const shape =
    info.recordings === 0
      ? []
      : [
          `${about}${format.counted(info.recordings, 'recording')} of ${format.counted(info.patients, 'patient')}, ${hoursFigure(info.hours)} h`,
          ...(info.bytes === 0 ? [] : [`about ${format.size(info.bytes)}`]),
        ];
  const next = info.made ? 'A run makes it; to have it before' : info.url === null ? 'To take it from a folder' : 'To have it here';
  return [
    ...(shape.length === 0 ? [] : [`It will be ${shape.join(', ')}.`]),
    `${next}: ann-tui sync ${info.name}${info.made || info.url !== null ? '' : ' --from FOLDER'}`,
  ];
};

const recordingsLines = (info: RecordingsInfo, look: DatasetLook): readonly string[] => {
  const { inventory } = info;
  const known = provenance(info);
  const synthetic = inventory?.synthetic || info.made ? ' · synthetic' : '';
  const head = `${info.name}: ${info.title}${known === '' ? '' : ` · ${known}`}${synthetic}`;
  if (inventory === undefined || info.state !== 'verified')
    return [
      head,
      info.state === 'partial' ? `Only ${format.size(info.bytesHere)} of it is here.` : 'It is not here yet.',
      ...stateLines(info, look.changed),
      ...(info.lost === undefined ? promisedLines(info) : []),
      ...(info.note === undefined ? [] : [info.note]),
    ];
  return [
    head,
    `In ${info.folder ?? ''}; read from headers and annotations, nothing decoded`,
    '',
    ...inventoryLines(info, inventory, look),
  ];
};

export const datasetDetail = (look: DatasetLook): readonly string[] => {
  const { info } = look;
  if (info.of === 'recordings') return recordingsLines(info, look);
  const shape =
    info.train === 0
      ? 'begun, not finished'
      : `${format.count(info.train)} vectors of ${info.dimension} numbers, ${format.count(info.queries)} queries, ${info.distance}`;
  return [
    `${info.name}: ${info.title}`,
    `${shape}, ${format.size(info.bytes)}; ${info.state === 'absent' ? 'not here' : info.state}`,
    ...(info.note === undefined ? [] : [info.note]),
  ];
};

/** Every notice with its place, below the words of its kind. */
export const warningLines = (notices: readonly Notice[]): readonly string[] => {
  const kinds = [...new Set(notices.map(({ says }) => says))];
  return kinds.flatMap(kind => {
    const each = notices.filter(({ says }) => says === kind);
    return ['', `! ${format.count(each.length)} ${kind}`, ...each.map(notice => `    ${placeOf(notice)}`)];
  });
};
