import { expect, test } from 'vitest';
import { prepareLines } from '../../../../src/workloads/prepare/cli/lines.ts';
import { planPrepare } from '../../../../src/workloads/prepare/plan.ts';
import type { Prepared } from '../../../../src/workloads/prepare/results.ts';
import { recordingsContext, stateOf } from '../../../support/recordings.ts';

const spec = planPrepare(
  { kind: 'prepare', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' },
  await recordingsContext(),
);
const one = (recording: string, more: Partial<Prepared> = {}): Prepared => {
  const shared = { dataset: 'synthetic-seizures', recording, patient: recording, split: 'dev', hours: 0.04167, seizures: 1 };
  return { ...shared, ...more };
};
const run = stateOf('prepare-aaaaaa', spec, {
  prepared: [one('a'), one('b', { masked: 1, interpolated: 2 }), one('c', { interpolated: 1 })],
});

test('only recordings that are odd are told one by one', () => {
  expect(prepareLines.news(run, undefined)).toEqual(['  b: 1 channel masked, 2 electrodes interpolated', '  c: 1 electrode interpolated']);
  expect(prepareLines.news(run, { ...run, results: { prepared: run.results.prepared.slice(0, 2) } })).toEqual([
    '  c: 1 electrode interpolated',
  ]);
});

test('the table has each split, and what is made up', () => {
  const rows = prepareLines.table(run).map(line => line.split(/ {2,}/));
  expect(rows[0]?.slice(0, 4)).toEqual(['dataset', 'split', 'recordings', 'of']);
  expect(rows[2]).toEqual(['synthetic-seizures', 'dev', '3', '20', '0.1', '3', '1', '3', 'synthetic']);
  expect(prepareLines.table({ ...run, results: { prepared: [] } })).toEqual([]);
  expect(prepareLines.planned(spec, { cores: 2, cpu: 'EPYC' })).toBe('19 channels, average · 256 Hz · 0.5–60 Hz zero-phase · 2 cores');
});
