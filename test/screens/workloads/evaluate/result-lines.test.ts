/** The result of an evaluation as lines: what it says, at every size, and when there is little to say. */
import { describe, expect, test } from 'vitest';
import { fitLine, lineWidth, plainText } from '../../../../screens/app/text.ts';
import { evaluationLines, type Shown } from '../../../../screens/workloads/evaluate/result-lines.ts';
import type { EvaluateResults } from '../../../../src/workloads/evaluate/results.ts';
import { headOf } from '../../../../src/workloads/evaluate/verdict.ts';
import { worstFirst } from '../../../../src/workloads/evaluate/worst-first.ts';
import { evaluation } from '../../../support/evaluation.ts';

const shownOf = (results: EvaluateResults, more: Partial<Shown> = {}): Shown => {
  const head = headOf(results.detectors, more.synthetic ?? true);
  const detector = more.detector ?? head?.detector;
  return {
    results,
    head,
    dataset: 'synthetic-seizures',
    several: false,
    synthetic: true,
    detector,
    rows: detector === undefined ? [] : worstFirst(results, detector.detector),
    cursor: 0,
    live: false,
    warnings: [],
    ...more,
  };
};

const text = (shown: Shown, columns = 78, height = 19) => plainText(evaluationLines(shown, columns, height));

test('verdict, basis, figures at the threshold, sensitivities, table, patients; each marked as made up', () => {
  const lines = text(shownOf(evaluation())).split('\n');
  expect(lines[0]).toBe('2–8 Hz power is the best of 4: AUROC 0.784 [0.737, 0.820] · synthetic');
  expect(lines[1]).toMatch(/^test · synthetic · 20 patients · 0\.9 h · 21 seizures +SzCORE rules, 1-Hz$/);
  expect(text(shownOf(evaluation()))).toContain('sensitivity at  10 FA 0.67  5 FA 0.57  2.5 FA 0.52  1 FA –');
  expect(text(shownOf(evaluation()))).toMatch(/^ {2}detector · synthetic .*\n★ 2–8 Hz power +0\.784 \[0\.737, 0\.820\]/m);
  expect(text(shownOf(evaluation()))).toContain('3 seizures missed · 1 false alarm in 20 patients · synthetic');
  expect(text(shownOf(evaluation()))).toMatch(/▸ sub-006 +2 +1 +0 +0\.678 +miss 01:21–01:52 focal/);
  expect(text(shownOf(evaluation(), { synthetic: false }))).not.toContain('synthetic ');
});

test('sensitivities stand in the table where there is room for all four', () => {
  expect(text(shownOf(evaluation()), 118, 35)).toMatch(/@10 +@5 +@2\.5 +@1 +latency s/);
  expect(text(shownOf(evaluation()))).not.toContain('@2.5');
});

test('another detector’s patients are called its own', () => {
  const results = evaluation();
  const other = results.detectors[0];
  const shown = text(shownOf(results, { detector: other as NonNullable<typeof other> }));
  expect(shown).toMatch(/^line length: \d+ seizures missed/m);
  expect(shown).toMatch(/^line length at the dev threshold/m);
  expect(shown).toMatch(/^★ 2–8 Hz power .*\n(?:.*\n)*• line length +0\.643/m);
});

describe('it fits', () => {
  test.each([
    [78, 19],
    [118, 35],
    [58, 19],
    [48, 7],
    [198, 45],
  ])('%i columns, %i rows, and 865 patients are scrolled through', (columns, height) => {
    const results = evaluation({ patients: 865 });
    for (const cursor of [0, 400, 864]) {
      const lines = evaluationLines(shownOf(results, { cursor }), columns, height);
      expect(lines.length).toBeLessThanOrEqual(height);
      const cursorLine = plainText(lines.map(line => fitLine(line, columns)).filter(line => line[0]?.text === '▸ '));
      expect(cursorLine).toContain(worstFirst(results, 'power-2-8')[cursor]?.patient);
      expect(lineWidth(fitLine(lines.at(-1) ?? [], columns))).toBeLessThanOrEqual(columns);
      expect(plainText(lines)).toMatch(/of 865$/);
    }
  });
});

test('what the job warned of is told where there is room', () => {
  const shown = shownOf(evaluation(), { warnings: ['tusz has no seizure in dev to choose a threshold on'] });
  expect(text(shown, 78, 24)).toContain('! tusz has no seizure in dev');
  expect(text(shown, 48, 8)).toContain('▸ sub-006');
});

describe('with little to say it teaches', () => {
  test('nothing was missed', () => {
    expect(text(shownOf(evaluation({ perfect: true })))).toContain('✓ Nothing missed, no false alarm: no trace to look at · synthetic');
  });

  test('no seizure is in test', () => {
    const shown = text(shownOf(evaluation({ seizures: false })));
    expect(shown).toContain('! No seizure is in the test split: only false alarms can be counted.');
    expect(shown).toMatch(/sens – · prec/);
  });

  test('nothing is scored yet, or never was', () => {
    const none = { judged: [], detectors: [], patients: [], traces: [] };
    expect(text(shownOf(none, { live: true }))).toContain('Scores come here');
    const judged = { ...none, judged: evaluation().judged };
    expect(text(shownOf(judged, { live: true }))).toContain('20 recordings judged so far.');
    expect(text(shownOf(none))).toContain('R goes on with a run that stopped');
  });
});
