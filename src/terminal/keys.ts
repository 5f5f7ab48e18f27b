/**
 * Key names, the same whatever the terminal and the Ink version.
 * Ink 6 calls 0x7F "delete", marks Escape as meta, and hands over a burst of keys as one string.
 */
import type { Key } from 'ink';

export type KeyPress = {
  /** `up`, `enter`, `esc`, `ctrl-d`, `space`, … or the character itself: `j`, `G`, `?`. */
  readonly name: string;
  /** What it types into a text field; empty for keys that type nothing. */
  readonly text: string;
};

const named = (name: string): KeyPress => ({ name, text: '' });

const arrows: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pgup'],
  ['pageDown', 'pgdn'],
  ['home', 'home'],
  ['end', 'end'],
];

/** One character as it comes from a terminal in raw mode. */
const fromCharacter = (character: string): KeyPress => {
  if (character === '\r' || character === '\n') return named('enter');
  if (character === '\t') return named('tab');
  if (character === '\x7f' || character === '\b') return named('backspace');
  if (character === '\x1b') return named('esc');
  if (character === ' ') return { name: 'space', text: ' ' };
  if (character < ' ') return named(`ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}`);
  return { name: character, text: character };
};

const fromBurst = (input: string): readonly KeyPress[] => Array.from(input, fromCharacter);

/** What Ink's `useInput` was given, as presses in order. */
export const toKeyPresses = (input: string, key: Key): readonly KeyPress[] => {
  const arrow = arrows.find(([property]) => key[property] === true);
  if (arrow !== undefined) return [named(arrow[1])];
  // Two in one read, as a slow line or a busy machine hands them over, are two presses; Ink calls them one with meta.
  if (key.escape) return input === '\x1b' ? [named('esc'), named('esc')] : [named('esc')];
  if (key.return) return key.meta ? [] : [named('enter')];
  if (key.tab) return [named(key.shift ? 'shift-tab' : 'tab')];
  // 0x7F is Backspace on every keyboard of today; Ink 6 reports it as delete, and the true Delete key likewise.
  if (key.backspace || key.delete) return [named('backspace')];
  if (key.ctrl && input.length === 1) return input >= 'a' && input <= 'z' ? [named(`ctrl-${input}`)] : fromBurst(input);
  // Escape and a letter that came in one read: on a slow line that is two presses, and Alt is bound to nothing.
  if (key.meta && input.length === 1) return [named('esc'), ...fromBurst(input)];
  return fromBurst(input);
};

const pasteStart = '[200~';
const pasteEnd = '[201~';
/** A sequence that nobody bound: Ink hands it over without its Escape. */
const unknownSequence = /^(?:\[[\d;:<=>?]*[A-Za-z~]|O[A-Za-z])$/;

export type InputEvent = { readonly kind: 'key'; readonly press: KeyPress } | { readonly kind: 'paste'; readonly text: string };

/** Joins what comes between the bracketed-paste marks into one event; everything else is presses. */
export const createInputReader = (): ((input: string, key: Key) => readonly InputEvent[]) => {
  let pasted: string | undefined;
  return (input, key) => {
    if (input === pasteStart) {
      pasted = '';
      return [];
    }
    if (input === pasteEnd) {
      const text = pasted ?? '';
      pasted = undefined;
      return text === '' ? [] : [{ kind: 'paste', text }];
    }
    if (pasted !== undefined) {
      pasted += key.return ? '\n' : key.tab ? '\t' : input;
      return [];
    }
    if (unknownSequence.test(input) && input.length > 2) return [];
    return toKeyPresses(input, key).map(press => ({ kind: 'key', press }));
  };
};
