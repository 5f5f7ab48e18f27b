import { describe, expect, test } from 'vitest';
import { type Entry, type Scope, scopeTitles } from '../../../screens/app/entry.ts';
import { commandFor, entriesFor, footerPlace, keymap, modalScopes } from '../../../screens/app/keymap.ts';
import { lineWidth, plainText } from '../../../screens/app/text.ts';
import { footerLine } from '../../../screens/components/footer.ts';

const scopes = Object.keys(scopeTitles) as Scope[];
const entries = keymap as readonly Entry[];

describe.each(scopes)('%s', scope => {
  test('no key means two things', () => {
    const keys = entriesFor(scope).flatMap(entry => entry.keys);
    expect(keys.filter((key, n) => keys.indexOf(key) !== n)).toEqual([]);
  });

  test('no two commands want the same place in the footer', () => {
    const places = entriesFor(scope).flatMap(entry => footerPlace(entry, scope) ?? []);
    expect(places.filter((place, n) => places.indexOf(place) !== n)).toEqual([]);
  });

  test('Ctrl-C leaves', () => {
    expect(commandFor(scope, 'ctrl-c')?.id).toBe('interrupt');
  });

  test.skipIf(modalScopes.has(scope))('? helps, q quits, esc goes back', () => {
    expect(['?', 'q', 'esc'].map(key => commandFor(scope, key)?.id)).toEqual(['more', 'quit', 'back']);
  });

  test.each([20, 48, 58, 78, 118])('the footer fits %i columns and keeps “? more”', columns => {
    const line = footerLine(entriesFor(scope), scope, columns);
    expect(lineWidth(line)).toBeLessThanOrEqual(columns);
    if (!modalScopes.has(scope)) expect(plainText([line])).toMatch(/\? more$/);
  });
});

test('ids are unique', () => {
  const ids = entries.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every way down a list has its vim key', () => {
  for (const [arrow, letter] of [
    ['down', 'j'],
    ['up', 'k'],
  ] as const)
    for (const scope of scopes.filter(name => !modalScopes.has(name)))
      expect(commandFor(scope, arrow)?.id, `${scope} ${arrow}`).toBe(commandFor(scope, letter)?.id);
});

test('the footer at 80 columns', () => {
  const shown = scopes.map(scope => `${scope.padEnd(9)}|${plainText([footerLine(entriesFor(scope), scope, 78)])}`);
  expect(shown).toMatchInlineSnapshot(`
    [
      "anywhere |                                                                        ? more",
      "home     |enter open   b benchmark   t train   e evaluate   r all runs            ? more",
      "own      |enter next   r look first   e another name   ↑↓ choose                  ? more",
      "what     |enter next   space choose   r at a recall   ↑↓ choose                   ? more",
      "evaluation|enter trace   b baselines   c compare   r report (HTML)   t TSV         ? more",
      "training |enter trace   v curves   e evaluate   c compare   r report (HTML)       ? more",
      "trace    |← → time   + - zoom   [ ] gain   n p next   m montage                   ? more",
      "evaluate |enter next   ↑↓ choose                                                  ? more",
      "prepare  |enter next   ↑↓ choose                                                  ? more",
      "train    |enter next   m model   s seeds   n your own                             ? more",
      "model    |enter next   c check   e another name                                   ? more",
      "gpus     |enter next   space mark   b budget                                      ? more",
      "where    |enter next   m Modal   p prices   ↑↓ choose                             ? more",
      "sign-in  |enter go on   t token   o browser   n somebody else   p profile         ? more",
      "hardware |enter next   s sort   / filter   m measure   + - containers             ? more",
      "dataset  |enter next   y sync   / filter   i what is in it   ↑↓ choose            ? more",
      "inventory|enter take it   w warnings                                              ? more",
      "secrets  |enter fill in   n another   D delete   r look again   ↑↓ choose         ? more",
      "secret   |enter type   s save   a add a key   ↑↓ choose                           ? more",
      "setup    |enter go on                                                             ? more",
      "review   |enter start   i what   w hardware   d dataset   b budget                ? more",
      "monitor  |enter result   l log   v large   x stop   R resume                      ? more",
      "result   |enter run again   l log   p plot/table   r report (HTML)   c compare    ? more",
      "log      |! errors   G follow   / search   e edit   ↑↓ scroll                     ? more",
      "runs     |enter open   space mark   R resume   x stop   c compare                 ? more",
      "costs    |space by   m month                                                      ? more",
      "compare  |enter result   p plot   n notes   c ranking   b baseline                ? more",
      "compare-with|enter compare                                                           ? more",
      "doctor   |enter mend   r check again   t self-test   s try Modal   ↑↓ choose      ? more",
      "selftest |enter start                                                             ? more",
      "help     |enter run it   esc close   ↑↓ choose",
      "text     |enter take it   esc leave it   ctrl-u clear",
      "offer    |enter fetch   f from a path   esc not now",
      "stop     |enter let it run   s stop it",
      "confirm  |enter no   y yes",
      "spend    |enter not now   y start, and pay",
      "quit     |enter leave it running   s stop it   esc stay",
    ]
  `);
});
