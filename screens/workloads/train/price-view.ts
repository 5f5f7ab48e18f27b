/** The price table as a training has it: how fast and for how much on each GPU. Pure. */
import { count, duration, money, rate as perHour } from '../../../src/text/format.ts';
import type { ForecastRow } from '../../../src/workloads/train/forecast.ts';
import { limitWords, speedText } from '../../../src/workloads/train/forecast-words.ts';
import type { TableCell, TableColumn } from '../../components/table/columns.ts';
import type { PriceView } from '../workload-screens.ts';

const columns: readonly TableColumn[] = [
  { title: 'GPU', drop: 0 },
  { title: 'VRAM', align: 'right', drop: 5 },
  { title: 'container', align: 'right', drop: 3 },
  { title: 'windows/s', align: 'right', drop: 0 },
  { title: 'training', align: 'right', drop: 1 },
  { title: 'this run', align: 'right', drop: 0 },
  { title: 'speed', align: 'right', drop: 4 },
  { title: 'why', drop: 6, shrink: 10 },
];

/** "118 measured", "1,420 est." */
const rateText = ({ rate, measured }: ForecastRow): TableCell => {
  if (rate === undefined) return { text: '–', role: 'dim' };
  const figure = count(rate < 10 ? Number(rate.toPrecision(2)) : Math.round(rate));
  return measured ? { text: `${figure} measured`, role: 'ok' } : `${figure} est.`;
};

const about = (text: string | undefined, measured: boolean): TableCell =>
  text === undefined ? { text: '–', role: 'dim' } : measured ? text : `≈ ${text}`;

const cellsOf = (row: ForecastRow, cores: number, starred: boolean): readonly TableCell[] => {
  const { hardware, measured, seconds, dollars, speed, limit } = row;
  return [
    hardware === null ? `this machine: ${cores} cores` : `${hardware.gpu}${starred ? ' ★' : ''}`,
    hardware?.vramGiB ? `${hardware.vramGiB} GiB` : { text: '–', role: 'dim' },
    hardware === null ? { text: '$0', role: 'ok' } : perHour(hardware.dollarsPerHour),
    rateText(row),
    about(seconds === undefined ? undefined : duration(seconds), measured),
    hardware === null ? { text: '$0', role: 'ok' } : about(dollars === undefined ? undefined : money(dollars), measured),
    speed === undefined ? { text: '–', role: 'dim' } : speedText(speed),
    { text: limit === undefined ? (hardware?.use ?? 'the run happens here') : limitWords[limit], role: 'dim' },
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

/** `forecast`: this machine first. */
export const priceView = (forecast: readonly ForecastRow[], cores: number): PriceView => {
  const there = forecast.filter(({ hardware }) => hardware !== null);
  const [cheapest] = there
    .filter(({ dollars }) => dollars !== undefined)
    .toSorted((a, b) => (a.dollars ?? 0) - (b.dollars ?? 0) || (a.seconds ?? 0) - (b.seconds ?? 0));
  return {
    columns,
    ...(cheapest?.hardware && { recommended: cheapest.hardware.id }),
    rows: forecast.map(row => ({ id: row.hardware?.id, cells: cellsOf(row, cores, row === cheapest) })),
    words: [
      ...(capped(there).length === 0 ? [] : [capped(there).join(' ')]),
      ...(cheapest?.hardware ? [`★ ${cheapest.hardware.gpu}: the cheapest for this run.`] : []),
      'est.: from tensor speeds and what the model computes, until it is measured there. speed: in comparison with an RTX 4090.',
      'Training alone: recordings are prepared before it, detectors judged after it.',
    ],
  };
};
