import { expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { evaluationsCompared } from '../../../../screens/workloads/evaluate/compare-lines.ts';
import { evaluation } from '../../../support/evaluation.ts';
import { evaluateState } from '../../../support/evaluation-run.ts';

const a = evaluateState('evaluate-aaaaaa', evaluation());
const b = { ...a, run: 'evaluate-bbbbbb', spec: { ...a.spec, settings: { ...a.spec.settings, montage: 'bipolar' as const } } };

test.each([60, 80, 120])('at %i columns: what differs, then each detector in both, told as synthetic', columns => {
  const lines = evaluationsCompared(a, b, columns);
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  const text = plainText(lines);
  expect(text).toMatch(/^A evaluate-aaaaaa {2}B evaluate-bbbbbb$/m);
  expect(text).toContain('! montage: referential against bipolar');
  expect(text).toContain('AUROC · synthetic');
  expect(text).toMatch(columns >= 100 ? /2–8 Hz power +0\.784 \[0\.737, 0\.820\] +0\.784 \[/ : /2–8 Hz power +0\.784 +0\.784 +\+0\.000/);
  expect(text.replaceAll('\n', ' ')).toContain('Of a difference there is none');
});

test('another test split: nothing stands beside anything', () => {
  const other = { ...a, run: 'evaluate-cccccc', results: { ...a.results, judged: a.results.judged.slice(1) } };
  const text = plainText(evaluationsCompared(a, other, 80));
  expect(text.replaceAll(/\n +/g, ' ')).toContain(
    '✗ not comparable: synthetic-seizures: evaluate-aaaaaa and evaluate-cccccc did not judge the same',
  );
  expect(text).not.toContain('0.784');
});
