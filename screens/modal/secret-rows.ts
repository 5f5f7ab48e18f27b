/** The list of secrets: those that are there, and those that we know and that are not. Pure. */

import type { KnownSecret } from '../../src/secrets/known.ts';
import type { SecretInfo } from '../../src/secrets/secrets.ts';
import { ago } from '../../src/text/format.ts';
import { dim, type LineLike, padEnd, span, truncate } from '../app/text.ts';

export type SecretRow = { readonly name: string; readonly found?: SecretInfo; readonly known?: KnownSecret };

export const secretRows = (found: readonly SecretInfo[], known: readonly KnownSecret[]): readonly SecretRow[] => {
  const ofName = (name: string): KnownSecret | undefined => known.find(one => one.name === name);
  const there = found.map((one): SecretRow => {
    const about = ofName(one.name);
    return { name: one.name, found: one, ...(about !== undefined && { known: about }) };
  });
  const absent = known
    .filter(({ name }) => !found.some(one => one.name === name))
    .map((one): SecretRow => ({ name: one.name, known: one }));
  return [...there, ...absent];
};

const nameWidth = 24;

export const secretLine = ({ name, found }: SecretRow, now: number, columns: number): LineLike => {
  const head = padEnd(name, nameWidth);
  if (found === undefined) return [head, '  ', dim('not made')];
  const about = found.missing.length > 0 ? span('warn', `! lacks ${found.missing.join(', ')}`) : span('ok', '✓ there');
  const used = found.used === null ? 'not used yet' : `used ${ago(found.used, now)}`;
  return [head, '  ', about, dim(truncate(`  ${used}`, Math.max(0, columns - nameWidth - about.text.length - 4)))];
};

export const secretAbout = ({ found, known }: SecretRow): readonly string[] => [
  ...(known === undefined ? [] : [known.title]),
  ...(found === undefined
    ? [`Needs ${known?.keys.flatMap(({ key, required }) => (required ? [key] : [])).join(', ')}. Enter asks for them.`]
    : [
        found.keys === null
          ? 'Modal does not tell its keys.'
          : `Has ${found.keys.join(', ')}. Values cannot be seen; Enter writes over all of it.`,
      ]),
];
