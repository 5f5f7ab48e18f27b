import { expect, test } from 'vitest';
import { verdictLines } from '../../../../../src/workloads/bench/cli/lines.ts';
import { finished } from '../../../../screens/support/states.ts';

test('a file that does not compile is ✗, with the first error whole below it', () => {
  const why = `mine.cpp:12:5: error: ${'no matching function '.repeat(20)}END`;
  const verdicts = [{ impl: 'mine', verdict: 'compile-error', what: 'It does not compile', why, dataset: 'quick' }];
  expect(verdictLines({ ...finished('bench-aaaaaa'), results: { points: [], verdicts } })).toEqual([
    '  ✗ mine: compile-error: It does not compile',
    `      ${why}`,
  ]);
});
