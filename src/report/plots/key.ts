/** Which series has which colour and marker: lines of names that wrap where the drawing ends. Pure. */
import type { Mark } from 'vega';
import { type Ink, lookOf } from './ink.ts';

export type Series = {
  readonly label: string;
  /** Which colour and marker it has. */
  readonly place: number;
};

const letters = 12;
const lineHeight = 18;
/** Before a name, and behind it. */
const [before, behind] = [16, 18];

/** Of a letter, rather too wide: nothing measures text here. */
const letterWidth = 0.56 * letters;

export type Key = { readonly marks: readonly Mark[]; readonly height: number };

/** Above what is drawn: from −`height` to 0. */
export const keyOf = (series: readonly Series[], width: number, ink: Ink): Key => {
  let [x, line] = [0, 0];
  const placed = series.map(({ label, place }) => {
    const wide = before + label.length * letterWidth + behind;
    if (x > 0 && x + wide > width) [x, line] = [0, line + 1];
    const at = { label, place, x, y: line * lineHeight };
    x += wide;
    return at;
  });
  const height = (line + 1) * lineHeight + 4;
  const marks = placed.flatMap(({ label, place, x: left, y }): readonly Mark[] => {
    const { colour, shape } = lookOf(ink, place);
    const middle = { value: y - height + lineHeight / 2 };
    return [
      {
        type: 'symbol',
        encode: {
          enter: {
            x: { value: left + 5 },
            y: middle,
            shape: { value: shape },
            size: { value: 60 },
            fill: { value: colour },
            stroke: { value: colour },
          },
        },
      },
      {
        type: 'text',
        encode: {
          enter: {
            x: { value: left + before },
            y: middle,
            text: { value: label },
            baseline: { value: 'middle' },
            font: { value: ink.font },
            fontSize: { value: letters },
            fill: { value: ink.text },
          },
        },
      },
    ];
  });
  return { marks, height };
};
