/** The checkpoints of a training, the newest first, and where the one lies that is carried away. Pure. */
import { ago, count, size } from '../../../src/text/format.ts';
import { fraction } from '../../../src/workloads/evaluate/figures.ts';
import { keptCheckpoints, lookMetric } from '../../../src/workloads/train/curves.ts';
import { bestCheckpoint, type CheckpointRef, seriesOf } from '../../../src/workloads/train/results.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { cut, dim, fitLine, type Line, line, span, textWidth, wrap } from '../../app/text.ts';
import type { TableCell, TableColumn } from '../../components/table/columns.ts';
import { tableLines } from '../../components/table/table-lines.ts';

const columns: readonly TableColumn[] = [
  { title: 'seed', drop: 3 },
  { title: 'step', align: 'right', drop: 0 },
  { title: 'dev AUROC', align: 'right', drop: 0 },
  { title: '', drop: 0 },
  { title: 'size', align: 'right', drop: 2 },
  { title: 'when', align: 'right', drop: 1 },
  { title: 'in checkpoints/', drop: 4 },
];

/** The look at that step, or the last one before it. */
const devAt = ({ results }: TrainRun, { seed, step }: CheckpointRef): number | undefined => {
  const { steps = [], values = [] } = seriesOf(results, seed, lookMetric) ?? {};
  return values[steps.findLastIndex(one => one <= step)];
};

/** A path whole, on as many lines as it takes, broken behind its slashes. */
const pathLines = (path: string, room: number): readonly string[] => {
  const lines: string[] = [];
  let current = '';
  for (const part of path.split(/(?<=\/)/)) {
    if (current !== '' && textWidth(current + part) > room) {
      lines.push(current);
      current = '';
    }
    current += part;
    while (textWidth(current) > room) {
      const head = cut(current, room);
      lines.push(head);
      current = current.slice(head.length);
    }
  }
  return [...lines, current];
};

/** "seed 0: …/best", a line a seed; where that does not fit, the folder that they have in common once, whole, and below it the rest. */
const carriedLines = (trained: TrainRun['results']['trained'], folderOf: (file: string) => string, room: number): readonly Line[] => {
  const told = trained.map(({ seed, file }) => ({ label: `seed ${seed}: `, file, path: folderOf(file) }));
  const row = (label: string, path: string): Line => line([dim(label), span('ok', path)]);
  if (told.every(({ label, path }) => textWidth(label) + textWidth(path) <= room)) return told.map(({ label, path }) => row(label, path));
  const [first] = told;
  const base = first?.path.endsWith(first.file) ? first.path.slice(0, -first.file.length) : '';
  if (base === '' || !told.every(({ path, file }) => path === `${base}${file}`))
    return told.flatMap(({ label, path }) => [line(dim(label.trimEnd())), ...pathLines(path, room).map(part => line(span('ok', part)))]);
  return [...pathLines(base, room).map(part => line(span('ok', part))), ...told.map(({ label, file }) => row(label, file))];
};

/** `folderOf`: a checkpoint’s folder as a person would type it; absent where it is not told. `now`: unix milliseconds. */
export const checkpointView = (
  run: TrainRun,
  room: number,
  height: number,
  now: number,
  folderOf?: (file: string) => string,
): readonly Line[] => {
  const checkpoints = keptCheckpoints(run);
  if (checkpoints.length === 0) {
    const every = count(run.spec.config.training.checkpoint_every);
    return wrap(`No checkpoint yet: one is written every ${every} steps, and at each gain on dev.`, room).map(text => line(dim(text)));
  }
  const best = new Set(run.spec.seeds.map(seed => bestCheckpoint(run.results, seed)));
  const rows = checkpoints
    .toReversed()
    .map((one): readonly TableCell[] => [
      String(one.seed),
      count(one.step),
      fraction(devAt(run, one)),
      best.has(one) ? { text: '★ best', role: 'ok' } : '',
      size(one.bytes),
      { text: ago(one.time * 1000, now), role: 'dim' },
      { text: one.file.replace(/^checkpoints\//, ''), role: 'dim' },
    ]);
  const carried = carriedLines(run.results.trained, folderOf ?? (file => file), room);
  const below = carried.length === 0 ? [] : [line(''), line(dim('To carry away, whole: weights and their card.')), ...carried];
  // The best one and where it lies are what is looked for: older rows go first.
  const kept = Math.max(1, height - 1 - below.length);
  return [...tableLines(columns, rows, room).slice(0, 1 + kept), ...below].slice(0, height).map(row => fitLine(row, room));
};
