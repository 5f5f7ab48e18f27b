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
  '▁': '_',
  '▂': '_',
  '▃': '.',
  '▄': '-',
  '▅': '=',
  '▆': '=',
  '▇': '#',
  '⋅': '.',
  '\u2800': ' ',
};

const isBraille = (character: string): boolean => character >= '\u2801' && character <= '\u28ff';

/** Dots of each of the four rows of a cell, from the top. */
const brailleRows = [0x09, 0x12, 0x24, 0xc0] as const;

/** By which rows have dots, the top one first: as high in its cell as the dots are, so that a curve stays one. */
const brailleTwins: Readonly<Record<string, string>> = {
  1000: "'",
  1100: "'",
  '0100': '-',
  '0110': '-',
  '0010': '.',
  '0011': '.',
  '0001': '_',
  1110: '|',
  '0111': '|',
  1111: '|',
};

const brailleTwin = (character: string): string => {
  const bits = character.charCodeAt(0) - 0x2800;
  return brailleTwins[brailleRows.map(row => ((bits & row) === 0 ? '0' : '1')).join('')] ?? ':';
};

/** Every character that is not ASCII becomes its twin; an unknown one becomes as many `?` as it had columns. */
export const toAscii = (text: string): string => {
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return Array.from(text, character => {
    if (character <= '\x7f') return character;
    return twins[character] ?? (isBraille(character) ? brailleTwin(character) : '?'.repeat(stringWidth(character)));
  }).join('');
};
