/** An app that no run here looks after, as one row. Pure. */

import { costOf, type Orphan } from '../../src/orphans/orphan.ts';
import { kindWords, orphanCostWords } from '../../src/orphans/words.ts';
import { rate } from '../../src/text/format.ts';
import { dim, type Line, line, padEnd, span } from '../app/text.ts';

/** "ann-tui-bench-7k2m9x-1" without what all have in common. */
const shortName = (name: string): string => name.replace(/^ann-tui-/, '');

export const orphanRow = (orphan: Orphan, now: number, columns: number): Line => {
  const wide = columns >= 96;
  return line([
    span('warn', '! '),
    padEnd(shortName(orphan.name), columns < 70 ? 15 : 18),
    '  ',
    wide ? padEnd(kindWords[orphan.kind], 34) : '',
    span('money', orphanCostWords(orphan, now)),
    dim(wide || columns < 70 ? '' : `  ${kindWords[orphan.kind]}`),
  ]);
};

/** "+ $1.80/h unknown": what they cost an hour, for the top line; undefined where there are none. */
export const orphansRate = (orphans: readonly Orphan[], now: number, columns: number): string | undefined => {
  if (orphans.length === 0) return undefined;
  const known = orphans.map(orphan => costOf(orphan, now).rate ?? 0).reduce((sum, one) => sum + one, 0);
  const count = `${orphans.length} unknown`;
  return known > 0 && columns >= 72 ? `${count} · ${rate(known)}` : count;
};
