/** Every next step that stands in the sources: what is given as a hint, as a fix, or as the last word of a usage error. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/util/paths.ts';

export type Written = { readonly where: string; readonly step: string };

/** Here `fix` is an option and its explanation. */
const table = 'src/cli/commands.ts';

const filesBelow = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => ending.test(name))
    .map(name => path.join(folder, name));

/** What stands in place of a value. */
const value = 'x1';

type Literal = { readonly text: string; readonly end: number };

/** The literal that begins at `at`: its text, values replaced. */
const literalAt = (code: string, at: number): Literal => {
  const quote = code[at];
  let text = '';
  for (let n = at + 1; n < code.length; n += 1) {
    if (code[n] === quote) return { text, end: n + 1 };
    if (code[n] === '\\') {
      n += 1;
      text += code[n];
    } else if (quote === '`' && code.startsWith('${', n)) {
      n = closing(code, n + 2) - 1;
      text += value;
    } else text += code[n];
  }
  return { text, end: code.length };
};

/** Behind the bracket that closes what is open at `at`. */
const closing = (code: string, at: number): number => {
  for (let n = at; n < code.length; n += 1) {
    const character = code[n] as string;
    if ('\'"`'.includes(character)) n = literalAt(code, n).end - 1;
    else if ('([{'.includes(character)) n = closing(code, n + 1) - 1;
    else if (')]}'.includes(character)) return n + 1;
  }
  return code.length;
};

/** The expressions from `at` on, parted by commas, up to what closes them; a property or a constant has one. */
const expressionsAt = (code: string, at: number): readonly string[] => {
  const found: string[] = [];
  let begin = at;
  for (let n = at; n < code.length; n += 1) {
    const character = code[n] as string;
    if ('\'"`'.includes(character)) n = literalAt(code, n).end - 1;
    else if ('([{'.includes(character)) n = closing(code, n + 1) - 1;
    else if (',)]};'.includes(character)) {
      found.push(code.slice(begin, n));
      begin = n + 1;
      if (character !== ',') break;
    }
  }
  return found.filter(expression => expression.trim() !== '');
};

/** The literals that an expression can become: not what is compared, looked up or given to a function. */
const results = (expression: string): readonly string[] => {
  const found: string[] = [];
  for (let n = 0; n < expression.length; n += 1) {
    const character = expression[n] as string;
    if (character === '(' || character === '[') {
      // Of a list it is not known what is made of it.
      const isCall = character === '[' || /[\w)\]]$/.test(expression.slice(0, n));
      const end = closing(expression, n + 1);
      if (!isCall) found.push(...results(expression.slice(n + 1, end - 1)));
      n = end - 1;
    } else if ('\'"`'.includes(character)) {
      const { text, end } = literalAt(expression, n);
      const compared = /[=!]==?\s*$/.test(expression.slice(0, n)) || /^\s*[=!]==?/.test(expression.slice(end));
      if (!compared) found.push(text);
      n = end - 1;
    }
  }
  return found;
};

const typescript = (file: string): readonly Written[] => {
  const code = readFileSync(path.join(packageRoot, file), 'utf8');
  const found: Written[] = [];
  const put = (expression: string | undefined, at: number): void => {
    const line = code.slice(0, at).split('\n').length;
    // Nothing of an arrow, a mark or an option's explanation is a step.
    for (const step of results(expression ?? '')) if (/[a-z]/i.test(step)) found.push({ where: `${file}:${line}`, step });
  };
  for (const match of code.matchAll(/\b(?:hint|fix): (?!string\b|Words\b|\{|\['→)/g))
    put(expressionsAt(code, match.index + match[0].length)[0], match.index);
  for (const match of code.matchAll(/\busageError\(/g)) {
    if (code.slice(0, match.index).endsWith('function ')) continue;
    put(expressionsAt(code, match.index + match[0].length)[2], match.index);
  }
  for (const match of code.matchAll(/\b(?:warn|fail)\(/g)) put(expressionsAt(code, match.index + match[0].length)[2], match.index);
  // What is named before it is used.
  for (const match of code.matchAll(/\bconst \w+(?:: [^=]+)? = (?=['"`]ann-tui |\([^)]*\)(?:: \w+)? =>\s*['"`]ann-tui )/g)) {
    const [expression = ''] = expressionsAt(code, match.index + match[0].length);
    put(expression.replace(/^\([^)]*\)(?:: \w+)? =>/, ''), match.index);
  }
  return found;
};

/** In Python a hint that is no command is advice, and told as such; one that begins as a command has to be one. */
const python = (file: string): readonly Written[] => {
  const code = readFileSync(path.join(packageRoot, file), 'utf8');
  return [...code.matchAll(/(?<!description=|prog=|WHAT = |f?")f?"((?:ann-tui (?=[a-z])|annbench (?=sync )|rm )[^"\n]+)"/g)].map(match => ({
    where: `${file}:${code.slice(0, match.index).split('\n').length}`,
    step: (match[1] ?? '').replace(/\{[^{}]*(?:\{[^}]*\}[^{}]*)*\}/g, value).replaceAll(/\bannbench (?=sync )/g, 'ann-tui '),
  }));
};

export const stepsInSources = (): readonly Written[] => [
  ...['src', 'screens']
    .flatMap(folder => filesBelow(folder, /\.tsx?$/))
    .filter(file => file !== table)
    .flatMap(typescript),
  ...filesBelow('modal', /\.py$/).flatMap(python),
];
