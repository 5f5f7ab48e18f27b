/** The bottom line: the keys that matter here, and `? more`, which is never cut off. Pure. */

import type { Entry, Scope } from '../app/entry.ts';
import { footerPlace, keyLabel, modalScopes } from '../app/keymap.ts';
import { dim, type Line, leftRight, lineWidth, type Span, span } from '../app/text.ts';

const most = 5;
const more: Line = [span('accent', '?'), dim(' more')];

const hint = ({ keys, shown, label }: Entry): Line => [span('accent', shown ?? keyLabel(keys[0] ?? '')), dim(` ${label}`)];

/** As many hints as fit, by priority; a hint is shown whole or not at all. `entries`: those that can be done now. */
export const footerLine = (entries: readonly Entry[], scope: Scope, columns: number): Line => {
  const right: Line = modalScopes.has(scope) ? [] : more;
  const room = columns - lineWidth(right) - 2;
  const wanted = entries
    .filter(entry => footerPlace(entry, scope) !== undefined)
    .toSorted((a, b) => (footerPlace(a, scope) ?? 0) - (footerPlace(b, scope) ?? 0))
    .slice(0, most);
  const left: Span[] = [];
  let used = 0;
  for (const entry of wanted) {
    const spans = hint(entry);
    const width = lineWidth(spans) + (left.length === 0 ? 0 : 3);
    if (used + width > room) break;
    if (left.length > 0) left.push({ text: '   ' });
    left.push(...spans);
    used += width;
  }
  return leftRight(left, right, columns);
};
