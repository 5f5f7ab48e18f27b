import { expect, test } from 'vitest';
import { bySplit } from '../../../../src/workloads/prepare/by-split.ts';
import { planPrepare } from '../../../../src/workloads/prepare/plan.ts';
import { fitsPrepared, foldPrepared, nonePrepared } from '../../../../src/workloads/prepare/results.ts';
import { prepare } from '../../../../src/workloads/prepare/workload.ts';
import type { WorkloadEvent } from '../../../../src/workloads/workload.ts';
import { recordingsContext, stateOf } from '../../../support/recordings.ts';

const event = (seq: number, recording: string, split: string, more: object = {}): WorkloadEvent => {
  const shared = { v: 1, seq, container: 'main', time: seq, type: 'prepared' };
  return {
    ...shared,
    dataset: 'synthetic-seizures',
    recording,
    patient: recording,
    split,
    hours: 0.04167,
    seizures: 1,
    ...more,
  } as WorkloadEvent;
};

const events = [
  event(1, 'a', 'dev', { masked: 1 }),
  event(2, 'b', 'test', { interpolated: 2 }),
  event(3, 'a', 'dev', { masked: 2 }),
  { v: 1, seq: 4, container: 'main', time: 4, type: 'judged' } as WorkloadEvent,
];

test('a recording that is told again takes the place of what was told', () => {
  const results = events.reduce(foldPrepared, nonePrepared);
  expect(results.prepared.map(({ recording, masked }) => [recording, masked])).toEqual([
    ['a', 2],
    ['b', undefined],
  ]);
  expect(results.prepared[0]).not.toHaveProperty('seq');
  expect(fitsPrepared(JSON.parse(JSON.stringify(results)))).toBe(true);
  expect(fitsPrepared({ points: [] })).toBe(false);
});

test('split by split: how many, how long, what was odd', async () => {
  const context = await recordingsContext();
  const spec = planPrepare({ kind: 'prepare', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' }, context);
  const results = events.reduce(foldPrepared, nonePrepared);
  const rows = bySplit(spec, results).map(({ split, done, total, masked, interpolated }) => [split, done, total, masked, interpolated]);
  expect(rows).toEqual([
    ['train', 0, 100, 0, 0],
    ['dev', 1, 20, 2, 0],
    ['test', 1, 60, 0, 2],
  ]);
  const run = stateOf('prepare-aaaaaa', spec, results);
  expect(prepare.done(run)).toBe(2);
  expect(prepare.headline(run)).toBe('0.1 h prepared · synthetic');
});
