/**
 * ink-table hands a cell its column and padded text, but not its row. So each cell's text carries one private-use
 * character that says how to draw it. Every cell and heading carries exactly one: widths stay even.
 */
import type { Role } from '../../app/theme.ts';

const roles: readonly (Role | undefined)[] = [undefined, 'accent', 'ok', 'warn', 'danger', 'dim', 'money'];
const base = 0xe000;

export type Tone = { readonly role?: Role; readonly bold?: boolean };

export const withTone = (text: string, { role, bold }: Tone = {}): string =>
  String.fromCharCode(base + Math.max(0, roles.indexOf(role)) * 2 + (bold ? 1 : 0)) + text;

export const readTone = (text: string): { readonly text: string; readonly tone: Tone } => {
  const at = Array.from(text).findIndex(character => character >= '\ue000' && character <= '\uf8ff');
  if (at === -1) return { text, tone: {} };
  const code = text.charCodeAt(at) - base;
  const role = roles[code >> 1];
  return { text: text.slice(0, at) + text.slice(at + 1), tone: { ...(role === undefined ? {} : { role }), bold: (code & 1) === 1 } };
};
