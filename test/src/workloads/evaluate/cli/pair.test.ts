import { expect, test } from 'vitest';
import { pairIn } from '../../../../../src/workloads/evaluate/cli/pair.ts';

const runs: Readonly<Record<string, string>> = { a: 'train-aaaaaa', b: 'train-bbbbbb', latest: 'train-bbbbbb' };
const pair = (...words: readonly string[]) => pairIn(words, word => runs[word] ?? word, 'runs');

test('two runs, and in which way anything else is not', () => {
  expect(pair('a', 'latest')).toEqual(['train-aaaaaa', 'train-bbbbbb']);
  const why = (...words: readonly string[]): unknown => {
    try {
      return pair(...words);
    } catch (error) {
      return error;
    }
  };
  expect(why('a')).toMatchObject({ message: expect.stringContaining('Two runs are compared: one was named'), exitCode: 2 });
  expect(why('b', 'latest')).toMatchObject({ message: expect.stringContaining('both words mean train-bbbbbb') });
  expect(why('a', 'b', 'latest')).toMatchObject({ message: expect.stringContaining('3 were named') });
});
