/** A table as lines, its columns as many as fit: for what is read, not chosen from. Pure. */
import { cells, dim, type Line, type Span, span, textWidth } from '../../app/text.ts';
import { cellText, layOut, type TableCell, type TableColumn } from './columns.ts';

const asSpan = (cell: TableCell | undefined): string | Span => {
  if (typeof cell !== 'object') return cell ?? '';
  const shown = cell.role === undefined ? { text: cell.text } : span(cell.role, cell.text);
  return cell.bold === true ? { ...shown, bold: true } : shown;
};

/** Heading and a line a row, none wider than `room` as long as the columns that always stay are not. */
export const tableLines = (columns: readonly TableColumn[], rows: readonly (readonly TableCell[])[], room: number): readonly Line[] => {
  const { shown, limits } = layOut(columns, rows, room);
  const widths = shown.map(n => {
    const natural = Math.max(textWidth(columns[n]?.title ?? ''), ...rows.map(row => textWidth(cellText(row[n]))));
    return { width: Math.min(natural, limits[n] ?? natural), align: columns[n]?.align ?? ('left' as const) };
  });
  return [
    cells(
      shown.map(n => dim(columns[n]?.title ?? '')),
      widths,
    ),
    ...rows.map(row =>
      cells(
        shown.map(n => asSpan(row[n])),
        widths,
      ),
    ),
  ];
};
