import { params } from '../../../src/text/format.ts';
import { groupBy } from '../../../src/util/group.ts';
import type { Point } from '../../../src/workloads/bench/events.ts';

/** Names of parameters that differ between points of one implementation, in the order in which points have them. */
export const varyingParams = (points: readonly Point[]): ReadonlySet<string> => {
  const names = new Set(points.flatMap(point => Object.keys(point.params)));
  const groups = [...groupBy(points, ({ impl }) => impl).values()];
  return new Set([...names].filter(name => groups.some(own => new Set(own.map(point => point.params[name])).size > 1)));
};

/** What tells points apart, a text a point. */
export type Settings = { readonly heading: string; readonly texts: readonly string[]; readonly width: number };

const settings = (texts: readonly string[], heading = ''): Settings => ({
  heading,
  texts,
  width: Math.max(heading.length, ...texts.map(text => text.length)),
});

/** From the longest form to the shortest: all parameters; those that differ; their names as a heading, with the values below. */
export const settingsForms = (points: readonly Point[]): readonly Settings[] => {
  const varying = varyingParams(points);
  const all = points.map(point => params(point.params));
  if (varying.size === 0) return [settings(all)];
  const differing = points.map(
    (point, n) => params(Object.fromEntries(Object.entries(point.params).filter(([name]) => varying.has(name)))) || (all[n] ?? ''),
  );
  const names = [...varying];
  const table = [names, ...points.map(point => names.map(name => (point.params[name] ?? '–').toString()))];
  const widths = names.map((_, n) => Math.max(...table.map(row => row[n]?.length ?? 0)));
  const below = (wordOf: (word: string, n: number) => string): Settings => {
    const [heading = '', ...texts] = table.map(row => row.map(wordOf).join(' ').trimEnd());
    return settings(
      texts.map((text, n) => (names.some(name => name in (points[n]?.params ?? {})) ? text : '')),
      heading,
    );
  };
  return [settings(all), settings(differing), below((word, n) => word.padEnd(widths[n] ?? 0)), below(word => word)];
};

/** The longest form that fits; the shortest is cut where even that does not. */
export const fitting = (forms: readonly Settings[], width: number): Settings =>
  forms.find(form => form.width <= width) ?? forms.at(-1) ?? settings([]);
