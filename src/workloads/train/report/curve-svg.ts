/** A metric over the steps as a drawing within a page: needs no script, and is told apart without colour. Pure. */

import { type Html, html } from '../../../report/html.ts';
import { countAxis, rangeOf, valueAxis } from '../../../text/axis.ts';
import { isNoisy, smoothed } from '../../../util/smooth.ts';
import { metricLabel, metricText } from '../metric-words.ts';
import type { Series } from '../results.ts';

const size = { width: 520, height: 200 };
/** Room for the figures at the left, and for the steps below. */
const left = 52;
const right = 10;
const top = 8;
const bottom = 22;
/** As the axes of a terminal have it: rows and columns that ticks are set apart by. */
const rows = 9;
const columns = 64;

/** Looks of a curve: the stylesheet has one for each. */
const looks = 5;

export const lookOf = (index: number): string => `seed-${index % looks}`;

export type Marked = { readonly step: number; readonly value: number; readonly look: string };

/** `M` begins anew where a value is missing. */
const pathOf = (xs: readonly number[], ys: readonly number[]): string => {
  let isOpen = false;
  return xs
    .flatMap((x, n) => {
      const y = ys[n] ?? Number.NaN;
      const known = Number.isFinite(y);
      const part = known ? [`${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`] : [];
      isOpen = known;
      return part;
    })
    .join('');
};

const told = ({ name, seed, steps, values }: Series): string => {
  const [first, last] = [values[0] ?? Number.NaN, values.at(-1) ?? Number.NaN];
  return `${metricLabel(name)} of seed ${seed}: ${metricText(name, first)} at step ${steps[0] ?? 0}, ${metricText(name, last)} at step ${steps.at(-1) ?? 0}`;
};

/** `series`: of one metric, a seed each, in the order of their looks. `last`: the step that all charts of a page end at. */
export const curveSvg = (series: readonly Series[], last: number, marked: readonly Marked[]): Html => {
  const y = valueAxis(
    series.flatMap(({ values }) => values),
    rows,
  );
  const x = countAxis(0, last, columns);
  const [plot, tall] = [size.width - left - right, size.height - top - bottom];
  const placeX = (step: number): number => left + x.at(step) * plot;
  const placeY = (value: number): number => top + (1 - y.at(value)) * tall;
  const alone = series.length === 1;
  const curve = ({ steps, values }: Series, n: number): Html => {
    const xs = steps.map(placeX);
    const noisy = isNoisy(values);
    const [raw, line] = [values, noisy ? smoothed(values) : values].map(ys =>
      pathOf(
        xs,
        ys.map(value => (Number.isFinite(value) ? placeY(value) : value)),
      ),
    );
    return html`${noisy && alone && html`<path class="raw ${lookOf(n)}" d="${raw}"/>`}<path class="curve ${lookOf(n)}" d="${line}"/>`;
  };
  return html`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${series.map(told).join('; ')}">
${y.ticks.map(({ label, at }) => html`<line x1="${left}" x2="${size.width - right}" y1="${(top + (1 - at) * tall).toFixed(1)}" y2="${(top + (1 - at) * tall).toFixed(1)}"/><text class="at" x="${left - 6}" y="${(top + (1 - at) * tall + 4).toFixed(1)}">${label}</text>`)}
${x.ticks.map(({ label, at }) => html`<text class="under" x="${(left + at * plot).toFixed(1)}" y="${size.height - 6}">${label}</text>`)}
${series.map(curve)}
${marked.map(({ step, value, look }) => html`<circle class="${look}" cx="${placeX(step).toFixed(1)}" cy="${placeY(value).toFixed(1)}" r="4"/>`)}
</svg>`;
};

/** The look of a curve in a line of words. */
export const keySvg = (look: string): Html =>
  html`<svg class="key" viewBox="0 0 32 10" aria-hidden="true"><path class="curve ${look}" d="M0 5L32 5"/></svg>`;

/** The step that the newest metric is of; at least one. */
export const lastStep = (series: readonly Series[]): number => Math.max(1, rangeOf(series.flatMap(({ steps }) => steps.slice(-1)))[1]);
