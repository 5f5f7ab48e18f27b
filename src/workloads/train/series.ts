/** Metrics over steps: short enough for a state, and nothing in them that was not. Pure. */

/** A metric over steps, by its name: "loss", "dev_auroc", "learning_rate", "gradient_norm", "windows_per_s", "data_share", "memory_bytes". */
export type Series = {
  readonly seed: number;
  readonly name: string;
  /** Of each point the last step that is in it. */
  readonly steps: readonly number[];
  /** Of each point the mean of what was told. */
  readonly values: readonly number[];
  /** Values that were told in each point, the last apart, and in that. */
  readonly each: number;
  readonly last: number;
};

/** More points than a screen has columns; every other value is looked at one by one. */
const most = 512;

/** Looks at dev are few, and the best of them is the result: none is averaged with another. */
const keepsAll = (name: string): boolean => name.startsWith('dev_');

/** Points two by two; all but the last hold `each` values. */
const halved = (series: Series): Series => {
  const { steps, values, each } = series;
  const pairs = Math.floor(values.length / 2);
  const left = values.length % 2 === 1;
  const mean = (at: number): number => ((values[at] ?? 0) + (values[at + 1] ?? 0)) / 2;
  return {
    ...series,
    steps: [...Array.from({ length: pairs }, (_, at) => steps[2 * at + 1] as number), ...(left ? steps.slice(-1) : [])],
    values: [...Array.from({ length: pairs }, (_, at) => mean(2 * at)), ...(left ? values.slice(-1) : [])],
    each: 2 * each,
    last: left ? series.last : 2 * each,
  };
};

/** Without what came after `step`. A point that reaches beyond it goes whole. */
export const rewound = (series: Series, step: number): Series => {
  const kept = series.steps.findLastIndex(one => one <= step) + 1;
  if (kept === series.steps.length) return series;
  return { ...series, steps: series.steps.slice(0, kept), values: series.values.slice(0, kept), last: series.each };
};

const extended = (series: Series, step: number, value: number): Series => {
  const { steps, values, each, last, name } = series;
  const before = values.at(-1);
  if (before !== undefined && last < each) {
    const mean = before + (value - before) / (last + 1);
    return { ...series, steps: steps.with(-1, step), values: values.with(-1, mean), last: last + 1 };
  }
  const longer = { ...series, steps: [...steps, step], values: [...values, value], last: 1 };
  return longer.values.length > most && !keepsAll(name) ? halved(longer) : longer;
};

/** With one value more; what is told again of a step takes the place of what was told from there on. */
export const withValue = (series: Series, step: number, value: number): Series => extended(rewound(series, step - 1), step, value);

export const emptySeries = (seed: number, name: string): Series => ({ seed, name, steps: [], values: [], each: 1, last: 1 });
