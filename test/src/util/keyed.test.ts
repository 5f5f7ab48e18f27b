import { expect, test } from 'vitest';
import { keyOfWords, putByKey } from '../../../src/util/keyed.ts';

type One = { readonly key: string; readonly value: number };
const put = (list: readonly One[], key: string, value: number) => putByKey(list, { key, value }, of => of.key);

test('each key stands once, in the order in which it came first; lists stay as they are', () => {
  const none: readonly One[] = [];
  const one = put(none, 'a', 1);
  const two = put(one, 'b', 2);
  const again = put(two, 'a', 3);
  expect([none, one, two, again].map(list => list.map(({ key, value }) => `${key}${value}`).join(' '))).toEqual([
    '',
    'a1',
    'a1 b2',
    'a3 b2',
  ]);
  // Gone on with from an earlier list: what another one learned is not known of it.
  expect(put(one, 'c', 4).map(({ key }) => key)).toEqual(['a', 'c']);
  expect(put(put(two, 'c', 5), 'b', 6).map(({ key, value }) => `${key}${value}`)).toEqual(['a1', 'b6', 'c5']);
  expect(put([{ key: 'x', value: 0 }], 'x', 1)).toEqual([{ key: 'x', value: 1 }]);
});

test('words are not taken for others that read the same', () => {
  expect(keyOfWords('a,b', 'c')).not.toBe(keyOfWords('a', 'b,c'));
});

test('ten thousand of them are put in moments', () => {
  let list: readonly One[] = [];
  const begun = performance.now();
  for (let n = 0; n < 10_000; n++) list = put(list, `recording-${n}`, n);
  for (let n = 0; n < 10_000; n++) list = put(list, `recording-${n}`, n + 1);
  expect(list).toHaveLength(10_000);
  expect(list[9_999]).toEqual({ key: 'recording-9999', value: 10_000 });
  expect(performance.now() - begun).toBeLessThan(10_000);
});
