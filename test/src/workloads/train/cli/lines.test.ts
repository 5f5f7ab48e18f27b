/** What a training says of itself: while it goes on, at its end, and as a record. */
import { expect, test } from 'vitest';
import { trainLines } from '../../../../../src/workloads/train/cli/lines.ts';
import { foldTraining } from '../../../../../src/workloads/train/results.ts';
import type { TrainRun } from '../../../../../src/workloads/train/spec.ts';
import type { WorkloadEvent } from '../../../../../src/workloads/workload.ts';
import { begun, paidMoment, paidState, trainState } from '../../../../support/training.ts';

const event = (fields: object): WorkloadEvent => ({ v: 1, seq: 1, container: 'main', time: 1, ...fields }) as WorkloadEvent;
const after = (run: TrainRun, ...events: readonly object[]): TrainRun => ({
  ...run,
  results: events.map(event).reduce(foldTraining, run.results),
});

const half = trainState('train-aaaaaa', { step: 120, live: true });

test('a line for the model, each look at dev with the best so far, and the first checkpoint', () => {
  const lines = trainLines.news(half, undefined);
  expect(lines[0]).toBe('    step 0: tiny, 39,412 parameters · cpu, float32, 2 threads');
  expect(lines.filter(line => line.includes('dev AUROC'))).toHaveLength(3);
  expect(lines.filter(line => line.includes('checkpoint'))).toEqual([expect.stringMatching(/^ {4}step 38: first checkpoint, 642 kB$/)]);
  expect(lines[1]).toMatch(/^ {4}step 38: dev AUROC 0\.\d{3}, the best so far · dev loss 0\.\d+$/);
});

test('only what is new is told, also after a resume that took something back', () => {
  expect(trainLines.news(half, half)).toEqual([]);
  const back = after(half, { type: 'resumed', seed: 0, step: 100, exact: true });
  expect(trainLines.news(back, half)).toEqual(['    step 100: goes on from here, exactly as if it had not stopped']);
  const on = after(back, { type: 'metric', seed: 0, step: 114, values: { dev_auroc: 0.1, dev_loss: 0.9 } });
  expect(trainLines.news(on, back)).toEqual([expect.stringMatching(/step 114: dev AUROC 0\.100 \(best 0\.\d{3}\) · dev loss 0\.9/)]);
  const moved = after(half, { type: 'resumed', seed: 0, step: 100, exact: false, why: 'another torch' });
  expect(trainLines.news(moved, half)[0]).toContain('not exactly: another torch');
});

test('the line of progress: loss, dev with the best, windows a second; at Modal what the best cost', () => {
  const progress = event({ type: 'progress', phase: 'train', done: 120, total: 300, unit: 'steps' });
  expect(trainLines.progress?.({ ...half, progress } as unknown as TrainRun, begun)).toMatch(
    /^loss 0\.\d+ · dev 0\.\d{3} \(best 0\.\d{3} at \d+\) · 6\d(?:\.\d)? windows\/s$/,
  );
  expect(trainLines.progress?.(half, begun)).toBe('');
  const paid = paidState('train-aaaaaa', { step: 120, live: true });
  expect(trainLines.progress?.({ ...paid, progress } as unknown as TrainRun, paidMoment(260))).toMatch(
    / windows\/s · \$0\.\d{4} to the best, \$0\.\d{4} since$/,
  );
});

test('the end: the verdict against the best baseline, the table, and where the checkpoint is', () => {
  const run = trainState('train-aaaaaa', { judged: true });
  const [verdict = '', blank, head = '', first = ''] = trainLines.table(run);
  expect(verdict).toBe(
    'tiny: AUROC 0.912 [0.871, 0.944], better than the best baseline (2–8 Hz power) by 0.128 AUROC [+0.074, +0.171] · synthetic',
  );
  expect([blank, head]).toEqual(['', expect.stringMatching(/^detector +AUROC +95 %/)]);
  expect(first).toMatch(/^tiny \* .* synthetic$/);
  expect(trainLines.table(run).at(-1)).toMatch(/^checkpoint of seed 0: .*train-aaaaaa\/job\/checkpoints\/seed-0\/best \(642 kB\)$/);
  expect(trainLines.tableNotes(run).join('\n')).toMatch(/SzCORE rules, 1-Hz/);
  expect(trainLines.next(run)).toBe('ann-tui results train-aaaaaa');
  const said = trainLines.report(run).flat().join('\n');
  for (const command of ['predict FILE.edf --checkpoint', 'evaluate --checkpoint', 'compare']) expect(said).toContain(`ann-tui ${command}`);
});

test('several seeds: the one that dev chose, and all of them together', () => {
  const run = trainState('train-aaaaaa', { seeds: [0, 1, 2], judged: true });
  expect(trainLines.table(run)[1]).toBe('3 seeds: AUROC 0.901 ± 0.011 (mean ± sd; 0.912, 0.901, 0.890) · synthetic');
  expect(
    trainLines
      .table(run)
      .slice(-3)
      .map(line => line.slice(0, 20)),
  ).toEqual([0, 1, 2].map(seed => `checkpoint of seed ${seed}`));
  expect(trainLines.news(run, undefined).at(-1)).toMatch(/^ {4}seed 2, step 300: trained in 2m 33s; the best is of step \d+$/);
  expect(trainLines.best(run)).toBe('0.90 ± 0.01 · synthetic');
});

test('worse, or no worse than chance would have it', () => {
  const withGain = (gain: number, gain_interval: readonly number[]): string => {
    const run = trainState('train-aaaaaa', { judged: true });
    const detectors = run.results.evaluation.detectors.map(one => (one.seed === undefined ? one : { ...one, gain, gain_interval }));
    return trainLines.table({ ...run, results: { ...run.results, evaluation: { ...run.results.evaluation, detectors } } })[0] ?? '';
  };
  expect(withGain(-0.1, [-0.2, -0.05])).toContain('worse than the best baseline (2–8 Hz power) by 0.100 AUROC [-0.200, -0.050]');
  expect(withGain(0.01, [-0.02, 0.04])).toContain('not better than the best baseline (2–8 Hz power): +0.010 AUROC [-0.020, +0.040]');
});

test('nothing yet; a check; the record', () => {
  const empty = trainState('train-aaaaaa', { step: 0, live: true });
  expect([trainLines.report(empty), trainLines.tableNotes(empty), trainLines.best(empty)]).toEqual([[], [], '–']);
  const told = { type: 'checked', seed: 0, steps: 60, first_loss: 0.65, last_loss: 0.1, bound: 0.15, losses: [0.65, 0.1], seconds: 4 };
  expect(trainLines.table(after(empty, { ...told, learns: true }))).toEqual([
    'seed 0 learns one batch by heart: loss 0.65 → 0.1 in 60 steps',
  ]);
  expect(trainLines.table(after(empty, { ...told, learns: false }))[0]).toMatch(/^! seed 0 does not learn .* 0\.15 was to be reached$/);
  const record = trainLines.record(trainState('train-aaaaaa', { judged: true })) as Record<string, readonly { readonly name?: string }[]>;
  expect(record.metrics?.map(({ name }) => name)).toContain('dev_auroc');
  expect(Object.keys(record)).toEqual(
    expect.arrayContaining(['config', 'settings', 'seeds', 'checkpoints', 'trained', 'detectors', 'patients', 'rules']),
  );
});
