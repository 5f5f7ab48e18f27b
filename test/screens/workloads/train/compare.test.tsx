import { afterEach, describe, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { trainingsCompared } from '../../../../screens/workloads/train/compare-lines.ts';
import { overlayView } from '../../../../screens/workloads/train/overlay.ts';
import { compareTrainings } from '../../../../src/workloads/train/compare.ts';
import { begun, pairedRuns, trainState } from '../../../support/training.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';

afterEach(cleanup);

const now = begun + 300_000;
const a = trainState('train-aaaa', { judged: true, seeds: [0, 1, 2] });
const b = trainState('train-bbbb', { judged: true, training: { learning_rate: 0.004 } });
const compared = (columns = 78): string =>
  plainText(trainingsCompared([a.run, b.run], compareTrainings(a, b, now), { pairs: [pairedRuns()] }, columns));

describe('two trainings compared', () => {
  test('what differs comes first, then test patient by patient with what may be chance, then what it took', () => {
    const text = compared();
    const places = [
      'training.learning_rate: 0.002 against 0.004',
      'test of synthetic-seizures',
      'B is better',
      'best AUROC on dev',
      'trained in',
    ];
    expect(places.map(one => text.indexOf(one)).every((at, n, all) => at > (all[n - 1] ?? -1))).toBe(true);
    expect(text).toMatch(/AUROC +0\.912 +0\.940 +\+0\.028 +\[\+0\.006, \+0\.051\] +B is better/);
    expect(text).toMatch(/F1 .*≈ may be chance/);
    // More false alarms are worse.
    expect(text).toMatch(/FA\/24h .*A is better/);
    // Nothing is said of a difference that there is not.
    expect(text).toMatch(/sensitivity .* – +–$/m);
    expect(text).toContain('synthetic');
  });

  test('false alarms have the digits of their figures; what is equal is the same, not chance', () => {
    const same = { difference: 0, interval: { low: 0, high: 0 } };
    const pair = pairedRuns();
    const alarms = { difference: -20, interval: { low: -44, high: 4 } };
    const text = plainText(
      trainingsCompared(
        [a.run, b.run],
        compareTrainings(a, b, now),
        { pairs: [{ ...pair, differences: { ...pair.differences, f1: same, fa_per_day: alarms } }] },
        78,
      ),
    );
    expect(text).toMatch(/FA\/24h .* -20\.0 +\[-44\.0, \+4\.0\] +≈ may be chance/);
    expect(text).toMatch(/F1 +0\.700 +0\.700 +0 +the same$/m);
  });

  test.each([48, 58])('at %i columns the interval stands below its figure', columns => {
    expect(compared(columns)).toMatch(/^AUROC +0\.912 +0\.940 +\+0\.028\n {2}\[\+0\.006, \+0\.051\] {2}B is better$/m);
  });

  test('fits every width', () => {
    for (const columns of [48, 58, 78, 118])
      for (const row of trainingsCompared([a.run, b.run], compareTrainings(a, b, now), { pairs: [pairedRuns()] }, columns))
        expect(lineWidth(row)).toBeLessThanOrEqual(columns);
  });

  test('their curves lie over each other, a glyph each, as many as there is room for', () => {
    for (const [columns, height] of [
      [48, 8],
      [78, 19],
      [118, 35],
    ] as const) {
      const lines = overlayView([a, b], columns, height);
      expect(lines.length).toBeLessThanOrEqual(height);
      expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(columns);
      const text = plainText(lines);
      expect(text).toMatch(/● A train-aaaa +▲ B train-bbbb/);
      for (const glyph of ['●', '▲']) expect(text.split(glyph).length).toBeGreaterThan(3);
    }
  });

  test('without another run the footer offers no comparison, and its key says why', async () => {
    const app = openApp({ services: createFakeServices({ runs: [a] }), run: a.run, now: () => now });
    await app.press('enter');
    await app.waitFor('worst first');
    await app.press('c');
    await app.waitFor('No other training has looked at dev yet');
    expect(app.frame().split('\n').at(-1)).not.toContain('compare');
    await app.press('enter');
    await app.waitFor('There is no other run to compare with yet.');
  });

  test('from the result: c, the other, and p for the curves', async () => {
    const app = openApp({ services: createFakeServices({ runs: [a, b] }), run: a.run, now: () => now, columns: 100, rows: 34 });
    await app.press('enter');
    await app.waitFor('worst first');
    await app.press('c');
    await app.waitFor('Compare train-aaaa with');
    await app.press('enter');
    await app.waitFor('B is better');
    expect(app.services.calls).toContain('paired train-aaaa train-bbbb');
    await app.press('p');
    await app.waitFor('gradient norm');
    await app.press('p');
    await app.waitFor('best AUROC on dev');
  });
});
