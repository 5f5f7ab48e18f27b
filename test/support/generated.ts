/** Pages of docs/ that are written by hand but for parts which are made of what the program reads. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/util/paths.ts';

export const docPath = (name: string): string => path.join(packageRoot, 'docs', name);

export const readDoc = (name: string): string => readFileSync(docPath(name), 'utf8');

/** Of a page, what stands between `<!-- NAME: … -->` and the next `<!-- end -->`. */
const part = (name: string): RegExp => new RegExp(`(<!-- ${name}: [^\\n]* -->\\n)([^]*?)(<!-- end -->)`);

export const generatedIn = (page: string, name: string): string => {
  const found = part(name).exec(page);
  if (found === null) throw new Error(`the page has no part called ${name}`);
  return found[2] ?? '';
};

/** The page with these parts put in place of what was there. */
export const withGenerated = (page: string, parts: Readonly<Record<string, string>>): string =>
  Object.entries(parts).reduce((text, [name, body]) => {
    generatedIn(text, name);
    return text.replace(part(name), (_, begin: string, __, end: string) => `${begin}\n${body}\n\n${end}`);
  }, page);
