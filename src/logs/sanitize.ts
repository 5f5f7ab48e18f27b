/** A job's text as it may reach a terminal. Pure. */
import stringWidth from 'string-width';

/** Anything that is not plain text: most lines have none of it and need no work. */
const suspicious = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/**
 * What steers a terminal, with its arguments: OSC, DCS, SOS, PM, APC up to their end; CSI; other escapes. An unfinished one is taken as
 * far as it goes.
 */
const sequences =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?/g;

/** Controls that are left, and the marks that make text read in another order than it is written. */
const leftovers = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const tabStop = 8;

/** Progress bars overwrite their line: what stands at the end is what they meant. */
const afterLastReturn = (text: string): string => {
  const ended = text.replace(/\r+$/, '');
  return ended.slice(ended.lastIndexOf('\r') + 1);
};

const expandTabs = (text: string, columns: number): string => {
  const [head = '', ...rest] = text.split('\t');
  let line = head;
  let column = stringWidth(head);
  for (const part of rest) {
    if (column > columns) break;
    const gap = tabStop - (column % tabStop);
    line += ' '.repeat(gap) + part;
    column += gap + stringWidth(part);
  }
  return line;
};

const graphemes = new Intl.Segmenter();

/** Characters of no width could make a line long without making it wide. */
const unitsPerColumn = 16;

const cut = (text: string, columns: number): string => {
  // No character is wider than two columns.
  if (text.length * 2 <= columns) return text;
  const bounded = text.slice(0, columns * unitsPerColumn);
  if (bounded.length === text.length && stringWidth(text) <= columns) return text;
  let kept = '';
  let width = 1;
  for (const { segment } of graphemes.segment(bounded)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return `${kept}…`;
};

/** `line` without its newline; `columns`: the most it may be wide, the ellipsis of a cut one included. */
export const sanitizeLine = (line: string, columns: number = 2000): string => {
  if (!suspicious.test(line)) return cut(line, columns);
  const text = afterLastReturn(line.replace(sequences, ''));
  return cut((text.includes('\t') ? expandTabs(text, columns) : text).replace(leftovers, ''), columns);
};
