/** Metrics over steps: thinned without telling what was not, and rewound. */
import { expect, test } from 'vitest';
import { emptySeries, rewound, type Series, withValue } from '../../../../src/workloads/train/series.ts';
import { seeded } from '../../../support/evaluation.ts';

const filled = (name: string, values: readonly number[]): Series =>
  values.reduce((series, value, at) => withValue(series, at + 1, value), emptySeries(0, name));

/** Values behind each point. */
const weights = ({ values, each, last }: Series): readonly number[] => values.map((_, at) => (at === values.length - 1 ? last : each));

test('a short one is as it was told', () => {
  expect(filled('loss', [0.7, 0.5, 0.6])).toEqual({ seed: 0, name: 'loss', steps: [1, 2, 3], values: [0.7, 0.5, 0.6], each: 1, last: 1 });
});

test.each([513, 1000, 1025, 5001])('of %d values no more than 512 points, whose means are those of all that was told', count => {
  const random = seeded(count);
  const values = Array.from({ length: count }, () => random());
  const series = filled('loss', values);
  expect(series.values.length).toBeLessThanOrEqual(512);
  expect(series.values.length).toBeGreaterThan(200);
  expect(weights(series).reduce((sum, weight) => sum + weight, 0)).toBe(count);
  let from = 0;
  for (const [at, weight] of weights(series).entries()) {
    const own = values.slice(from, from + weight);
    expect(series.values[at]).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / weight, 10);
    from += weight;
    expect(series.steps[at]).toBe(from);
  }
});

test('looks at dev are all kept: none is averaged with another', () => {
  const values = Array.from({ length: 2000 }, (_, at) => at / 2000);
  expect(filled('dev_auroc', values).values).toEqual(values);
});

test('what came after a step is taken back, a point that reaches beyond it whole; then it goes on', () => {
  const series = filled(
    'loss',
    Array.from({ length: 1000 }, () => 1),
  );
  expect(series.each).toBe(2);
  const back = rewound(series, 501);
  expect(back.steps.at(-1)).toBe(500);
  const on = withValue(withValue(back, 502, 3), 503, 5);
  expect([on.steps.at(-1), on.values.at(-1), on.steps.at(-2)]).toEqual([503, 4, 500]);
  expect(rewound(series, 0).values).toEqual([]);
  expect(rewound(series, 1000)).toBe(series);
});

test('a step that is told again takes the place of what was told from there on', () => {
  expect(withValue(filled('dev_auroc', [0.5, 0.6, 0.7]), 2, 0.9)).toMatchObject({ steps: [1, 2], values: [0.5, 0.9] });
});
