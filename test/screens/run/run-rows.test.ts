/** Rows of runs: a figure keeps the word behind it, and titles give way. */
import { describe, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../screens/app/text.ts';
import { runTable } from '../../../screens/run/run-rows.ts';
import { planEvaluate } from '../../../src/workloads/evaluate/plan.ts';
import { evaluation } from '../../support/evaluation.ts';
import { recordingsContext, started, stateOf } from '../../support/recordings.ts';
import { begun, trainState } from '../../support/training.ts';

const spec = planEvaluate(
  { kind: 'evaluate', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' },
  await recordingsContext(),
);
const run = stateOf('evaluate-aaaaaa', spec, evaluation(), { status: 'ended', outcome: 'done', endedAt: started });

test.each([
  [51, / AUROC 0\.78 · synthetic {2}/],
  [75, /baseline on synthetic-seizures +AUROC 0\.78 · synthetic {2}/],
  [110, /evaluate baseline on synthetic-seizures +this machine +AUROC 0\.78 · synthetic {2}/],
])('at %i columns the figure stands whole', (columns, row) => {
  expect(plainText([runTable([run], { now: started } as never, columns).row(run)])).toMatch(row);
});

describe('trainings that differ in their seeds', () => {
  const stopped = { ...trainState('train-4kq4aa', { step: 100 }), outcome: 'stopped' as const };
  const listed = (several: boolean) => [trainState('train-4kq2aa', { judged: true, seeds: several ? [0, 1, 2] : [0] }), stopped];
  const told = (states: readonly ReturnType<typeof trainState>[], columns: number): string => {
    const table = runTable(states, { now: begun } as never, columns, { named: true });
    const lines = [table.head, ...states.map(table.row)];
    for (const line of lines) expect(lineWidth(line), String(columns)).toBeLessThanOrEqual(columns);
    return plainText(lines);
  };

  test.each([56, 76, 86, 116])('at %i columns say how many in words; the title has the room that is left, no heading is cut', columns => {
    const text = told(listed(true), columns);
    expect(text).toMatch(/ 3 seeds {2}/);
    expect(text).toMatch(/ 1 seed /);
    expect(text).toContain('AUROC 0.90 ± 0.01 · synthetic');
    expect(text.split('\n')[0]).not.toContain('…');
    expect(text).toMatch(columns > 100 ? /tiny on synthetic-seizures / : /tiny on syn/);
  });

  test.each([76, 116])('at %i columns with room for it say when', columns => {
    expect(told([trainState('train-4kq2aa', { judged: true }), stopped], columns)).toMatch(/when\n/);
  });
});
