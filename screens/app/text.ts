/** Lines of styled text with a known width: what every screen is made of. Pure. */
import stringWidth from 'string-width';
import { typed } from '../../src/text/typed.ts';
import type { Role } from './theme.ts';

export type Span = {
  readonly text: string;
  readonly role?: Role;
  readonly bold?: boolean;
  readonly inverse?: boolean;
};

export type Line = readonly Span[];

/** What may be written where a line is wanted. */
export type LineLike = string | Span | readonly (string | Span | false | undefined)[];

const control = /[\u0000-\u001f\u007f-\u009f]/g;

/** Texts come from files and other programs too: no control character may reach the terminal. */
const clean = (text: string): string => typed(text).replace(control, ' ');

const toSpan = (part: string | Span): Span => (typeof part === 'string' ? { text: clean(part) } : { ...part, text: clean(part.text) });

export const line = (like: LineLike): Line => {
  if (typeof like === 'string') return [toSpan(like)];
  if ('text' in like) return [toSpan(like)];
  return like.filter(part => part !== false && part !== undefined).map(toSpan);
};

export const span = (role: Role, text: string): Span => ({ text, role });
export const dim = (text: string): Span => ({ text, role: 'dim' });
export const bold = (text: string): Span => ({ text, bold: true });
export const accent = (text: string): Span => ({ text, role: 'accent', bold: true });

export const textWidth = (text: string): number => stringWidth(text);
export const lineWidth = (spans: Line): number => spans.reduce((sum, { text }) => sum + stringWidth(text), 0);

const segmenter = new Intl.Segmenter();
const plainAscii = /^[\x20-\x7e]*$/;

/** The longest start of `text` that is at most `columns` wide. */
export const cut = (text: string, columns: number): string => {
  if (columns <= 0) return '';
  if (plainAscii.test(text)) return text.slice(0, columns);
  if (stringWidth(text) <= columns) return text;
  let used = 0;
  let result = '';
  for (const { segment } of segmenter.segment(text)) {
    used += stringWidth(segment);
    if (used > columns) break;
    result += segment;
  }
  return result;
};

/** Cuts with `…` where something is left off. */
export const truncate = (text: string, columns: number): string =>
  stringWidth(text) <= columns ? text : columns <= 0 ? '' : `${cut(text, columns - 1)}…`;

export const padEnd = (text: string, columns: number): string => {
  const fitted = truncate(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - stringWidth(fitted)));
};

export const padStart = (text: string, columns: number): string => {
  const fitted = truncate(text, columns);
  return ' '.repeat(Math.max(0, columns - stringWidth(fitted))) + fitted;
};

/** A line no wider than `columns`, cut with `…`. */
export const fitLine = (spans: Line, columns: number): Line => {
  if (lineWidth(spans) <= columns) return spans;
  const result: Span[] = [];
  let left = columns - 1;
  for (const part of spans) {
    const width = stringWidth(part.text);
    if (width <= left) {
      result.push(part);
      left -= width;
      continue;
    }
    result.push({ ...part, text: `${cut(part.text, left)}…` });
    break;
  }
  return columns <= 0 ? [] : result;
};

export const padLine = (spans: Line, columns: number): Line => {
  const missing = columns - lineWidth(spans);
  return missing > 0 ? [...spans, { text: ' '.repeat(missing) }] : spans;
};

/** Left and right on one line. The right part stays whole; the left is cut, and at least one column parts them. */
export const leftRight = (left: LineLike, right: LineLike, columns: number): Line => {
  const rightLine = fitLine(line(right), columns);
  const rightWidth = lineWidth(rightLine);
  if (rightWidth === 0) return fitLine(line(left), columns);
  const leftLine = fitLine(line(left), Math.max(0, columns - rightWidth - 2));
  return [...padLine(leftLine, columns - rightWidth), ...rightLine];
};

/** Breaks prose at spaces; a word that is wider than the line is cut through. */
export const wrap = (text: string, columns: number): readonly string[] => {
  if (columns <= 0) return [];
  const lines: string[] = [];
  let current = '';
  for (const word of clean(text).split(' ')) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (stringWidth(joined) <= columns) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    let rest = word;
    while (stringWidth(rest) > columns) {
      const head = cut(rest, columns);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    current = rest;
  }
  lines.push(current);
  return lines;
};

export const plainText = (lines: readonly Line[]): string =>
  lines
    .map(spans =>
      spans
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');

export type Column = {
  readonly width: number;
  readonly align?: 'left' | 'right';
};

/** Cells side by side, two columns apart. */
export const cells = (texts: readonly (string | Span)[], columns: readonly Column[]): Line =>
  texts.flatMap((cell, n) => {
    const { width, align } = columns[n] ?? { width: 0 };
    const whole = toSpan(cell);
    const text = align === 'right' ? padStart(whole.text, width) : padEnd(whole.text, width);
    return n === 0 ? [{ ...whole, text }] : [{ text: '  ' }, { ...whole, text }];
  });

/** The rows that are shown when `cursor` must be among them. */
export const windowStart = (cursor: number, count: number, height: number): number =>
  Math.max(0, Math.min(cursor - Math.floor(height / 2), count - height));
