/** What is drawn of a panel, and what each drawing shows. Pure. */
import type { Spec } from 'vega';
import { barsSpec } from '../../../report/plots/bars.ts';
import { type CurveMark, type Curves, curvesSpec } from '../../../report/plots/curves.ts';
import type { Sheet } from '../../../report/plots/frame.ts';
import { niceStep } from '../../../text/axis.ts';
import { count, counted, duration, latency, size } from '../../../text/format.ts';
import { logScale, type Scale } from '../../../text/scale.ts';
import { bounded, doubtOf } from '../compare/confidence.ts';
import { paretoFront } from '../compare/pareto.ts';
import { recallHead } from '../compare/recall-rule.ts';
import type { Point } from '../events.ts';
import { recallScale } from '../recall-scale.ts';
import { recall } from '../recall-text.ts';
import { type Panel, type Shown, seriesIn } from './panels.ts';

export type Plot = {
  /** Its name among the files. */
  readonly id: string;
  readonly title: string;
  /** `whole`: across the page; `half`: beside another; `low`: as high as its bars, one below the other. */
  readonly shape: 'whole' | 'half' | 'low';
  /** How it is read. */
  readonly note: string;
  /** The same for those who do not see it. */
  readonly told: string;
  readonly spec: (sheet: Sheet) => Spec;
};

/** Marks of an axis as far apart as a terminal's rows are. */
const rows = 22;

const byteTick = (bytes: number): string => size(bytes).replace(/\.0(?= )/, '');
const latencyTick = (milliseconds: number): string =>
  milliseconds >= 1 ? `${Number(milliseconds.toPrecision(2))} ms` : `${Number((milliseconds * 1000).toPrecision(2))} µs`;

/** Some room above the limit, more where a value lies there. */
const shareScale = (values: readonly number[]): Scale => {
  const top = Math.max(1.1, ...values.map(value => value * 1.05));
  const step = niceStep(top / 6);
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, n) => ({
    label: `${Math.round(n * step * 100)} %`,
    at: (n * step) / top,
  }));
  return { at: value => Math.min(1, Math.max(0, value / top)), ticks };
};

type Figure = {
  readonly y: (point: Point) => number | undefined;
  readonly bar?: (point: Point, shown: Shown) => CurveMark['bar'];
};

/** A figure over the recall, of the series that have it; the line goes through the settings that no other of the series beats. */
const overRecall = ({ shown }: Panel, { y, bar }: Figure): Curves['curves'] =>
  shown.flatMap(one => {
    const { series, place } = one;
    const front = new Set(paretoFront(series.points));
    const marks = series.points.flatMap((point): readonly CurveMark[] => {
      const value = y(point);
      const reach = bar?.(point, one);
      if (value === undefined || !(value > 0)) return [];
      return [{ x: point.recall, y: value, onLine: front.has(point), ...(reach !== undefined && { bar: reach }) }];
    });
    return marks.length === 0 ? [] : [{ label: series.label, place, marks }];
  });

const lineNote = 'The line goes through the settings that no other of the same series beats in both; the others are hollow.';

const rangeText = (values: readonly number[], text: (value: number) => string): string => {
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
};

const toldOf = (panel: Panel, y: Figure['y'], text: (value: number) => string): string =>
  panel.shown
    .flatMap(({ series }) => {
      const values = series.points.flatMap(point => y(point) ?? []);
      if (values.length === 0) return [];
      const recalls = rangeText(
        series.points.map(point => point.recall),
        recall,
      );
      return [`${series.label}: ${counted(values.length, 'point')}, recall ${recalls}, ${rangeText(values, text)}`];
    })
    .join('; ');

const pointsOf = (panel: Panel): readonly Point[] => seriesIn(panel).flatMap(({ points }) => points);

const recallAxis = (panel: Panel): Curves['x'] => {
  const points = pointsOf(panel);
  return { scale: recallScale(points.map(point => point.recall)), title: recallHead(points) };
};

const speed = (panel: Panel): Plot => {
  const y = ({ qps }: Point): number => qps;
  const bar = (point: Point, { series }: Shown) => {
    const { low, high } = bounded(point.qps, doubtOf(point, series));
    return { low, high };
  };
  const curves = overRecall(panel, { y, bar });
  const values = curves.flatMap(({ marks }) =>
    marks.flatMap(mark => [mark.y, ...(mark.bar === undefined ? [] : [mark.bar.low, mark.bar.high])]),
  );
  return {
    id: 'recall-qps',
    title: 'Queries a second at each recall',
    shape: 'whole',
    note: `Further right and further up is better. ${lineNote} Bars: 95 % intervals.`,
    told: toldOf(panel, y, value => `${count(value)} queries a second`),
    spec: sheet =>
      curvesSpec({ curves, x: recallAxis(panel), y: { scale: logScale(values, rows), title: 'queries a second (log)' } }, sheet),
  };
};

/** Of more, bars would hide each other. */
const fewSeries = 8;

