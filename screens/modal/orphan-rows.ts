/** An app that no run here looks after, as one row. Pure. */

import { costOf, type Stranger } from '../../src/orphans/orphan.ts';
import { kindWords, strangerCostWords } from '../../src/orphans/words.ts';
import { rate } from '../../src/text/format.ts';
import { dim, type Line, line, padEnd, span } from '../app/text.ts';

/** "ann-tui-bench-7k2m9x-1" without what all have in common. */
const shortName = (name: string): string => name.replace(/^ann-tui-/, '');

export const strangerRow = (stranger: Stranger, now: number, columns: number): Line => {
  const wide = columns >= 96;
  return line([
    span('warn', '! '),
    padEnd(shortName(stranger.name), columns < 70 ? 15 : 18),
    '  ',
    wide ? padEnd(kindWords[stranger.kind], 34) : '',
    span('money', strangerCostWords(stranger, now)),
    dim(wide || columns < 70 ? '' : `  ${kindWords[stranger.kind]}`),
  ]);
};

/** "+ $1.80/h unknown": what they cost an hour, for the top line; undefined where there are none. */
export const strangersRate = (strangers: readonly Stranger[], now: number, columns: number): string | undefined => {
  if (strangers.length === 0) return undefined;
  const known = strangers.map(stranger => costOf(stranger, now).rate ?? 0).reduce((sum, one) => sum + one, 0);
  const count = `${strangers.length} unknown`;
  return known > 0 && columns >= 72 ? `${count} · ${rate(known)}` : count;
};
