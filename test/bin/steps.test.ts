/** Next steps: every one that stands in the sources is a command that the program's own parser takes, or one of a few named programs. */
import { expect, test } from 'vitest';
import { judgeStep, judgeWritten, stepsIn } from '../support/steps.ts';
import { stepsInSources } from '../support/steps-in-sources.ts';

test('every step in the sources can be typed', () => {
  const steps = stepsInSources();
  expect(steps.length).toBeGreaterThan(200);
  const bad = steps.flatMap(({ where, step }) => (judgeWritten(step) === undefined ? [] : [`${where}: ${step} (${judgeWritten(step)})`]));
  expect(bad.join('\n')).toBe('');
});

test.each([
  ['ann-tui resume bench-1 --budget 2', undefined],
  ['npm start -- logs bench-1', undefined],
  ['npx --yes ./ann-tui-0.1.0.tgz sync mine --from FILE', undefined],
  ["rm '/a b' && ann-tui sync mine", undefined],
  ['sudo apt install g++ && ann-tui setup', undefined],
  ['sudo apt install g++, then: ann-tui frob', 'it is no command'],
  ['ann-tui frobnicate', 'there is no command "frobnicate"'],
  ['ann-tui logs', 'ann-tui logs needs a RUN: it was not given'],
  ['ann-tui runs --keeep 3', expect.stringContaining('has no option --keeep')],
  ['ann-tui volumes frob x', 'volumes knows no "frob"'],
  ['ann-tui auth --activate NAME', '"NAME" is nothing that could be typed'],
  ['modal token new', 'it is no command'],
  ['check the network', 'it is no command'],
  ['', 'it is no command'],
])('%s', (step, problem) => {
  expect(judgeStep(step)).toEqual(problem);
});

test('steps are found in lines and in records', () => {
  expect(stepsIn('✗ What\n  why\n  next: ann-tui runs\n{"type":"error","hint":"a b"}\n{"type":"verdict","hint":"words"}\n')).toEqual([
    'ann-tui runs',
    'a b',
  ]);
});
