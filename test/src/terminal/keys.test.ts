import type { Key } from 'ink';
import { describe, expect, test } from 'vitest';
import { createInputReader, toKeyPresses } from '../../../src/terminal/keys.ts';

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};
const names = (input: string, key: Partial<Key> = {}) => toKeyPresses(input, { ...none, ...key }).map(({ name }) => name);

describe('key names', () => {
  test.each<readonly [string, string, Partial<Key>, readonly string[]]>([
    ['an arrow', '', { upArrow: true }, ['up']],
    ['page down', '', { pageDown: true }, ['pgdn']],
    ['0x7F, which Ink 6 calls delete', '', { delete: true }, ['backspace']],
    ['Ctrl-H', '', { backspace: true }, ['backspace']],
    ['Escape, which Ink 6 marks as meta', '', { escape: true, meta: true }, ['esc']],
    ['two Escapes in one read', '\x1b', { escape: true, meta: true }, ['esc', 'esc']],
    ['Escape and a letter in one read', 'j', { meta: true }, ['esc', 'j']],
    ['Enter', '\r', { return: true }, ['enter']],
    ['Ctrl-C', 'c', { ctrl: true }, ['ctrl-c']],
    ['Shift-Tab', '', { tab: true, shift: true }, ['shift-tab']],
    ['a capital', 'G', { shift: true }, ['G']],
    ['a space', ' ', {}, ['space']],
    ['a burst', 'jj\r', {}, ['j', 'j', 'enter']],
    ['a burst with Ctrl-C in it', 'q\x03', {}, ['q', 'ctrl-c']],
    ['a character beyond the basic plane', '𝄞', {}, ['𝄞']],
  ])('%s', (_, input, key, expected) => {
    expect(names(input, key)).toEqual(expected);
  });

  test('only what is printed types anything', () => {
    const [space, letter, enter] = toKeyPresses(' ü\r', none);
    expect([space?.text, letter?.text, enter?.text]).toEqual([' ', 'ü', '']);
  });
});

describe('paste', () => {
  test('comes as one event, whatever is in it', () => {
    const read = createInputReader();
    expect(read('[200~', none)).toEqual([]);
    expect(read('q/path', none)).toEqual([]);
    expect(read('', { ...none, return: true })).toEqual([]);
    expect(read('j', none)).toEqual([]);
    expect(read('[201~', none)).toEqual([{ kind: 'paste', text: 'q/path\nj' }]);
    expect(read('j', none)).toEqual([{ kind: 'key', press: { name: 'j', text: 'j' } }]);
  });

  test('of nothing is nothing', () => {
    const read = createInputReader();
    read('[200~', none);
    expect(read('[201~', none)).toEqual([]);
  });
});

test('a sequence that nobody knows types nothing', () => {
  const read = createInputReader();
  for (const sequence of ['[99~', '[1;5P', '[<0;10;10M']) expect(read(sequence, none)).toEqual([]);
});
