import { Box, Text } from 'ink';
import { type CellProps, Table } from 'ink-table';
import type { PropsWithChildren } from 'react';
import { toAscii } from '../../../src/terminal/ascii.ts';
import { useUi } from '../../app/context.tsx';
import { theme } from '../../app/theme.ts';
import { Lines } from '../lines.tsx';
import { windowOf } from '../list.ts';
import { cellText, layOut, limited, type TableCell, type TableColumn } from './columns.ts';
import { readTone, type Tone, withTone } from './tone.ts';

export type DataTableProps = {
  readonly columns: readonly TableColumn[];
  /** As many as are shown cost time: ink-table lays out every cell on every frame. */
  readonly rows: readonly (readonly TableCell[])[];
  /** Which row has the cursor; −1 for none. */
  readonly cursor: number;
  /** Columns of the terminal there are. */
  readonly room: number;
  /** Lines there are, with the heading. */
  readonly height: number;
};

/** Space parts rows and columns, so the ruled lines of ink-table draw nothing. */
const NoRules = (): React.JSX.Element => <Text />;

const Cell = ({ children }: PropsWithChildren<Partial<CellProps>>): React.JSX.Element => {
  const { unicode } = useUi();
  const { text, tone } = readTone(String(children));
  const style = tone.role === undefined ? {} : theme[tone.role];
  return (
    <Text {...style} {...(tone.bold ? { bold: true } : {})} wrap="truncate-end">
      {unicode ? text : toAscii(text)}
    </Text>
  );
};

const titleTone = { role: 'dim' } as const;

/** More rows would cost more than a frame's time. */
const mostRows = 40;

/** Of a short table what fits, drawn by ink-table: headings, aligned columns, a ▸ at the cursor. */
export const DataTable = ({ columns, rows: all, cursor: at, room, height }: DataTableProps) => {
  const { start, end, more } = windowOf(all.length, at, Math.min(mostRows, height - 1));
  const rows = all.slice(start, end);
  const cursor = at - start;
  const marked: readonly TableColumn[] = [{ title: ' ', drop: 0 }, ...columns];
  const markedRows = rows.map((row, n): readonly TableCell[] => [n === cursor ? { text: '▸', role: 'accent', bold: true } : ' ', ...row]);
  const { shown, limits } = layOut(marked, markedRows, room);
  const key = (n: number) => withTone(marked[n]?.title ?? '', titleTone);
  const data = markedRows.map((row, n) =>
    Object.fromEntries(
      shown.map(column => {
        const cell = row[column];
        const tone: Tone = typeof cell === 'object' ? cell : {};
        return [
          key(column),
          withTone(limited(cellText(cell), limits[column]), n === cursor && tone.role === undefined ? { bold: true } : tone),
        ];
      }),
    ),
  );
  const table = (
    <Table
      // ink-table keeps the drawing functions it was made with: a new layout needs a new table.
      key={`${room}:${shown.join()}`}
      data={data}
      columns={shown.map(n => ({ key: key(n), align: marked[n]?.align ?? 'left' }))}
      header={Cell}
      cell={Cell}
      skeleton={NoRules}
    />
  );
  if (more === undefined) return table;
  return (
    <Box flexDirection="column">
      {table}
      <Lines lines={[more]} columns={room} />
    </Box>
  );
};
