import { afterEach, expect, test } from 'vitest';
import { evaluation } from '../../../support/evaluation.ts';
import { evaluateState } from '../../../support/evaluation-run.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices } from '../../support/services.ts';

afterEach(cleanup);

const results = evaluation();
const at = Date.UTC(2026, 10, 22, 9, 0, 0);
const runs = [evaluateState('evaluate-aaaaaa', results, { at }), evaluateState('evaluate-bbbbbb', results, { at: at - 60_000 })];

test('from a result: with which other one, then both side by side, then the other one’s result', async () => {
  const app = openApp({ services: createFakeServices({ runs }) });
  await app.waitFor('baseline on');
  await app.press('r');
  await app.waitFor(/Runs {2}1 of 2/);
  await app.press('enter');
  await app.waitFor('is the best of 4');
  await app.press('c');
  await app.waitFor('Compare evaluate-aaaaaa with');
  await app.press('enter');
  await app.waitFor('They were set the same.');
  expect(app.frame()).toMatch(/2–8 Hz power +0\.784 +0\.784 +\+0\.000/);
  await app.press('p');
  await app.waitFor('Evaluations are compared in one table.');
  await app.press('enter');
  await app.waitFor('runs › evaluate-bbbbbb › result');
});

test('two that are marked in the list', async () => {
  const app = openApp({ services: createFakeServices({ runs }) });
  await app.waitFor('baseline on');
  await app.press('r');
  await app.waitFor(/Runs {2}1 of 2/);
  await app.press('space', 'space', 'c');
  await app.waitFor('A evaluate-aaaaaa  B evaluate-bbbbbb');
});

test('one alone has nothing to be compared with', async () => {
  const app = openApp({ services: createFakeServices({ runs: runs.slice(0, 1) }) });
  await app.waitFor('baseline on');
  await app.press('r');
  await app.waitFor(/Runs {2}1 of 1/);
  await app.press('c');
  await app.waitFor('No other evaluation has scores yet');
});
