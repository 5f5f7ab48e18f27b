import { expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { prepareLines } from '../../../../screens/workloads/prepare/split-rows.ts';
import { planPrepare } from '../../../../src/workloads/prepare/plan.ts';
import type { Prepared } from '../../../../src/workloads/prepare/results.ts';
import { recordingsContext, started, stateOf } from '../../../support/recordings.ts';

const spec = planPrepare(
  { kind: 'prepare', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' },
  await recordingsContext(),
);
const prepared = Array.from({ length: 48 }, (_, n): Prepared => {
  const patient = `sub-${String(n + 1).padStart(3, '0')}`;
  const odd = n === 3 ? { masked: 1, interpolated: 2 } : {};
  return { dataset: 'synthetic-seizures', recording: `${patient}_run-00`, patient, split: 'train', hours: 150 / 3600, seizures: 1, ...odd };
});
const progress = {
  v: 1,
  seq: 9,
  container: 'main',
  time: started / 1000 + 12,
  type: 'progress',
  phase: 'prepare',
  done: 1,
  total: 2,
  unit: 'recordings',
} as const;
const run = stateOf('prepare-aaaaaa', spec, { prepared }, { phases: [{ name: 'prepare', startedAt: started }], progress });

test.each([60, 80, 120])('at %i columns: splits, speed, what was odd, what is made up', columns => {
  const lines = prepareLines(run, columns, 14);
  const text = plainText(lines);
  expect(lines.length).toBeLessThanOrEqual(14);
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  expect(text).toMatch(/train +48 +100 +2\.0 of 4\.2/);
  expect(text).toMatch(/dev +0 +20 +0\.0 of 2\.0/);
  // Two hours in twelve seconds.
  expect(text).toContain('600 × real time');
  expect(text).toMatch(/! 1 channel masked: flat or clipped(?: · |\n! )2 electrodes interpolated/);
  expect(text).toContain('synthetic');
  expect(text).toContain('sub-048_run-00  train  2m 30s');
});

test('where there is little room the splits stay', () => {
  expect(prepareLines(run, 80, 4)).toHaveLength(4);
  expect(plainText(prepareLines(run, 80, 4))).toMatch(/test +0 +60/);
});
