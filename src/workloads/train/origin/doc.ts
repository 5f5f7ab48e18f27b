/** The table of docs/coming-from-brain-go-brr.md that says what becomes of each field, from the fields themselves. Pure. */
import type { OriginField } from './field.ts';
import { originFields } from './fields/fields.ts';
import { fieldsText, grouped } from './notes.ts';

const fateText = ({ fate, to }: OriginField): string => (to === undefined ? fate : `${fate}: \`${to}\``);

const row = (group: readonly OriginField[]): string => {
  const [first] = group;
  if (first === undefined) return '';
  const names = fieldsText(group.map(({ field }) => field))
    .split(/, (?![^{]*\})/)
    .map(name => `\`${name}\``)
    .join(', ');
  const refused = first.refused === undefined ? '' : ` **Refused:** ${first.refused}.`;
  return `| ${names}${first.dead ? ' †' : ''} | ${fateText(first)} | ${first.why}.${refused} |`;
};

export const originTable = (): string =>
  [
    '| there | here | why |',
    '|---|---|---|',
    ...grouped(originFields, ({ fate, to, why, refused, dead }) => `${fate} ${to} ${why} ${refused} ${dead}`).map(row),
  ].join('\n');
