/** Aligned columns: plain text, the same piped and on screen. */

export type Column = { readonly head: string; readonly right?: boolean };

/** Lines of the table, header first; trailing blanks are cut. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = columns.map(({ head }, index) => Math.max(head.length, ...rows.map(row => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ right }, index) => {
        const cell = cells[index] ?? '';
        const width = widths[index] ?? 0;
        return right ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)];
};
