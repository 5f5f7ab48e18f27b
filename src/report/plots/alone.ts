/** A drawing as a file of its own: on a ground, under its title, told in words. Pure. */
import { escaped } from '../html.ts';
import type { Ink } from './ink.ts';

export type Heading = {
  readonly title: string;
  /** What it is of, the largest first; as many lines as they need. */
  readonly parts: readonly string[];
  /** What it shows, in words. */
  readonly told: string;
};

const margin = 18;
const titleSize = 18;
const lineSize = 13;
const lineHeight = 18;

/** Of a letter, on average and rather too wide, as a share of its size. */
const letter = 0.52;

const linesOf = (parts: readonly string[], width: number): readonly string[] => {
  const most = Math.floor(width / (lineSize * letter));
  const lines: string[] = [];
  for (const part of parts) {
    const joined = [...lines.slice(-1), part].join(' · ');
    if (lines.length === 0 || joined.length > most) lines.push(part);
    else lines[lines.length - 1] = joined;
  }
  return lines;
};

const text = (ink: Ink, colour: string, size: number, y: number, words: string): string =>
  `<text x="${margin}" y="${y}" font-family="${escaped(ink.font)}" font-size="${size}" fill="${colour}">${escaped(words)}</text>`;

/** `svg`: with its width and height. Throws where it has none. */
export const alone = (svg: string, { title, parts, told }: Heading, ink: Ink): string => {
  const [, wide, high] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (wide === undefined || high === undefined) throw new Error('A drawing without a size');
  const lines = linesOf(parts, Number(wide));
  const top = margin + titleSize + lines.length * lineHeight + 14;
  const [width, height] = [Number(wide) + 2 * margin, Number(high) + top + margin];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><desc>${escaped(told)}</desc>
<rect width="${width}" height="${height}" fill="${ink.ground}"/>
${text(ink, ink.text, titleSize, margin + titleSize - 4, title)}
${lines.map((line, n) => text(ink, ink.quiet, lineSize, margin + titleSize + (n + 1) * lineHeight - 1, line)).join('\n')}
<svg x="${margin}" y="${top}" width="${wide}" height="${high}" ${svg.slice(svg.indexOf('viewBox='))}
</svg>
`;
};
