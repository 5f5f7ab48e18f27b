import { expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { evaluationsCompared } from '../../../../screens/workloads/evaluate/compare-lines.ts';
import { evaluation } from '../../../support/evaluation.ts';
import { evaluateState } from '../../../support/evaluation-run.ts';
import { pairedRuns } from '../../../support/training.ts';

const a = evaluateState('evaluate-aaaaaa', evaluation());
const b = { ...a, run: 'evaluate-bbbbbb', spec: { ...a.spec, settings: { ...a.spec.settings, montage: 'bipolar' as const } } };

test.each([60, 80, 120])('at %i columns: what differs, then each detector in both, told as synthetic', columns => {
  const lines = evaluationsCompared(a, b, undefined, columns);
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  const text = plainText(lines);
  expect(text).toMatch(/^A evaluate-aaaaaa {2}B evaluate-bbbbbb$/m);
  expect(text).toContain('! montage: referential against bipolar');
  expect(text).toContain('AUROC · synthetic');
  expect(text).toMatch(columns >= 100 ? /2–8 Hz power +0\.784 \[0\.737, 0\.820\] +0\.784 \[/ : /2–8 Hz power +0\.784 +0\.784 +\+0\.000/);
  expect(text.replaceAll('\n', ' ')).toContain('Comparing patient by patient.');
});

test.each([60, 80, 120])('at %i columns: patient by patient once it is known, or why it cannot be', columns => {
  const lines = evaluationsCompared(a, b, [pairedRuns()], columns);
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  expect(plainText(lines)).toMatch(/^AUROC +0\.912 +0\.940 +\+0\.028/m);
  const refused = plainText(evaluationsCompared(a, b, 'they were scored on other recordings', columns));
  expect(refused.replaceAll('\n', ' ')).toContain('Not compared patient by patient: they were scored on other recordings');
});

test('another test split: nothing stands beside anything', () => {
  const other = { ...a, run: 'evaluate-cccccc', results: { ...a.results, judged: a.results.judged.slice(1) } };
  const text = plainText(evaluationsCompared(a, other, undefined, 80));
  expect(text.replaceAll(/\n +/g, ' ')).toContain(
    '✗ not comparable: synthetic-seizures: evaluate-aaaaaa and evaluate-cccccc did not judge the same',
  );
  expect(text).not.toContain('0.784');
});
