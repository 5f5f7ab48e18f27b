/** Curves over two axes: a line through some of a series' marks, a bar from and to at each, a level that is drawn across. Pure. */
import type { Mark, Spec } from 'vega';
import { framed, type Sheet, type Side } from './frame.ts';
import { lookOf } from './ink.ts';
import type { Series } from './key.ts';

export type CurveMark = {
  readonly x: number;
  readonly y: number;
  /** The line goes through it; else it stands beside, hollow. */
  readonly onLine: boolean;
  /** From and to; a mark of its own at `tick`. */
  readonly bar?: { readonly low: number; readonly high: number; readonly tick?: number };
};

export type Curve = Series & { readonly marks: readonly CurveMark[] };

export type Curves = {
  readonly curves: readonly Curve[];
  readonly x: Side;
  readonly y: Side;
  /** A line across, and what it is. */
  readonly level?: { readonly y: number; readonly label: string };
};

const at = (scale: 'x' | 'y', field: string) => ({ scale, field });

/** Of one series: bars, line, marks. */
const marksOf = ({ place }: Curve, n: number, { ink }: Sheet): readonly Mark[] => {
  const { colour, shape } = lookOf(ink, place);
  const [bars, line, all] = [`bars-${n}`, `line-${n}`, `marks-${n}`];
  return [
    {
      type: 'rule',
      from: { data: bars },
      encode: {
        enter: {
          x: at('x', 'x'),
          y: at('y', 'low'),
          y2: at('y', 'high'),
          stroke: { value: colour },
          strokeOpacity: { value: 0.5 },
          strokeWidth: { value: 1.5 },
        },
      },
    },
    {
      type: 'symbol',
      from: { data: `ticks-${n}` },
      encode: {
        enter: {
          x: at('x', 'x'),
          y: at('y', 'tick'),
          shape: { value: 'stroke' },
          size: { value: 60 },
          stroke: { value: colour },
          strokeWidth: { value: 1.5 },
        },
      },
    },
    {
      type: 'line',
      from: { data: line },
      encode: { enter: { x: at('x', 'x'), y: at('y', 'y'), stroke: { value: colour }, strokeWidth: { value: 2 } } },
    },
    {
      type: 'symbol',
      from: { data: all },
      encode: {
        enter: {
          x: at('x', 'x'),
          y: at('y', 'y'),
          shape: { value: shape },
          size: { value: 60 },
          stroke: { value: colour },
          strokeWidth: { value: 1.5 },
          fill: { field: 'fill' },
        },
      },
    },
  ];
};

const levelMarks = (level: number, label: string, { ink }: Sheet): readonly Mark[] => [
  {
    type: 'rule',
    encode: {
      enter: {
        x: { scale: 'x', value: 0 },
        x2: { scale: 'x', value: 1 },
        y: { scale: 'y', value: level },
        stroke: { value: ink.quiet },
        strokeDash: { value: [5, 4] },
      },
    },
  },
  {
    type: 'text',
    encode: {
      enter: {
        x: { scale: 'x', value: 0, offset: 6 },
        y: { scale: 'y', value: level, offset: -6 },
        text: { value: label },
        font: { value: ink.font },
        fontSize: { value: 11 },
        fill: { value: ink.quiet },
      },
    },
  },
];

export const curvesSpec = ({ curves, x, y, level }: Curves, sheet: Sheet): Spec => {
  const data = curves.flatMap(({ marks, place }, n) => {
    const { colour } = lookOf(sheet.ink, place);
    const values = marks.map(mark => ({
      x: x.scale.at(mark.x),
      y: y.scale.at(mark.y),
      fill: mark.onLine ? colour : sheet.ink.ground,
      ...(mark.bar !== undefined && {
        low: y.scale.at(mark.bar.low),
        high: y.scale.at(mark.bar.high),
        ...(mark.bar.tick !== undefined && { tick: y.scale.at(mark.bar.tick) }),
      }),
    }));
    return [
      { name: `bars-${n}`, values: values.filter(value => 'low' in value) },
      { name: `ticks-${n}`, values: values.filter(value => 'tick' in value) },
      { name: `line-${n}`, values: values.filter((_, m) => marks[m]?.onLine === true).toSorted((a, b) => a.x - b.x) },
      { name: `marks-${n}`, values },
    ];
  });
  return framed(
    {
      series: curves,
      x,
      y,
      content: {
        data,
        marks: [
          ...(level === undefined ? [] : levelMarks(y.scale.at(level.y), level.label, sheet)),
          ...curves.flatMap((curve, n) => marksOf(curve, n, sheet)),
        ],
      },
    },
    sheet,
  );
};
