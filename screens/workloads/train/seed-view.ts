/** The seeds as a table, with mean and standard deviation below. Pure. */
import { shortFigure } from '../../../src/text/axis.ts';
import { count, duration } from '../../../src/text/format.ts';
import { fraction, perDay, share } from '../../../src/workloads/evaluate/figures.ts';
import { syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { overSeeds, type SeedRow, seedRows } from '../../../src/workloads/train/seed-rows.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { dim, fitLine, type Line, line, wrap } from '../../app/text.ts';
import type { TableCell, TableColumn } from '../../components/table/columns.ts';
import { tableLines } from '../../components/table/table-lines.ts';

const columns: readonly TableColumn[] = [
  { title: 'seed', drop: 0 },
  { title: 'step', align: 'right', drop: 3 },
  { title: 'loss', align: 'right', drop: 5 },
  { title: 'best at', align: 'right', drop: 2 },
  { title: 'dev AUROC', align: 'right', drop: 0 },
  { title: 'test AUROC', align: 'right', drop: 0 },
  { title: 'F1', align: 'right', drop: 1 },
  { title: 'FA/24h', align: 'right', drop: 1 },
  { title: 'took', align: 'right', drop: 6 },
  { title: 'how it stands', drop: 4 },
];

const role = { waits: 'dim', trains: 'accent', done: 'ok', 'stopped early': 'ok' } as const;

const cellsOf = ({ seed, step, stands, loss, dev, seconds, test }: SeedRow): readonly TableCell[] => [
  String(seed),
  step === 0 ? '–' : count(step),
  loss === undefined ? '–' : shortFigure(loss),
  dev === undefined ? '–' : count(dev.step),
  fraction(dev?.auroc),
  fraction(test?.auroc),
  share(test?.f1),
  perDay(test?.fa_per_day),
  seconds === undefined ? '–' : duration(seconds),
  { text: stands, role: role[stands] },
];

const together = (values: readonly (number | undefined)[], text: (value: number) => string): TableCell => {
  const both = overSeeds(values);
  return both === undefined ? '' : { text: `${text(both.mean)} ± ${text(both.sd)}`, bold: true };
};

export const seedView = (run: TrainRun, room: number, height: number): readonly Line[] => {
  const dataset = run.spec.datasets[0]?.name ?? '';
  const rows = seedRows(run, dataset);
  // One that is still trained is no sample of the same.
  const whole = rows.filter(({ stands }) => stands !== 'waits' && stands !== 'trains');
  const summary: readonly TableCell[] = [
    { text: 'mean ± sd', bold: true },
    '',
    '',
    '',
    together(
      whole.map(({ dev }) => dev?.auroc),
      fraction,
    ),
    together(
      whole.map(({ test }) => test?.auroc),
      fraction,
    ),
    together(
      whole.map(({ test }) => test?.f1),
      share,
    ),
    together(
      whole.map(({ test }) => test?.fa_per_day),
      perDay,
    ),
    '',
    '',
  ];
  const made = run.spec.data.some(({ synthetic }) => synthetic) ? ` · ${syntheticWord}` : '';
  const note =
    rows.length === 1
      ? `One seed${made}: how much of a figure is luck is seen from three on. ann-tui train --seeds 3`
      : `test: ${dataset}${made}. sd: of a sample.`;
  return [
    ...tableLines(columns, [...rows.map(cellsOf), ...(rows.length > 1 ? [summary] : [])], room),
    line(''),
    ...wrap(note, room).map(text => line(dim(text))),
  ]
    .slice(0, height)
    .map(row => fitLine(row, room));
};
