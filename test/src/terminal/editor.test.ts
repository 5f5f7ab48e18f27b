import { expect, test } from 'vitest';
import { editorArguments, editorOf, openEditor } from '../../../src/terminal/editor.ts';

test.each([
  ['vi', ['+12', 'a b.cpp']],
  ['/usr/bin/nvim -p', ['+12', 'a b.cpp']],
  ['nano', ['+12', 'a b.cpp']],
  ['emacs -nw', ['+12', 'a b.cpp']],
  ['code --wait', ['-g', 'a b.cpp:12']],
  ['"/opt/my editors/code" -w', ['-g', 'a b.cpp:12']],
  ['hx', ['a b.cpp:12']],
  ['unheard-of', ['a b.cpp']],
])('%s', (editor, args) => expect(editorArguments(editor, 'a b.cpp', 12)).toEqual(args));

test('VISUAL comes before EDITOR; what is empty is none', () => {
  expect(editorOf({ VISUAL: 'vim', EDITOR: 'ed' })).toBe('vim');
  expect(editorOf({ VISUAL: ' ', EDITOR: 'ed' })).toBe('ed');
  expect(editorOf({})).toBeUndefined();
});

test('what went wrong is said', () => {
  expect(openEditor('true', '/dev/null', 1)).toBeUndefined();
  expect(openEditor('false', '/dev/null', 1)).toBe('false ended with code 1.');
  expect(openEditor('/no/such/editor', '/dev/null', 1)).toContain('no program that can be run');
});
