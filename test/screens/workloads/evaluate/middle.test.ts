import { expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { evaluateLines, evaluateMiddle } from '../../../../screens/workloads/evaluate/middle.ts';
import { planEvaluate } from '../../../../src/workloads/evaluate/plan.ts';
import { noScores } from '../../../../src/workloads/evaluate/results.ts';
import { evaluation } from '../../../support/evaluation.ts';
import { recordingsContext, stateOf } from '../../../support/recordings.ts';

const spec = planEvaluate(
  { kind: 'evaluate', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' },
  await recordingsContext(),
);
const results = evaluation();

test.each([60, 80, 120])('at %i columns: recordings as they are judged, then the detectors', columns => {
  const judging = stateOf('evaluate-aaaaaa', spec, { ...noScores, judged: results.judged });
  const scored = stateOf('evaluate-aaaaaa', spec, results);
  for (const run of [judging, scored])
    for (const line of evaluateLines(run, columns, 12)) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  expect(plainText(evaluateLines(judging, columns, 12))).toMatch(/test .* 20 of 60 recordings judged, \d+ seizures/);
  const text = plainText(evaluateLines(scored, columns, 12));
  expect(text).toMatch(/^synthetic-seizures {2}synthetic$/m);
  expect(text).toMatch(columns >= 74 ? /★ 2–8 Hz power +0\.784 +\[0\.737, 0\.820\] +0\.\d{3}/ : /★ 2–8 Hz power +0\.784 +0\.\d{3}/);
  expect(text).toContain('SzCORE rules, 1-Hz');
});

test('while nothing is judged it says what is done, and how far that is', () => {
  const at = (phase: string, progress: object) =>
    plainText(
      evaluateLines(
        {
          ...stateOf('evaluate-aaaaaa', spec, noScores),
          phases: [{ name: phase, startedAt: 0 }],
          progress: { v: 1, type: 'progress', time: 0, container: 'main', phase, ...progress } as never,
        },
        80,
        12,
      ),
    );
  const making = at('data', { done: 38, total: 180, unit: 'patients', label: 'Making patients' });
  expect(making).toMatch(/^▸ Making patients {2}38 of 180 patients$/m);
  const preparing = at('prepare', { done: 3.584, total: 8, unit: 'h', label: 'synthetic-seizures' });
  expect(preparing).toMatch(/^▸ Preparing: filtering, resampling, scaling {2}3\.6 of 8\.0 h$/m);
  // Of another phase than the one at work.
  expect(at('judge', { phase: 'prepare', done: 8, total: 8, unit: 'h' })).toMatch(/^▸ Judging: each detector scores every second$/m);
});

test('before anything is judged it says what will come', () => {
  expect(evaluateMiddle.isEmpty(stateOf('evaluate-aaaaaa', spec, noScores))).toBe(true);
  expect(evaluateMiddle.waiting).toMatch(/judged/);
});
