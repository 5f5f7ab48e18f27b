/** One bar a series, from zero, its name and its figure above it: names of any length have room, also on a narrow page. Pure. */
import type { Mark, Spec } from 'vega';
import type { Sheet } from './frame.ts';
import { lookOf } from './ink.ts';
import type { Series } from './key.ts';

export type Bar = Series & {
  readonly value: number;
  /** As it is written: "3.4 MB". */
  readonly text: string;
};

export type Bars = {
  readonly bars: readonly Bar[];
  /** A value that is drawn across all of them, and what it is. */
  readonly level?: { readonly value: number; readonly label: string };
};

const row = 36;
const thick = 12;
/** Of a row, where its bar begins. */
const under = 19;
const letters = 12;
const padding = 2;

/** Across each bar, and no name; its words below all of them. */
const levelMarks = (share: number, label: string, width: number, tall: number, { ink }: Sheet): readonly Mark[] => [
  {
    type: 'rule',
    from: { data: 'bars' },
    encode: {
      enter: {
        x: { value: share * width },
        y: { field: 'top', offset: under - 3 },
        y2: { field: 'top', offset: under + thick + 3 },
        stroke: { value: ink.text },
        strokeWidth: { value: 2 },
      },
    },
  },
  {
    type: 'text',
    encode: {
      enter: {
        x: { value: share * width },
        y: { value: tall + 14 },
        text: { value: label },
        align: { value: share > 0.6 ? 'right' : 'left' },
        font: { value: ink.font },
        fontSize: { value: letters - 1 },
        fill: { value: ink.quiet },
      },
    },
  },
];

/** As high as its bars ask for. */
export const barsSpec = ({ bars, level }: Bars, sheet: Sheet): Spec => {
  const { ink, size } = sheet;
  const width = size.width - 2 * padding;
  const tall = bars.length * row;
  const most = Math.max(...bars.map(({ value }) => value), level?.value ?? 0, Number.MIN_VALUE);
  const values = bars.map(({ label, place, value, text }, n) => ({
    label,
    text,
    top: n * row,
    long: Math.max(1, (value / most) * width),
    colour: lookOf(ink, place).colour,
  }));
  const word = (field: 'label' | 'text', x: number, align: 'left' | 'right'): Mark => ({
    type: 'text',
    from: { data: 'bars' },
    encode: {
      enter: {
        x: { value: x },
        y: { field: 'top', offset: 13 },
        text: { field },
        align: { value: align },
        font: { value: ink.font },
        fontSize: { value: letters },
        fill: { value: ink.text },
      },
    },
  });
  return {
    autosize: 'none',
    padding,
    width,
    height: tall + (level === undefined ? 0 : 20),
    data: [{ name: 'bars', values }],
    marks: [
      {
        type: 'rect',
        from: { data: 'bars' },
        encode: {
          enter: {
            x: { value: 0 },
            width: { field: 'long' },
            y: { field: 'top', offset: under },
            height: { value: thick },
            fill: { field: 'colour' },
          },
        },
      },
      word('label', 0, 'left'),
      word('text', width, 'right'),
      ...(level === undefined ? [] : levelMarks(level.value / most, level.label, width, tall, sheet)),
    ],
  };
};
