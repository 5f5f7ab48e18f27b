/** The page of one dataset of recordings: what is in it before any work. Pure. */
import type { RecordingsInfo } from '../../src/datasets/dataset-info.ts';
import type { InventorySummary } from '../../src/datasets/inventory.ts';
import {
  montageText,
  noticeTexts,
  prepareText,
  provenance,
  ratesText,
  splitCells,
  splitHeads,
  storeText,
} from '../../src/datasets/inventory-words.ts';
import type { DatasetLook } from '../../src/datasets/look.ts';
import { type Notice, placeOf } from '../../src/datasets/notices.ts';
import { count, size } from '../../src/text/format.ts';
import { bold, cells, dim, type LineLike, span, textWidth, wrap } from '../app/text.ts';
import { layOut } from '../components/table/columns.ts';
import { originOf } from './dataset-rows.ts';
import { shapeWords } from './dataset-shape.ts';

/** What goes first where there is no room; of rates and montage there is a line of its own then. */
const drops = [0, 0, 0, 0, 0, 1, 2, 3];

const tableLines = (inventory: InventorySummary, columns: number): readonly LineLike[] => {
  const rows = splitCells(inventory);
  const { shown } = layOut(
    splitHeads.map(({ head }, n) => ({ title: head, drop: drops[n] ?? 0 })),
    rows,
    columns,
  );
  const widths = shown.map(n => ({
    width: Math.max(textWidth(splitHeads[n]?.head ?? ''), ...rows.map(row => textWidth(row[n] ?? ''))),
    align: [1, 2, 3, 4, 5].includes(n) ? ('right' as const) : ('left' as const),
  }));
  const hidden = splitHeads.length - shown.length;
  const rates = ratesText([...new Set(inventory.splits.flatMap(split => split.rates))].toSorted((a, b) => a - b));
  const montage = inventory.montages.map(montageText).join(' or ') || 'no montage for all';
  return [
    cells(
      shown.map(n => dim(splitHeads[n]?.head ?? '')),
      widths,
    ),
    ...rows.map(row =>
      cells(
        shown.map(n => row[n] ?? ''),
        widths,
      ),
    ),
    ...(hidden > 0 ? [dim(`${montage}, ${rates}`)] : []),
  ];
};

const marked = (role: 'warn' | 'danger' | 'ok', mark: string, text: string, columns: number): readonly LineLike[] =>
  wrap(text, columns - 2).map((part, n): LineLike => [n === 0 ? span(role, `${mark} `) : '  ', part]);

const errorLines = ({ errors }: InventorySummary, columns: number): readonly LineLike[] =>
  errors.flatMap(({ what, why, hint }) => [
    ...marked('danger', '✗', `${what}: ${why}`, columns),
    ...(hint === undefined ? [] : wrap(hint, columns - 4).map((part): LineLike => dim(`    ${part}`))),
  ]);

const stateLines = (info: RecordingsInfo, changed: string | undefined, columns: number): readonly LineLike[] => {
  if (info.lost !== undefined) return marked('warn', '!', `${info.lost}: ann-tui sync ${info.name} --from FOLDER`, columns);
  if (changed === undefined) return [];
  return marked('warn', '!', `${changed}: ann-tui sync ${info.name} looks again`, columns);
};

/** Of what is not here: what it will be. */
const promised = (info: RecordingsInfo, columns: number): readonly LineLike[] => {
  const words = shapeWords(info);
  const bytes = info.bytes === 0 ? '' : `, about ${size(info.bytes)}`;
  return [
    ...(words === '' ? [] : wrap(`It will be ${words}${bytes}: ${originOf(info)}.`, columns)),
    ...(info.note === undefined ? [] : wrap(info.note, columns).map(dim)),
    '',
    ...wrap(info.made ? 'The run makes it; enter takes it.' : 'Its inventory is taken once it is here: y in the list brings it.', columns),
  ];
};

const known = (look: DatasetLook, info: RecordingsInfo, inventory: InventorySummary, columns: number): readonly LineLike[] => {
  const store = storeText(inventory);
  const free = look.free === undefined ? '' : `, ${size(look.free)} free here`;
  return [
    ...tableLines(inventory, columns),
    '',
    ...stateLines(info, look.changed, columns),
    ...noticeTexts(inventory).flatMap(text => marked('warn', '!', text, columns)),
    ...errorLines(inventory, columns),
    ...(inventory.errors.length === 0 ? marked('ok', '✓', 'splits share no patient', columns) : []),
    ...(store === '' ? [] : wrap([`${store}${free}`, prepareText(look.prepareSeconds)].filter(Boolean).join(' · '), columns).map(dim)),
    ...(info.folder === undefined ? [] : [dim(`in ${endOf(info.folder, columns - 3)}`)]),
  ];
};

/** All of it; the screen cuts what does not fit. */
export const inventoryPage = (look: DatasetLook, columns: number): readonly LineLike[] => {
  const { info } = look;
  if (info.of !== 'recordings')
    return [
      bold(`What is in ${info.name}?`),
      '',
      ...wrap(`${info.title}: ${shapeWords(info) || 'begun, not finished'}`, columns),
      ...wrap(`${size(info.bytes)}, ${originOf(info)}; ${info.state === 'absent' ? 'not here' : info.state}`, columns).map(dim),
      ...(info.note === undefined ? [] : wrap(info.note, columns).map(dim)),
    ];
  const { inventory } = info;
  const here = inventory !== undefined && info.state === 'verified';
  const synthetic = inventory?.synthetic || info.made ? [span('warn', '  synthetic')] : [];
  return [
    [bold(here ? `What is in ${info.name}?` : `${info.name} is not here yet`), ...synthetic, dim(`  ${provenance(info)}`)],
    '',
    ...(here ? known(look, info, inventory, columns) : [...stateLines(info, look.changed, columns), ...promised(info, columns)]),
  ];
};

/** Its end is what tells a path from others. */
const endOf = (text: string, columns: number): string => (textWidth(text) <= columns ? text : `…${text.slice(1 - columns)}`);

/** Every warning's place, one a line, below the words of its kind. */
export const warningRows = (notices: readonly Notice[], columns: number): readonly LineLike[] =>
  [...new Set(notices.map(({ says }) => says))].flatMap(kind => {
    const each = notices.filter(({ says }) => says === kind);
    return [[span('warn', '! '), `${count(each.length)} ${kind}`], ...each.map(notice => dim(`  ${endOf(placeOf(notice), columns - 2)}`))];
  });
