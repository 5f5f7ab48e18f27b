/** Who was trained where and tested where, as lines. Pure. */
import { fraction, share } from '../../../src/workloads/evaluate/figures.ts';
import { type Cell, type Matrix, matrixRule } from '../../../src/workloads/evaluate/matrix.ts';
import { bold, type Column, cells, dim, fitLine, type Line, line, span, wrap } from '../../app/text.ts';

/** "[0.912 / 0.78]" */
const cellWidth = 15;

const cellText = ({ own, score }: Cell) => {
  const text = score === undefined ? '–' : `${fraction(score.auroc)} / ${share(score.f1)}`;
  return own ? span('accent', `[${text}]`) : { text };
};

/** As many datasets as there is room for; the others are counted. */
export const matrixLines = ({ datasets, rows }: Matrix, columns: number): readonly Line[] => {
  const shown = Math.max(1, Math.min(datasets.length, Math.floor((columns - 16) / (cellWidth + 2))));
  const right: Column = { width: cellWidth, align: 'right' };
  const layout: readonly Column[] = [{ width: Math.max(12, columns - shown * (cellWidth + 2) - 2) }, ...Array<Column>(shown).fill(right)];
  const hidden = datasets.length - shown;
  return [
    line(bold(`Trained on (rows), tested on (columns)${hidden > 0 ? ` · ${hidden} more in the report` : ''}`)),
    cells(['', ...datasets.slice(0, shown)].map(dim), layout),
    ...rows.map(row => cells([`${row.title} · ${row.trainedOn.join(', ')}`, ...row.cells.slice(0, shown).map(cellText)], layout)),
    ...wrap(matrixRule, columns).map(part => line(dim(part))),
  ].map(one => fitLine(one, columns));
};
