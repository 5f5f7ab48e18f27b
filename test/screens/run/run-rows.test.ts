/** Rows of runs: a figure keeps the word behind it, and titles give way. */
import { expect, test } from 'vitest';
import { plainText } from '../../../screens/app/text.ts';
import { runTable } from '../../../screens/run/run-rows.ts';
import { planEvaluate } from '../../../src/workloads/evaluate/plan.ts';
import { evaluation } from '../../support/evaluation.ts';
import { recordingsContext, started, stateOf } from '../../support/recordings.ts';

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
