/** Modal's own words on one line: without decoration, without secrets. Pure. */

/** Tokens and secrets by their kind: "ak-…". */
export const masked = (text: string): string => text.replace(/\b(ak|as|wk|ws|ov|rt)-[A-Za-z0-9]{6,}/g, '$1-…');

const plain = (text: string): string =>
  text
    .replace(/\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)/g, '')
    // What is drawn around an error, but not what is drawn beside a list of objects.
    .replace(/[─-▟]+/g, ' ')
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '');

const lengthOfAll = 300;

/** One line of a few hundred characters. */
export const oneLine = (text: string): string => {
  const line = masked(plain(text)).replace(/\s+/g, ' ').trim();
  return line.length > lengthOfAll ? `${line.slice(0, lengthOfAll - 1)}…` : line;
};

/**
 * What the `modal` program says last of all: its "Error: …" (or, of older versions, what stands in its box), the end of a traceback,
 * or its last line. `type` is the exception's name where a traceback tells it.
 */
export const lastWords = (output: string): { readonly type: string; readonly text: string } => {
  const lines = output.split('\n').map(line => line.trimEnd());
  const box = lines.findLastIndex(line => /^╭─+ (Modal )?Error ─/.test(line));
  const boxEnd = lines.findIndex((line, index) => index > box && line.startsWith('╰'));
  if (box >= 0 && boxEnd > box) return { type: '', text: lines.slice(box + 1, boxEnd).join('\n') };
  const told = lines.findLastIndex(line => line.startsWith('Error: '));
  if (told >= 0) return { type: '', text: lines.slice(told).join('\n').slice('Error: '.length) };
  const raised = lines.findLastIndex(line => /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Failure|Interrupt|Warning)\b:?/.test(line));
  if (raised >= 0) {
    const text = lines.slice(raised).join('\n');
    const [, type = '', rest = ''] = /^(?:[A-Za-z_]\w*\.)*([A-Z]\w*):?\s*([\s\S]*)$/.exec(text) ?? [];
    return { type, text: rest.trim() === '' ? type : rest };
  }
  return { type: '', text: lines.findLast(line => line.trim() !== '') ?? 'it said nothing' };
};
