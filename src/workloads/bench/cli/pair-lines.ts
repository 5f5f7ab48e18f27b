import { table } from '../../../cli/text/table.ts';
import type { Pair } from '../compare/compare.ts';
import { levelText, qpsRange, questionText, ratioRange, ratioText, readingText, sameMark } from '../compare/words.ts';

export const pairLines = ({ base, other, rows }: Pair): readonly string[] => {
  const columns = [
    { head: 'at recall' },
    { head: base.label, right: true },
    { head: 'QPS from–to', right: true },
    { head: other.label, right: true },
    { head: 'QPS from–to', right: true },
    { head: 'ratio', right: true },
    { head: 'from–to', right: true },
    { head: '' },
  ];
  const cells = rows.map(row => [
    levelText(row.level),
    readingText(row.base),
    row.base.reached ? qpsRange(row.base.qps) : '–',
    readingText(row.other),
    row.other.reached ? qpsRange(row.other.qps) : '–',
    row.ratio === undefined ? '–' : ratioText(row.ratio.value),
    row.ratio === undefined ? '–' : ratioRange(row.ratio),
    row.same ? sameMark : '',
  ]);
  return [`${questionText(other)}: ${other.label} / ${base.label}`, ...(rows.length === 0 ? [] : table(columns, cells))];
};