const times = (panel: Panel): Plot | undefined => {
  const y = ({ latency_ms: known }: Point) => known?.p50;
  const bar = ({ latency_ms: known }: Point): CurveMark['bar'] => {
    const { p50, p95, p99 } = known ?? {};
    return p50 === undefined || p99 === undefined ? undefined : { low: p50, high: p99, ...(p95 !== undefined && { tick: p95 }) };
  };
  const isFew = panel.shown.length <= fewSeries;
  const curves = overRecall(panel, { y, ...(isFew && { bar }) });
  const values = curves.flatMap(({ marks }) => marks.flatMap(mark => [mark.y, mark.bar?.high ?? mark.y]));
  if (values.length === 0) return undefined;
  return {
    id: 'latency',
    title: 'Latency of single queries at each recall',
    shape: 'half',
    note: `Further right and further down is better. Marks: p50; ${isFew ? 'a bar reaches to p99, with a dash at p95' : 'p95 and p99 stand in the table'}.`,
    told: toldOf(panel, y, value => `p50 ${latency(value)}`),
    spec: sheet =>
      curvesSpec({ curves, x: recallAxis(panel), y: { scale: logScale(values, rows, latencyTick), title: 'latency (log)' } }, sheet),
  };
};

const reads = (panel: Panel): Plot | undefined => {
  const y = ({ query_bytes: bytes }: Point) => bytes;
  const curves = overRecall(panel, { y });
  const values = curves.flatMap(({ marks }) => marks.map(mark => mark.y));
  if (values.length === 0) return undefined;
  return {
    id: 'query-bytes',
    title: 'Bytes of the index that a query reads',
    shape: 'half',
    note: 'On average, as each implementation counts them. Further right and further down is better.',
    told: toldOf(panel, y, value => `${size(value)} a query`),
    spec: sheet =>
      curvesSpec({ curves, x: recallAxis(panel), y: { scale: logScale(values, rows, byteTick), title: 'bytes a query (log)' } }, sheet),
  };
};

const toLimit = (panel: Panel): Plot | undefined => {
  const y = ({ limit_share: share }: Point) => share;
  const curves = overRecall(panel, { y });
  const values = curves.flatMap(({ marks }) => marks.map(mark => mark.y));
  if (values.length === 0) return undefined;
  return {
    id: 'limit',
    title: 'How near to the limit of this machine’s memory',
    shape: 'half',
    note: limitText,
    told: toldOf(panel, y, value => `${Math.round(value * 100)} % of the limit`),
    spec: sheet =>
      curvesSpec(
        {
          curves,
          x: recallAxis(panel),
          y: { scale: shareScale(values), title: 'share of the limit' },
          level: { y: 1, label: 'as fast as random reads of this memory are' },
        },
        sheet,
      ),
  };
};

type BarFigure = { readonly of: (points: readonly Point[]) => number; readonly text: (value: number, points: readonly Point[]) => string };

/** What a series has once, whatever it is searched with. */
const barsOf = ({ shown }: Panel, { of, text }: BarFigure) =>
  shown.map(({ series, place }) => {
    const value = of(series.points);
    return {
      label: [series.label, ...(series.label.endsWith(series.build) ? [] : [series.build])].join(' '),
      place,
      value,
      text: text(value, series.points),
    };
  });

const toldBars = (bars: ReturnType<typeof barsOf>): string => bars.map(({ label, text }) => `${label}: ${text}`).join('; ');

/** 0 where it is not told. */
const buildThreadsOf = (point: Point): number => {
  const { build_threads: threads }: Readonly<Record<string, unknown>> = point;
  return typeof threads === 'number' && threads > 0 ? threads : 0;
};

const building = (panel: Panel): Plot => {
  const bars = barsOf(panel, {
    of: points => Math.max(...points.map(point => point.build_seconds)),
    text: (seconds, points) => {
      const threads = Math.max(0, ...points.map(buildThreadsOf));
      return threads === 0 ? duration(seconds) : `${duration(seconds)} with ${counted(threads, 'thread')}`;
    },
  });
  return {
    id: 'build',
    title: 'Time to build',
    shape: 'low',
    note: 'Less is better.',
    told: toldBars(bars),
    spec: sheet => barsSpec({ bars }, sheet),
  };
};

/** `rowBytes`: of the rows themselves as float32, where they are known. */
const memory = (panel: Panel, rowBytes: number | undefined): Plot => {
  const bars = barsOf(panel, { of: points => Math.max(...points.map(point => point.index_bytes)), text: size });
  return {
    id: 'memory',
    title: 'Memory of the index',
    shape: 'low',
    note: 'All that it takes to search, the rows with it where they are kept. Less is better.',
    told: toldBars(bars),
    spec: sheet =>
      barsSpec(
        { bars, ...(rowBytes !== undefined && { level: { value: rowBytes, label: `the rows as float32: ${size(rowBytes)}` } }) },
        sheet,
      ),
  };
};

/** What "limit" means. */
export const limitText =
  'Bytes a query reads × queries a second, as a share of the bytes a second that this machine reads at random places of its memory, measured there.';

/** Those there is something to draw for. */
export const plotsOf = (panel: Panel, rowBytes: number | undefined): readonly Plot[] =>
  [speed(panel), times(panel), building(panel), memory(panel, rowBytes), reads(panel), toLimit(panel)].filter(plot => plot !== undefined);
