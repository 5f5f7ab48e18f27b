/** The rows of the price table. Pure. */
import { duration, money } from '../src/money/format.ts';
import type { HardwareRow, PriceTable } from '../src/services.ts';
import { matches } from './components/list.ts';
import type { TableCell, TableColumn } from './components/table/columns.ts';

export const sorts = ['as listed', 'by price', 'by cores'] as const;
export type Sort = (typeof sorts)[number];

const comparers: Readonly<Record<Sort, (a: HardwareRow, b: HardwareRow) => number>> = {
  'as listed': () => 0,
  'by price': (a, b) => a.dollarsPerHour - b.dollarsPerHour,
  'by cores': (a, b) => b.cores - a.cores,
};

export const arrange = ({ rows }: PriceTable, filter: string, sort: Sort): readonly HardwareRow[] =>
  rows.filter(row => matches(`${row.id} ${row.label} ${row.gpu ?? ''} ${row.use}`, filter)).toSorted(comparers[sort]);

export const priceColumns: readonly TableColumn[] = [
  { title: 'shape', drop: 0, shrink: 22 },
  { title: 'VRAM GiB', align: 'right', drop: 3 },
  { title: 'container $/h', align: 'right', drop: 0 },
  { title: 'this run', align: 'right', drop: 1 },
  { title: 'good for', drop: 4, shrink: 12 },
];

/** What a run of `seconds` costs by the hour's rate. */
export const costOf = (seconds: number | undefined, dollarsPerHour: number): string =>
  seconds === undefined ? '–' : `≈ ${money((seconds / 3600) * dollarsPerHour)}`;

/** Containers that a run is measured on, and dollars an hour for what stands beside them. */
export type Fleet = { readonly containers: number; readonly beside: number };

const alone: Fleet = { containers: 1, beside: 0 };

export const priceRow = (row: HardwareRow, seconds: number | undefined, { containers, beside }: Fleet = alone): readonly TableCell[] => [
  row.label,
  row.vramGiB === null ? { text: '–', role: 'dim' } : String(row.vramGiB),
  row.dollarsPerHour.toFixed(2),
  costOf(seconds, containers * row.dollarsPerHour + beside),
  { text: row.use, role: 'dim' },
];

/** This machine stands among the others, at nothing; it cannot be chosen: where to run was the question before. */
export const machineRow = (
  { cores, memoryGiB }: { readonly cores: number; readonly memoryGiB: number },
  paid = false,
): readonly TableCell[] => [
  `this machine: ${cores} cores · ${Math.round(memoryGiB)} GiB`,
  { text: '–', role: 'dim' },
  { text: '0.00', role: 'ok' },
  { text: '$0', role: 'ok' },
  { text: paid ? 'to compare with; esc goes back to it' : 'the run happens here', role: 'dim' },
];

export const basisLine = (seconds: number | undefined, basis: string | undefined): string => {
  const container = 'container $/h: GPU, cores and memory together.';
  if (seconds === undefined) return container;
  return `${container} this run: the ≈ ${duration(seconds)} it takes here (${basis}), billed by the second there.`;
};

export const cloudBasisLine = (seconds: number | undefined, basis: string | undefined, { containers }: Fleet, parts: number): string => {
  const container = 'container $/h: cores and memory together.';
  const several = `${containers} of at most ${parts} ${parts === 1 ? 'container' : 'containers'}: + and - change it, each measures a part.`;
  const run = seconds === undefined ? '' : ` this run: ≈ ${duration(seconds)} (${basis}) with all of them and the coordinator at work.`;
  return `${several} ${container}${run} No GPU is offered: a benchmark uses none.`;
};
