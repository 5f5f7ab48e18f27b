/** From the result to a trace and back, by keys. */
import { afterEach, describe, expect, test } from 'vitest';
import { evaluation } from '../../../support/evaluation.ts';
import { evaluateState } from '../../../support/evaluation-run.ts';
import { cleanup, type OpenOptions, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';

afterEach(cleanup);

const open = async (state = evaluateState('evaluate-aaaaaa', evaluation()), size: OpenOptions = {}) => {
  const app = openApp({ services: createFakeServices({ runs: [state] }), ...size });
  await app.waitFor('Recent');
  await app.press('r');
  await app.waitFor(/Runs {2}1 of 1/);
  await app.press('enter');
  return app;
};

test('enter opens the worst patient’s first trace, n and p go through all of them, esc leads back to the patient', async () => {
  const app = await open();
  await app.waitFor('is the best of 4');
  expect(app.frame()).toContain('enter trace   b baselines');
  expect(app.frame()).toContain('r report (HTML)   t TSV');
  await app.press('enter');
  await app.waitFor('threshold 0.62');
  expect(app.frame()).toContain('sub-006, 1 of 4');
  expect(app.frame()).toMatch(/miss 01:21–01:52 focal · synthetic +15 of 150 s · 100 µV/);
  expect(app.frame()).toMatch(/Fp1 +\S*[\u2801-\u28ff]{20}/);
  await app.waitFor('m montage');
  await app.press('p');
  expect(app.frame()).toContain('This is the first one.');
  await app.press('n');
  await app.waitFor('sub-009, 2 of 4');
  await app.press('n', 'n');
  await app.waitFor('sub-017, 4 of 4');
  await app.waitFor('alarm 00:12');
  await app.press('n');
  expect(app.frame()).toContain('This is the last one.');
  await app.press('esc');
  await app.waitFor(/▸ sub-017/);
});

test('time, zoom, gain, montage', async () => {
  const app = await open();
  await app.waitFor('is the best of 4');
  await app.press('enter');
  await app.waitFor('15 of 150 s · 100 µV');
  const first = app.frame();
  await app.press('right');
  expect(app.frame()).not.toBe(first);
  await app.press('left');
  expect(app.frame()).toBe(first);
  await app.press('+');
  await app.waitFor('10 of 150 s');
  await app.press(']');
  await app.waitFor('50 µV');
  await app.press('enter');
  expect(app.frame()).toBe(first);
  await app.press('m');
  await app.waitFor('Fp1-F7');
  expect(app.frame()).toContain('Cz-Pz');
  await app.press('m');
  expect(app.frame()).toBe(first);
  for (let n = 0; n < 6; n++) await app.press('-');
  await app.waitFor('all 150 s');
});

test('b shows the next detector’s patients; the best one’s alone have traces', async () => {
  const results = evaluation();
  const app = await open(
    evaluateState('evaluate-aaaaaa', { ...results, traces: results.traces.filter(({ detector }) => detector === 'power-2-8') }),
  );
  await app.waitFor('is the best of 4');
  await app.press('b');
  await app.waitFor('line length at the dev threshold');
  expect(app.frame()).toContain('no trace was kept');
  await app.press('enter');
  expect(app.frame()).toContain('No trace of this patient was kept');
});

test('r writes the report and says where, t says where the predictions are', async () => {
  const app = await open();
  await app.waitFor('is the best of 4');
  await app.press('r');
  await app.waitFor('./evaluate-aaaaaa.html: 1.2 MB');
  await app.press('t');
  await app.waitFor('predictions/synthetic-seizures/power-2-8');
});

test('a trace that is not there costs only itself', async () => {
  const results = evaluation();
  const state = evaluateState('evaluate-aaaaaa', results);
  const services = createFakeServices({ runs: [state] });
  const app = openApp({
    services: {
      ...services,
      workloads: {
        ...services.workloads,
        evaluate: { ...services.workloads.evaluate, trace: async () => Promise.reject(new Error('gone')) },
      },
    },
  });
  await app.waitFor('Recent');
  await app.press('r');
  await app.waitFor(/Runs {2}1 of 1/);
  await app.press('enter');
  await app.waitFor('is the best of 4');
  await app.press('enter');
  await app.waitFor('gone');
  expect(app.frame()).toContain('n the next one, esc back');
  await app.press('n');
  await app.waitFor('2 of 4');
});

describe('at every size, with and without Unicode, no line is wider than the terminal', () => {
  test.each([
    [80, 24, true],
    [80, 24, false],
    [60, 20, true],
    [50, 12, false],
    [120, 40, true],
  ])('%i×%i, Unicode %s', async (columns, rows, unicode) => {
    const app = await open(undefined, { columns, rows, unicode });
    const fits = () => {
      for (const text of app.frame().split('\n')) expect(Array.from(text).length).toBeLessThanOrEqual(columns);
      expect(app.frame().split('\n').length).toBeLessThanOrEqual(rows);
      if (!unicode) expect(app.frame()).toMatch(/^[\x20-\x7e\n]*$/);
    };
    await app.waitFor('AUROC 0.784');
    fits();
    await app.press('enter');
    await app.waitFor(/score/);
    fits();
    await app.press('-', '-', '-', 'm', 'down');
    fits();
  });
});
