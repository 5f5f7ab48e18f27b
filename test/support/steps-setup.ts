/** Every next step that a test of the file has printed is judged: loaded before each test file. */
import { afterAll, expect } from 'vitest';
import { allShown } from './leaks.ts';
import { judgeStep, stepsIn } from './steps.ts';

afterAll(() => {
  const bad = allShown().flatMap(({ where, text }) =>
    stepsIn(text).flatMap(step => {
      const problem = judgeStep(step);
      return problem === undefined ? [] : [`${where}: "${step}": ${problem}`];
    }),
  );
  expect([...new Set(bad)].join('\n'), 'next steps that cannot be typed').toBe('');
});
