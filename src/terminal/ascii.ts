/** ASCII twins, one column for one column, so that a layout made for Unicode holds without it. */
import stringWidth from 'string-width';

const twins: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '•': '*',
  '▸': '>',
  '·': '.',
  '›': '>',
  '–': '-',
  '—': '-',
  '…': '~',
  '≈': '~',
  '×': 'x',
  µ: 'u',
  '±': '~',
  '★': '*',
  '●': 'o',
  '○': 'O',
  '◆': '*',
  '■': '#',
  '▲': '^',
  '▼': 'V',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '↵': '<',
  '█': '#',
  '░': '.',
  '▏': '_',
  '─': '-',
  '│': '|',
  '┤': '|',
  '├': '|',
  '┼': '+',
  '┬': '+',
  '┴': '+',
  '└': '+',
  '┌': '+',
  '┐': '+',
  '┘': '+',
  '“': '"',
  '”': '"',
  '’': "'",
  '≥': '>',
  '≤': '<',
  '\u2800': ' ',
};

const isBraille = (character: string): boolean => character >= '\u2801' && character <= '\u28ff';

/** Every character that is not ASCII becomes its twin; an unknown one becomes as many `?` as it had columns. */
export const toAscii = (text: string): string => {
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return Array.from(text, character => {
    if (character <= '\x7f') return character;
    return twins[character] ?? (isBraille(character) ? '.' : '?'.repeat(stringWidth(character)));
  }).join('');
};
