/** A prediction on the screen: how far it is, the newest recordings, what could not be predicted. */
import { afterEach, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { predictedLines } from '../../../../screens/workloads/predict/lines.ts';
import { predictScreens } from '../../../../screens/workloads/predict/screens.ts';
import { predictSpec, predictState, told } from '../../../support/predict.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices, signedIn } from '../../support/services.ts';

afterEach(cleanup);

test.each([40, 78, 118])('each recording in %d columns', async columns => {
  const lines = predictedLines(predictState(await predictSpec()), columns, 20);
  expect(lines.every(line => lineWidth(line) <= columns)).toBe(true);
  const text = plainText(lines).replace(/\s+/g, ' ');
  expect(text).toMatch(/^3 of 3 recordings · 2 seizures/);
  expect(text).toContain('! 1 of 3 recordings could not be predicted');
  expect(text).toContain('trained on made-up patients');
  expect(text).toMatch(/night-2\.edf: no seizure, .*pairs\.edf: it was.*night-1\.edf: 2 seizures/);
});

test('where there is little room the newest stay', async () => {
  const run = predictState(await predictSpec({}, { data: [{ name: 'tusz', version: '2', synthetic: false }] }));
  const text = plainText(predictedLines(run, 78, 5));
  expect(text).toContain('2 recordings more: ann-tui results predict-aaaaaa');
  expect(text).toContain('night-1.edf');
  expect(text).not.toContain('night-2.edf');
});

test('before the first there is nothing to draw; the review says what is sent', async () => {
  const spec = await predictSpec();
  expect(predictScreens.middle.isEmpty(predictState(spec, []))).toBe(true);
  expect(predictScreens.middle.isEmpty(predictState(spec, told))).toBe(false);
  expect(predictScreens.review.rows(spec, false).slice(0, 2)).toEqual([
    ['what', 'tiny (train-aaaaaa)', 'threshold 0.62'],
    ['on', '3 recordings', '121 MB'],
  ]);
  expect(predictScreens.review.notes(spec)[0]).toContain('to send there first');
});

test('a run that is over has its result, and the same again its review; which recordings is asked nowhere', async () => {
  const services = createFakeServices({ runs: [predictState(await predictSpec({ budget: 1 }))], modal: signedIn });
  const app = openApp({ services, columns: 100, rows: 40 });
  await app.waitFor('Recent');
  await app.press('r');
  await app.waitFor(/tiny \(train-aaaaaa\) on 3 rec[\s\S]*2 seizures, 1 failed/);
  await app.press('enter');
  const result = await app.waitFor('night-1.edf: 2 seizures at 00:41–01:12');
  expect(result).toContain('threshold 0.62 · 19 channels');
  await app.press('enter');
  const review = await app.waitFor('to send there first');
  expect(review).toMatch(/on +3 recordings/);
  await app.press('i');
  await app.waitFor('Which recordings, and which checkpoint?');
});
