/** Draws a terminal screen as an SVG: one text element for each run of cells that look alike. */
import type xterm from '@xterm/headless';

const cell = { width: 8.4, height: 18 };
const padding = 14;
const fontSize = 14;
const background = '#11131a';
const foreground = '#d7dae0';

/** The sixteen colours, in a palette with enough contrast on the background above. */
const sixteen = [
  '#3b4048',
  '#ff6b6b',
  '#8bd67f',
  '#e5c07b',
  '#6cb6ff',
  '#d2a8ff',
  '#56d4dd',
  '#c8ccd4',
  '#7d8590',
  '#ff8e8e',
  '#a5e09b',
  '#f0d399',
  '#96ccff',
  '#e2c5ff',
  '#87e4ea',
  '#ffffff',
];

const hex = (value: number): string => `#${value.toString(16).padStart(6, '0')}`;

const palette = (index: number): string => {
  if (index < 16) return sixteen[index] ?? foreground;
  if (index >= 232) return hex((8 + (index - 232) * 10) * 0x010101);
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  const value = index - 16;
  return hex((level(Math.floor(value / 36)) << 16) | (level(Math.floor(value / 6) % 6) << 8) | level(value % 6));
};

type Look = { fg: string; bg: string | undefined; bold: boolean; dim: boolean; underline: boolean };

const lookOf = (data: NonNullable<ReturnType<NonNullable<ReturnType<xterm.IBuffer['getLine']>>['getCell']>>): Look => {
  const fg = data.isFgRGB() ? hex(data.getFgColor()) : data.isFgPalette() ? palette(data.getFgColor()) : foreground;
  const bg = data.isBgRGB() ? hex(data.getBgColor()) : data.isBgPalette() ? palette(data.getBgColor()) : undefined;
  const look = { bold: data.isBold() !== 0, dim: data.isDim() !== 0, underline: data.isUnderline() !== 0 };
  return data.isInverse() !== 0 ? { fg: bg ?? background, bg: fg, ...look } : { fg, bg, ...look };
};

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (value: number): string => String(Math.round(value * 10) / 10);

/** @param title what the picture shows, for those who cannot see it. */
export const toSvg = (terminal: xterm.Terminal, title: string): string => {
  const { cols, rows } = terminal;
  const buffer = terminal.buffer.active;
  const width = cols * cell.width + 2 * padding;
  const height = rows * cell.height + 2 * padding;
  const shapes: string[] = [];

  for (let row = 0; row < rows; row++) {
    const line = buffer.getLine(buffer.baseY + row);
    if (line === undefined) continue;
    const y = padding + row * cell.height;
    let run: { start: number; end: number; text: string; look: Look } | undefined;
    const flush = () => {
      if (run === undefined) return;
      const x = padding + run.start * cell.width;
      const length = (run.end - run.start) * cell.width;
      if (run.look.bg !== undefined)
        shapes.push(`<rect x="${round(x)}" y="${y}" width="${round(length)}" height="${cell.height}" fill="${run.look.bg}"/>`);
      if (run.text.trim() !== '') {
        const style = [
          run.look.fg === foreground ? '' : ` fill="${run.look.fg}"`,
          run.look.bold ? ' font-weight="bold"' : '',
          run.look.dim ? ' opacity="0.6"' : '',
          run.look.underline ? ' text-decoration="underline"' : '',
        ].join('');
        shapes.push(
          `<text x="${round(x)}" y="${round(y + cell.height * 0.75)}" textLength="${round(length)}"${style}>${escapeXml(run.text)}</text>`,
        );
      }
      run = undefined;
    };
    for (let column = 0; column < cols; column++) {
      const data = line.getCell(column);
      if (data === undefined || data.getWidth() === 0) continue;
      const text = data.getChars() || ' ';
      const look = lookOf(data);
      const same = run !== undefined && JSON.stringify(run.look) === JSON.stringify(look);
      // Gaps of blanks split a run, so that text far right stays on its column in any font.
      if (!same || (text === ' ' && run?.text.endsWith(' '))) {
        flush();
        run = { start: column, end: column + data.getWidth(), text, look };
      } else if (run !== undefined) {
        run.text += text;
        run.end = column + data.getWidth();
      }
    }
    flush();
  }

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" role="img" aria-label="${escapeXml(title)}">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${fontSize}" fill="${foreground}" xml:space="preserve">`,
    ...shapes,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};
