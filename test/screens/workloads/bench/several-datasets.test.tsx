/** A run on two datasets: what was measured on one is never drawn, nor read off, together with the other. */
import { afterEach, expect, test } from 'vitest';
import { bestWords } from '../../../../screens/run/run-facts.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import type { BenchRun } from '../../../../src/workloads/bench/run.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';
import { finished, points, running, spec } from '../../support/states.ts';

afterEach(cleanup);

const fashion = 'fashion-mnist-784-euclidean';
const [quick] = spec.datasets;
/** The second dataset is ten times as slow. */
const onTwo = (state: BenchRun, second: number): BenchRun => ({
  ...state,
  spec: { ...spec, datasets: quick === undefined ? [] : [quick, { ...quick, name: fashion }] },
  results: {
    points: [...state.results.points, ...points.slice(0, second).map(point => ({ ...point, dataset: fashion, qps: point.qps / 10 }))],
  },
});

const open = async (state: RunState) => {
  const app = openApp({ services: createFakeServices({ runs: [state] }), columns: 120, rows: 40 });
  await app.waitFor('Recent');
  await app.press('r');
  await app.waitFor(state.run);
  await app.press('enter');
  return app;
};

test('the result shows one, and d the next', async () => {
  const app = await open(onTwo(finished('bench-aaaaaa'), 5));
  await app.waitFor('on quick  1 of 2 datasets (d)');
  expect(app.frame()).toMatch(/0\.90 +\S+ +\S+ +1,042/);
  expect(app.frame()).toContain('48,210');
  expect(app.frame()).not.toContain('4,821 ');
  await app.press('d');
  await app.waitFor(`on ${fashion}  2 of 2 datasets`);
  expect(app.frame()).toMatch(/0\.90 +\S+ +\S+ +104 /);
  expect(app.frame()).toContain('4,821');
  expect(app.frame()).not.toContain('48,210');
  await app.press('p', 'p');
  await app.waitFor('5 points');
  await app.press('d');
  await app.waitFor('9 points');
});

test('the monitor shows what is measured now, until d says otherwise', async () => {
  const state = onTwo(running('bench-aaaaaa', 9), 2);
  const app = openApp({ services: createFakeServices({ runs: [state] }), columns: 120, rows: 40 });
  await app.waitFor('Running');
  await app.press('enter');
  await app.waitFor(`on ${fashion}  2 of 2 datasets (d)`);
  expect(app.frame()).toContain('11 of 18 points');
  expect(app.frame()).not.toContain('48,210');
  await app.press('d');
  await app.waitFor('on quick  1 of 2 datasets');
  expect(app.frame()).toContain('48,210');
  expect(app.frame()).not.toContain('4,821 ');
});

test('at 60 columns the line that names it is whole', async () => {
  const state = onTwo(running('bench-aaaaaa', 9), 2);
  const app = openApp({ services: createFakeServices({ runs: [state] }), columns: 60, rows: 24 });
  await app.waitFor('Running');
  await app.press('enter');
  await app.waitFor(`on ${fashion}  2 of 2 datasets (d)`);
});

test('while one alone has points, there is no next', async () => {
  const app = await open(onTwo({ ...finished('bench-aaaaaa'), outcome: 'done' }, 0));
  await app.waitFor(/on quick {2}1 of 2 datasets(?!,)/);
  await app.press('d');
  await app.waitFor('No other dataset has points yet.');
});

test('a list says on which dataset the best was', () => {
  expect(bestWords(onTwo(finished('bench-aaaaaa'), 5))).toBe('hnsw 33,870 QPS @ 0.9044 on quick');
  expect(bestWords(finished('bench-aaaaaa'))).toBe('hnsw 33,870 QPS @ 0.9044');
});
