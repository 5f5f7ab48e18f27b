import { expect, test } from 'vitest';
import { evaluateLines } from '../../../../../src/workloads/evaluate/cli/lines.ts';
import { planEvaluate } from '../../../../../src/workloads/evaluate/plan.ts';
import { evaluation } from '../../../../support/evaluation.ts';
import { recordingsContext, stateOf } from '../../../../support/recordings.ts';

const spec = planEvaluate(
  { kind: 'evaluate', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' },
  await recordingsContext(),
);
const run = stateOf('evaluate-aaaaaa', spec, evaluation());

test('the table: the best first, every row told as synthetic', () => {
  const [head = '', ...rows] = evaluateLines.table(run);
  expect(head.trim().split(/ {2,}/)).toEqual([
    'detector',
    'AUROC',
    '95 %',
    'AUPRC',
    'F1',
    'sens',
    'prec',
    'FA/24h',
    '@ 10',
    '@ 5',
    '@ 2.5',
    '@ 1',
  ]);
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatch(/^2–8 Hz power \* +0\.784 {2}\[0\.737, 0\.820\] +0\.627 /);
  for (const row of rows) expect(row).toMatch(/–? +synthetic$/);
});

test('below it: whose rules, on whom, and the patients, the worst first', () => {
  const notes = evaluateLines.tableNotes(run);
  expect(notes[0]).toMatch(/^test: 20 patients · 0\.9 h · \d+ seizures · synthetic$/);
  expect(notes.join('\n')).toMatch(/SzCORE rules, 1-Hz; thresholds chosen on dev, used once on test/);
  expect(notes.join('\n')).toMatch(/95 %: of 1,000 draws of patients/);
  expect(notes.join('\n')).not.toMatch(/NEDC/);
  const [verdict, patients = [], report] = evaluateLines.report(run);
  expect(verdict?.[0]).toMatch(/2–8 Hz power is the best of 4: AUROC 0\.784 \[0\.737, 0\.820\] · synthetic/);
  expect(patients[0]).toBe('2–8 Hz power, patients worst first · synthetic');
  const missed = patients
    .slice(2, 12)
    .map(line => line.split(/ +/))
    .map(([, seizures, found]) => Number(seizures) - Number(found));
  expect(missed).toEqual(missed.toSorted((a, b) => b - a));
  expect(patients.at(-1)).toBe('and 10 patients more');
  expect(report?.join(' ')).toMatch(/ann-tui report evaluate-aaaaaa/);
});

test('the record has every figure with whether it is synthetic', () => {
  const { detectors, patients } = evaluateLines.record(run) as { detectors: { synthetic: boolean }[]; patients: unknown[] };
  expect(detectors.every(({ synthetic }) => synthetic)).toBe(true);
  expect(patients).toHaveLength(80);
});

test('nothing yet', () => {
  const empty = stateOf('evaluate-bbbbbb', spec, { judged: [], detectors: [], patients: [], traces: [] });
  expect(evaluateLines.table(empty)).toEqual([]);
  expect(evaluateLines.report(empty)).toEqual([]);
  expect(evaluateLines.best(empty)).toBe('–');
  expect(evaluateLines.news(run, undefined)).toEqual([]);
});
