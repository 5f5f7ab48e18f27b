/** What curves have around them: axes whose places are worked out here, and a key. Pure. */
import type { Axis, Spec, Scale as VegaScale } from 'vega';
import type { Scale } from '../../text/scale.ts';
import type { Ink } from './ink.ts';
import { keyOf, type Series } from './key.ts';

/** Pixels of all of it; a key is as high as it needs, and comes on top. */
export type Size = { readonly width: number; readonly height: number };

/** On a page across all of it, on one half of it, on a telephone; and alone. */
export const sizes = {
  whole: { width: 900, height: 400 },
  half: { width: 540, height: 340 },
  narrow: { width: 370, height: 350 },
  file: { width: 760, height: 410 },
} as const satisfies Readonly<Record<string, Size>>;

/** How one is drawn. */
export type Sheet = { readonly ink: Ink; readonly size: Size };

export type Side = { readonly scale: Scale; readonly title: string };

const letters = 11;

/** For labels and a title: nothing here is measured, so every drawing leaves the same. */
const around = { left: 64, right: 16, top: 8, bottom: 46 };

/** Everything that is drawn has places from 0 to 1: what a tick says is looked up by its place. */
const axisOf = (name: 'x' | 'y', { scale: { ticks }, title }: Side, { ink }: Sheet): { scales: VegaScale[]; axis: Axis } => ({
  scales: [
    { name, type: 'linear', domain: [0, 1], range: name === 'x' ? 'width' : 'height' },
    { name: `${name}-label`, type: 'ordinal', domain: ticks.map(({ at }) => at), range: ticks.map(({ label }) => label) },
  ],
  axis: {
    scale: name,
    orient: name === 'x' ? 'bottom' : 'left',
    values: ticks.map(({ at }) => at),
    title,
    ...(name === 'y' && { titleX: 12 - around.left, titleAnchor: 'middle', titleAngle: -90, titleBaseline: 'middle' }),
    grid: true,
    gridColor: ink.line,
    domainColor: ink.line,
    tickColor: ink.line,
    labelColor: ink.quiet,
    labelFont: ink.font,
    labelFontSize: letters,
    titleColor: ink.quiet,
    titleFont: ink.font,
    titleFontSize: letters + 1,
    titleFontWeight: 'normal',
    titlePadding: 8,
    encode: { labels: { update: { text: { scale: `${name}-label`, field: 'value' } } } },
  },
});

export type Framed = {
  readonly series: readonly Series[];
  readonly x: Side;
  readonly y: Side;
  /** Data and marks, in places from 0 to 1. */
  readonly content: Required<Pick<Spec, 'data' | 'marks'>>;
};

export const framed = ({ series, x, y, content }: Framed, sheet: Sheet): Spec => {
  const { ink, size } = sheet;
  const [across, up] = [axisOf('x', x, sheet), axisOf('y', y, sheet)];
  const width = size.width - around.left - around.right;
  const key = keyOf(series, width, ink);
  return {
    autosize: 'none',
    width,
    height: size.height - around.top - around.bottom,
    padding: { ...around, top: around.top + key.height },
    scales: [...across.scales, ...up.scales],
    axes: [across.axis, up.axis],
    data: content.data,
    marks: [...content.marks, ...key.marks],
  };
};
