/** How far the recordings of each split are, and what was odd about them. Pure. */
import type { RunState } from '../../../src/runs/state.ts';
import { count, counted, duration } from '../../../src/text/format.ts';
import { sum } from '../../../src/util/numbers.ts';
import { bySplit, type SplitProgress } from '../../../src/workloads/prepare/by-split.ts';
import type { PrepareRun } from '../../../src/workloads/prepare/spec.ts';
import { bold, type Column, cells, dim, fitLine, type Line, type LineLike, line, span } from '../../app/text.ts';
import { bar } from '../../components/bar.ts';

/** Seconds of recording in a second of the phase `prepare`; undefined before there is a rate. */
const timesRealTime = ({ phases, progress }: Pick<RunState, 'phases' | 'progress'>, hours: number): number | undefined => {
  const phase = phases.findLast(({ name }) => name === 'prepare');
  if (phase === undefined || hours === 0) return undefined;
  const seconds = phase.seconds ?? (progress === undefined ? 0 : progress.time - phase.startedAt / 1000);
  return seconds > 0 ? (hours * 3600) / seconds : undefined;
};

const right = (width: number): Column => ({ width, align: 'right' });

const splitRows = (rows: readonly SplitProgress[], columns: number): readonly Line[] => {
  const several = new Set(rows.map(({ dataset }) => dataset)).size > 1;
  const wide = columns >= 76;
  const name = Math.min(24, Math.max(0, ...rows.map(({ dataset }) => dataset.length)));
  const layout: readonly Column[] = [
    ...(several ? [{ width: name }] : []),
    { width: 5 },
    right(6),
    right(7),
    right(14),
    ...(wide ? [right(8)] : []),
  ];
  const room = columns - sum(layout.map(({ width }) => width + 2));
  const head = ['split', 'done', 'of', 'hours', ...(wide ? ['seizures'] : [])];
  return [
    cells([...(several ? ['dataset'] : []), ...head].map(dim), layout),
    ...rows.map(({ dataset, split, done, total, hours, hoursTotal, seizures }): Line => {
      const figures = [count(done), count(total), `${hours.toFixed(1)} of ${hoursTotal.toFixed(1)}`, ...(wide ? [count(seizures)] : [])];
      const drawn = room >= 8 ? [{ text: '  ' }, ...bar(total === 0 ? 0 : done / total, Math.min(24, room))] : [];
      return [...cells([...(several ? [dataset] : []), bold(split), ...figures], layout), ...drawn];
    }),
  ];
};

/** The speed, what was odd, and what is made up. */
const remarks = (run: PrepareRun, rows: readonly SplitProgress[], columns: number): readonly LineLike[] => {
  const [masked, interpolated] = [sum(rows.map(row => row.masked)), sum(rows.map(row => row.interpolated))];
  const speed = timesRealTime(run, sum(rows.map(row => row.hours)));
  const odd = [
    ...(masked > 0 ? [`${counted(masked, 'channel')} masked: flat or clipped`] : []),
    ...(interpolated > 0 ? [`${counted(interpolated, 'electrode')} interpolated`] : []),
  ];
  return [
    ...(speed === undefined ? [] : [`${count(Math.round(speed))} × real time`]),
    ...(columns < 70 ? odd : odd.length === 0 ? [] : [odd.join(' · ')]).map((text): LineLike => [span('warn', '! '), text]),
    ...(rows.some(({ synthetic }) => synthetic) ? [dim('synthetic: patients that are made up')] : []),
  ];
};

const newest = ({ results: { prepared } }: PrepareRun, rows: number): readonly LineLike[] =>
  prepared.slice(-rows).map(({ recording, split, hours }) => dim(`${recording}  ${split}  ${duration(Math.round(hours * 3600))}`));

/** Splits, speed, and the newest recordings as far as there is room. */
export const prepareLines = (run: PrepareRun, columns: number, height: number): readonly Line[] => {
  const rows = bySplit(run.spec, run.results);
  const above: readonly LineLike[] = [...splitRows(rows, columns), ...remarks(run, rows, columns)];
  const room = height - above.length - 1;
  return [...above, ...(room >= 2 ? ['', ...newest(run, room)] : [])].slice(0, height).map(like => fitLine(line(like), columns));
};
