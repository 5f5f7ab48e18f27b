/** What an evaluation says of itself: verdict, order of the patients, figures. */
import { describe, expect, test } from 'vitest';
import { clock, fraction, kindWords, perDay, share, span, withInterval } from '../../../../src/workloads/evaluate/figures.ts';
import type { PatientScore } from '../../../../src/workloads/evaluate/results.ts';
import { atThreshold, basisOf, basisWords, bestOf, gaps, verdict } from '../../../../src/workloads/evaluate/verdict.ts';
import { totalsOf, worstFirst } from '../../../../src/workloads/evaluate/worst-first.ts';
import { evaluation } from '../../../support/evaluation.ts';

test('figures', () => {
  expect([
    fraction(0.8784),
    fraction(undefined),
    fraction(1.00000001),
    share(0.855),
    perDay(6.24),
    perDay(143.6),
    perDay(undefined),
  ]).toEqual(['0.878', '–', '1.000', '0.85', '6.2', '144', '–']);
  expect(withInterval(0.878, [0.83, 0.914])).toBe('0.878 [0.830, 0.914]');
  expect(withInterval(0.878, undefined)).toBe('0.878');
  expect([clock(41), clock(3725), clock(9.96, true), span({ start: 41, end: 72.4 })]).toEqual([
    '00:41',
    '1:02:05',
    '00:10.0',
    '00:41–01:12',
  ]);
  expect([kindWords('sz-foc'), kindWords('sz'), kindWords('sz-new')]).toEqual(['focal', '', 'sz-new']);
});

describe('the verdict', () => {
  const { detectors, judged } = evaluation();

  test('names the best of dev, not of test, and that its data is made up', () => {
    expect(verdict(detectors, true)).toBe('2–8 Hz power is the best of 4: AUROC 0.784 [0.737, 0.820] · synthetic');
    expect(verdict(detectors, false)).not.toContain('synthetic');
    const other = detectors.map(score => ({ ...score, best: score.detector === 'line-length' }));
    expect(bestOf(other)?.detector).toBe('line-length');
    expect(bestOf(detectors.map(score => ({ ...score, best: false })))?.detector).toBe('power-2-8');
    expect(verdict([], true)).toBe('');
  });

  test('without a seizure there are false alarms only, and it says so', () => {
    const none = evaluation({ seizures: false });
    expect(verdict(none.detectors, false)).toMatch(/^2–8 Hz power: [\d.]+ FA\/24h; AUROC needs a seizure in the test split$/);
    expect(gaps(none.detectors, basisOf(none))).toEqual(['No seizure is in the test split: only false alarms can be counted.']);
    expect(atThreshold(none.detectors[3] as never)).toMatch(/F1 undefined · sens – · prec/);
  });

  test('counts the test split alone', () => {
    const dev = judged.map(one => ({ ...one, split: 'dev', recording: `dev-${one.recording}` }));
    expect(basisOf({ judged: [...judged, ...dev] })).toEqual(basisOf({ judged }));
    expect(basisWords({ patients: 43, recordings: 865, hours: 127.6, seizures: 469 })).toBe(
      '43 patients · 865 recordings · 128 h · 469 seizures',
    );
  });
});

test('patients: most missed first, then most alarms an hour, then the lowest AUROC, then by name; misses before alarms', () => {
  const one = (patient: string, seizures: number, found: number, alarms: number, hours = 1, auroc?: number): PatientScore => ({
    dataset: 'd',
    detector: 'x',
    patient,
    hours,
    seizures,
    found,
    alarms,
    ...(auroc !== undefined && { auroc }),
  });
  const trace = (name: string, what: 'miss' | 'alarm', start: number) =>
    ({ dataset: 'd', detector: 'x', trace: name, patient: 'c', recording: 'r', what, start, end: start + 1, file: name }) as const;
  const results = {
    judged: [],
    detectors: [],
    patients: [
      one('p10', 1, 1, 0),
      one('p9', 1, 1, 0),
      one('a', 1, 1, 4, 2),
      one('b', 1, 1, 3),
      one('c', 3, 1, 0),
      one('low', 1, 1, 0, 1, 0.4),
    ],
    traces: [trace('1', 'alarm', 5), trace('2', 'miss', 9), trace('3', 'miss', 7)],
  };
  const rows = worstFirst(results, 'x');
  expect(rows.map(({ patient }) => patient)).toEqual(['c', 'b', 'a', 'low', 'p9', 'p10']);
  expect(rows[0]?.traces.map(({ trace: name }) => name)).toEqual(['3', '2', '1']);
  expect(totalsOf(rows)).toEqual({ missed: 2, alarms: 7, traces: 3 });
  expect(worstFirst(results, 'y')).toEqual([]);
});
