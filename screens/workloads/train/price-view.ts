/** The price table as a training has it: how fast and for how much on each GPU. Pure. */
import { count, duration, money, rate as perHour } from '../../../src/text/format.ts';
import type { ForecastRow } from '../../../src/workloads/train/forecast.ts';
import { estimateWords, fitWords, memoryText, memoryWords, speedText, speedWords } from '../../../src/workloads/train/forecast-words.ts';
import type { TableCell, TableColumn } from '../../components/table/columns.ts';
import type { PriceView } from '../workload-screens.ts';

const columns: readonly TableColumn[] = [
  { title: 'GPU', drop: 0 },
  { title: 'VRAM', align: 'right', drop: 2 },
  { title: 'container', align: 'right', drop: 3 },
  { title: 'windows/s', align: 'right', drop: 0 },
  { title: 'training', align: 'right', drop: 1 },
  { title: '$/epoch', align: 'right', drop: 5 },
  { title: 'this run', align: 'right', drop: 0 },
  { title: 'speed', align: 'right', drop: 4 },
  { title: 'why', drop: 6, shrink: 10 },
];

/** "✓ 118" of one that was measured there, "≈ 1,420" of others. */
const rateText = ({ rate, measured }: ForecastRow): TableCell => {
  if (rate === undefined) return { text: '–', role: 'dim' };
  const figure = count(rate < 10 ? Number(rate.toPrecision(2)) : Math.round(rate));
  return measured ? { text: `✓ ${figure}`, role: 'ok' } : `≈ ${figure}`;
};

const about = (text: string | undefined, measured: boolean): TableCell =>
  text === undefined ? { text: '–', role: 'dim' } : measured ? text : `≈ ${text}`;

/** "80 GiB", "! 16 GiB" of one that is too small. */
const vramCell = ({ hardware, fits }: ForecastRow): TableCell => {
  if (!hardware?.vramGiB) return { text: '–', role: 'dim' };
  return fits === false ? { text: `! ${hardware.vramGiB} GiB`, role: 'warn' } : `${hardware.vramGiB} GiB`;
};

const whyCell = (row: ForecastRow): TableCell => {
  const words = fitWords(row);
  return { text: words === '' ? (row.hardware?.use ?? 'the run happens here') : words, role: row.fits === false ? 'warn' : 'dim' };
};

const cellsOf = (row: ForecastRow, cores: number, starred: boolean): readonly TableCell[] => {
  const { hardware, measured, seconds, dollars, dollarsPerEpoch, speed } = row;
  return [
    hardware === null ? `here: ${cores} cores` : `${hardware.gpu}${starred ? ' ★' : ''}`,
    vramCell(row),
    hardware === null ? { text: '$0', role: 'ok' } : perHour(hardware.dollarsPerHour),
    rateText(row),
    about(seconds === undefined ? undefined : duration(seconds), measured),
    hardware === null ? { text: '$0', role: 'ok' } : about(dollarsPerEpoch === undefined ? undefined : money(dollarsPerEpoch), measured),
    hardware === null ? { text: '$0', role: 'ok' } : about(dollars === undefined ? undefined : money(dollars), measured),
    speed === undefined ? { text: '–', role: 'dim' } : speedText(speed),
    whyCell(row),
  ];
};

/** Why faster GPUs are no faster here; said once, at every width. */
const limitRules: Readonly<Record<NonNullable<ForecastRow['limit']>, string>> = {
  reading: 'windows are read no faster than that, whatever the GPU',
  steps: 'the steps are too small to keep one busy',
};

/** "No GPU is faster than another: …"; a sentence a reason. `there`: the GPUs. */
const capped = (there: readonly ForecastRow[]): readonly string[] =>
  (['steps', 'reading'] as const).flatMap(limit => {
    const names = there.flatMap(row => (row.limit === limit && row.hardware !== null ? [row.hardware.gpu ?? row.hardware.label] : []));
    if (names.length === 0) return [];
    if (names.length === there.length) return [`No GPU is faster than another: ${limitRules[limit]}.`];
    return [`${names.length > 3 ? `${names.slice(0, 3).join(', ')} and others` : names.join(', ')}: no faster, as ${limitRules[limit]}.`];
  });

/** "! T4, L4: too small for the ≈ 28 GiB …"; a sentence or none. */
const tooSmall = (there: readonly ForecastRow[]): readonly string[] => {
  const small = there.filter(({ fits }) => fits === false);
  const names = small.flatMap(({ hardware }) => hardware?.gpu ?? []);
  const [first] = small;
  if (first?.memory === undefined) return [];
  return [`! ${names.join(', ')}: too small for the ≈ ${memoryText(first.memory)} that a step needs; a smaller windows.batch needs less.`];
};

/** `forecast`: this machine first. */
export const priceView = (forecast: readonly ForecastRow[], cores: number): PriceView => {
  const there = forecast.filter(({ hardware }) => hardware !== null);
  const [cheapest] = there
    .filter(({ dollars, fits }) => dollars !== undefined && fits !== false)
    .toSorted((a, b) => (a.dollars ?? 0) - (b.dollars ?? 0) || (a.seconds ?? 0) - (b.seconds ?? 0));
  return {
    columns,
    ...(cheapest?.hardware && { recommended: cheapest.hardware.id }),
    rows: forecast.map(row => ({ id: row.hardware?.id, cells: cellsOf(row, cores, row === cheapest) })),
    words: [
      ...tooSmall(there),
      ...(capped(there).length === 0 ? [] : [capped(there).join(' ')]),
      ...(cheapest?.hardware
        ? [
            `★ ${cheapest.hardware.gpu}: the cheapest for this run${there.some(({ fits }) => fits === false) ? ' that is large enough' : ''}.`,
          ]
        : []),
      `✓: measured there. ≈: ${estimateWords} ${speedWords}`,
      memoryWords,
      'Training alone: recordings are prepared before it, detectors judged after it.',
    ],
  };
};
