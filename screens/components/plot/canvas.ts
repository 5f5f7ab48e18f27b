/** A grid of cells, each of 2×4 braille dots or one marker. */
import type { Span } from '../../app/text.ts';
import type { Role } from '../../app/theme.ts';

const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

type Cell = { bits: number; marker?: string; role?: Role };

export type Canvas = {
  /** From one corner to the other: x and y in 0…1, y upwards. */
  line(x0: number, y0: number, x1: number, y1: number, role: Role): void;
  /** In dots, two a column and four a row, downwards from the upper left: all of column `x` from `from` to `to`, in either order. */
  stroke(x: number, from: number, to: number, role?: Role): void;
  marker(x: number, y: number, glyph: string, role: Role): void;
  row(n: number): readonly Span[];
};

export const createCanvas = (columns: number, rows: number): Canvas => {
  const grid: Cell[][] = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ bits: 0 })));
  const dotX = (x: number) => Math.round(x * (columns * 2 - 1));
  const dotY = (y: number) => Math.round((1 - y) * (rows * 4 - 1));
  const dot = (x: number, y: number, role: Role | undefined) => {
    const cell = grid[y >> 2]?.[x >> 1];
    if (cell === undefined) return;
    cell.bits |= dotBits[(y & 3) as 0 | 1 | 2 | 3][(x & 1) as 0 | 1];
    if (role !== undefined) cell.role = role;
  };
  return {
    line(x0, y0, x1, y1, role) {
      const [ax, ay, bx, by] = [dotX(x0), dotY(y0), dotX(x1), dotY(y1)];
      const length = Math.max(Math.abs(bx - ax), Math.abs(by - ay), 1);
      for (let n = 0; n <= length; n++) dot(Math.round(ax + ((bx - ax) * n) / length), Math.round(ay + ((by - ay) * n) / length), role);
    },
    stroke(x, from, to, role) {
      const first = Math.max(0, Math.min(from, to));
      const last = Math.min(rows * 4 - 1, Math.max(from, to));
      for (let y = first; y <= last; y++) dot(x, y, role);
    },
    marker(x, y, glyph, role) {
      const cell = grid[dotY(y) >> 2]?.[dotX(x) >> 1];
      if (cell === undefined) return;
      cell.marker = glyph;
      cell.role = role;
    },
    row(n) {
      const spans: { text: string; role?: Role }[] = [];
      for (const { bits, marker, role } of grid[n] ?? []) {
        const text = marker ?? (bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits));
        const last = spans.at(-1);
        if (last !== undefined && last.role === role) last.text += text;
        else spans.push(role === undefined ? { text } : { text, role });
      }
      return spans;
    },
  };
};
