/** Whether one batch was learnt by heart, and how the loss on it went. Pure. */
import { shortFigure } from '../../../src/text/axis.ts';
import { counted, duration } from '../../../src/text/format.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { dim, fitLine, type Line, type LineLike, line, span, wrap } from '../../app/text.ts';
import { chartLines } from '../../components/curve/chart-lines.ts';
import { curveStyle } from '../../components/curve/curve-style.ts';

const waiting =
  'A few windows are trained on again and again: a model that can learn anything learns them by heart. Its loss comes here then.';

export const checkView = (run: TrainRun, columns: number, height: number): readonly Line[] => {
  const { checked } = run.results;
  if (checked.length === 0) return wrap(waiting, columns).map(text => line(dim(text)));
  const told = checked.map(({ seed, learns, first_loss, last_loss, bound, steps, seconds }): LineLike => {
    const words = `seed ${seed}: loss ${shortFigure(first_loss)} → ${shortFigure(last_loss)} in ${counted(steps, 'step')}, ${duration(seconds)}`;
    return [learns ? span('ok', '✓ learnt by heart  ') : span('danger', `✗ not below ${shortFigure(bound)}  `), words];
  });
  const chart = {
    title: 'loss on one batch',
    curves: checked.map(({ losses }, n) => ({
      xs: losses.map((_, step) => step + 1),
      ys: losses,
      style: curveStyle(n),
      ...(checked.length > 1 && { glyphs: 14 }),
    })),
  };
  const lines = [...told.map(like => fitLine(line(like), columns)), line('')];
  return [...lines, ...chartLines(chart, Math.min(columns, 90), Math.min(16, height - lines.length))].slice(0, height);
};
