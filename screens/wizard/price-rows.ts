/** The rows of the price table. Pure. */

import type { VectorsInfo } from '../../src/datasets/dataset-info.ts';
import type { HardwareRow, PriceDemands, PriceTable } from '../../src/prices/container-price.ts';
import { counted, duration, money, size } from '../../src/text/format.ts';
import { matches } from '../components/list.ts';
import type { TableCell, TableColumn } from '../components/table/columns.ts';

export const sorts = ['as listed', 'by price', 'by cores', 'by VRAM', 'by TFLOPS'] as const;
export type Sort = (typeof sorts)[number];

const comparers: Readonly<Record<Sort, (a: HardwareRow, b: HardwareRow) => number>> = {
  'as listed': () => 0,
  'by price': (a, b) => a.dollarsPerHour - b.dollarsPerHour,
  'by cores': (a, b) => b.cores - a.cores,
  'by VRAM': (a, b) => (b.vramGiB ?? 0) - (a.vramGiB ?? 0),
  'by TFLOPS': (a, b) => (b.tflops ?? 0) - (a.tflops ?? 0),
};

export const arrange = ({ rows }: PriceTable, filter: string, sort: Sort): readonly HardwareRow[] =>
  rows.filter(row => matches(`${row.id} ${row.label} ${row.gpu ?? ''} ${row.use}`, filter)).toSorted(comparers[sort]);

/** Without a GPU on offer two columns would be empty. */
export const sortsFor = (gpus: boolean): readonly Sort[] => (gpus ? sorts : sorts.slice(0, 3));

const gpuColumns: readonly TableColumn[] = [
  { title: 'VRAM GiB', align: 'right', drop: 3 },
  { title: 'TFLOPS', align: 'right', drop: 5 },
];

/** `priced`: the heading of what earlier runs found a result to cost; absent where none did. */
export const priceColumns = (gpus: boolean, priced?: string): readonly TableColumn[] => [
  { title: 'shape', drop: 0, shrink: 22 },
  ...(gpus ? gpuColumns : []),
  { title: 'container $/h', align: 'right', drop: 0 },
  { title: 'this run', align: 'right', drop: 1 },
  ...(priced === undefined ? [] : [{ title: priced, align: 'right', drop: 2 } as const]),
  { title: 'good for', drop: 4, shrink: 12 },
];

const figure = (value: number | null | undefined): TableCell => (value ? String(value) : { text: '–', role: 'dim' });

/** Dollars of the whole run on a row; `reckoned`: in a moment; undefined: nobody can say. */
export type RowCost = number | 'reckoned' | undefined;

const costText = (cost: RowCost): string => (cost === undefined ? '–' : cost === 'reckoned' ? '…' : `≈ ${money(cost)}`);

export type RowOptions = {
  readonly cost: RowCost;
  /** The columns of GPUs are there. */
  readonly gpus: boolean;
  readonly recommended?: boolean;
  /** What a result of the same work cost on it, in dollars; null where no run was there yet. Absent: no column of it. */
  readonly priced?: number | null | undefined;
};

const pricedCells = (priced: number | null | undefined): readonly TableCell[] =>
  priced === undefined ? [] : [priced === null ? { text: '–', role: 'dim' } : money(priced)];

export const priceRow = (row: HardwareRow, { cost, gpus, recommended = false, priced }: RowOptions): readonly TableCell[] => [
  recommended ? `${row.label} ★` : row.label,
  ...(gpus ? [figure(row.vramGiB), figure(row.tflops)] : []),
  row.dollarsPerHour.toFixed(2),
  costText(cost),
  ...pricedCells(priced),
  { text: row.use, role: 'dim' },
];

/** This machine stands among the others, at nothing; it cannot be chosen: where to run was the question before. */
export const machineRow = (
  { cores, memoryGiB }: { readonly cores: number; readonly memoryGiB: number },
  { paid = false, gpus, priced = false }: { readonly paid?: boolean; readonly gpus: boolean; readonly priced?: boolean },
): readonly TableCell[] => [
  `this machine: ${cores} cores · ${Math.round(memoryGiB)} GiB`,
  ...(gpus ? [figure(null), figure(null)] : []),
  { text: '0.00', role: 'ok' },
  { text: '$0', role: 'ok' },
  // Its speed has no price there.
  ...pricedCells(priced ? null : undefined),
  { text: paid ? 'to compare with; esc goes back to it' : 'the run happens here', role: 'dim' },
];

export const basisLine = (seconds: number | undefined, basis: string | undefined): string => {
  const container = 'container $/h: GPU, cores and memory together.';
  if (seconds === undefined) return container;
  return `${container} this run: the ≈ ${duration(seconds)} it takes here (${basis}), billed by the second there.`;
};

/** `seconds`: on the row under the cursor. `brief`: no more than what can be changed. `gpus`: some are among the rows. */
export const cloudBasisLine = (
  seconds: number | undefined,
  basis: string | undefined,
  containers: number,
  parts: number,
  brief: boolean,
  gpus: boolean,
): string => {
  const container = `container $/h: ${gpus ? 'GPU, ' : ''}cores and memory together.`;
  const several = `${containers} of at most ${counted(parts, 'container')}: + and - change it, each measures a part.`;
  if (brief) return several;
  const run =
    seconds === undefined ? '' : ` this run: what all of it is likely billed, in ≈ ${duration(seconds)} on the marked row (${basis}).`;
  return `${several} ${container}${run}${gpus ? '' : ' No GPU is offered: none would be used.'}`;
};

/** Vectors, their copy in the index, the exact answers, and room to build. */
const memoryOf = (bytes: number): number => (3 * bytes) / 2 ** 30 + 2;

/** Below, a build is a matter of seconds on any of them. */
const worthManyCores = 100_000;

export type Advice = { readonly id: string; readonly why: string };

/** The row for a benchmark on this data, and why; undefined while nothing is known of it, or when none is large enough. */
export const recommend = (
  rows: readonly HardwareRow[],
  data: Pick<VectorsInfo, 'name' | 'bytes' | 'train'> | undefined,
): Advice | undefined => {
  if (data === undefined) return undefined;
  const fit = rows.filter(({ gpu, memoryGiB }) => gpu === null && memoryGiB >= memoryOf(data.bytes));
  const byPrice = fit.toSorted((a, b) => a.dollarsPerHour - b.dollarsPerHour);
  const fits = `fits ${data.name} (${size(data.bytes)})`;
  if (data.train < worthManyCores) {
    const row = byPrice.find(({ cores }) => cores >= 8) ?? byPrice[0];
    return row && { id: row.id, why: `${fits}, which builds in no time: more cores would only cost more` };
  }
  // Builds use every core; beyond 32 the price doubles for the last minutes.
  const row = byPrice.find(({ cores }) => cores >= 32) ?? byPrice.at(-1);
  return row && { id: row.id, why: `${fits}; the build uses every core, and the searches are timed on one of them` };
};

export const regions: readonly (string | undefined)[] = [undefined, 'us', 'eu', 'ap', 'us-west', 'us-east', 'eu-west'];

/** The region after this one. */
export const nextRegion = (region: string | undefined): string | undefined => regions[(regions.indexOf(region) + 1) % regions.length];

/** "in us · not preemptible"; empty when nothing is asked for. */
export const demandWords = ({ region, nonpreemptible }: PriceDemands): string =>
  [...(region === undefined ? [] : [`in ${region}`]), ...(nonpreemptible ? ['not preemptible'] : [])].join(' · ');
