/** A metric of a training as a chart, whichever metric it is: each seed a curve, the best looks at dev marked. Pure. */

import { count } from '../../../src/text/format.ts';
import { isNoisy, smoothed } from '../../../src/util/smooth.ts';
import { syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { bestLooks, lookMetric, seriesNamed } from '../../../src/workloads/train/curves.ts';
import { metricLabel, metricText } from '../../../src/workloads/train/metric-words.ts';
import type { Series } from '../../../src/workloads/train/results.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { dim, type LineLike, span } from '../../app/text.ts';
import type { Chart, Curve } from '../../components/curve/chart-lines.ts';
import { type CurveStyle, curveStyle, legend } from '../../components/curve/curve-style.ts';

/** Few values stand each by itself: they are marked where they were told. */
const few = 24;
/** Columns from one glyph to the next, of few values and of curves that lie on each other. */
const apart = { few: 2, several: 14 };

/** Of one curve alone its noise is shown behind it; among several it would hide the others. */
export const curvesOf = ({ steps, values }: Series, style: CurveStyle, alone: boolean): readonly Curve[] => {
  const isFew = values.length <= few;
  const curve: Curve = { xs: steps, ys: values, style, ...((isFew || !alone) && { glyphs: alone ? apart.few : apart.several }) };
  if (isFew || !isNoisy(values)) return [curve];
  return [...(alone ? [{ ...curve, dots: true }] : []), { ...curve, ys: smoothed(values) }];
};

/** From the first step to the newest one of any metric, so that charts beside each other go together. */
export const stepSpan = ({ results: { series } }: Pick<TrainRun, 'results'>): readonly [number, number] => [
  0,
  Math.max(1, ...series.map(({ steps }) => steps.at(-1) ?? 0)),
];

/** What is measured on patients that are made up says so. */
const titleOf = ({ spec }: TrainRun, name: string): LineLike =>
  name === lookMetric && spec.data.some(({ synthetic }) => synthetic)
    ? [metricLabel(name), span('warn', ` · ${syntheticWord}`)]
    : metricLabel(name);

/** When dev is looked at for the first time; the last step is always one that it is looked at after. */
const firstLook = ({ spec: { config } }: Pick<TrainRun, 'spec'>): string =>
  `first look at step ${count(Math.min(config.training.evaluate_every, config.training.steps))}`;

export const chartOf = (run: TrainRun, name: string): Chart => {
  const { seeds } = run.spec;
  const series = seriesNamed(run.results, seeds, name);
  const styleOf = (seed: number): CurveStyle => curveStyle(seeds.indexOf(seed));
  const last = series[0]?.values.at(-1);
  const told = series.length === 1 && last !== undefined ? dim(metricText(name, last)) : series.length > 1 ? legend(seeds.map(String)) : '';
  return {
    title: titleOf(run, name),
    beside: told,
    curves: series.flatMap(one => curvesOf(one, styleOf(one.seed), seeds.length === 1)),
    marks:
      name === lookMetric
        ? bestLooks(run.results, seeds).map(({ seed, step, auroc }) => ({ x: step, y: auroc, glyph: '★', role: styleOf(seed).role }))
        : [],
    span: stepSpan(run),
    ...(name === lookMetric && { empty: firstLook(run) }),
  };
};
