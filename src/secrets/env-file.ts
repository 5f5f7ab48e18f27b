/** KEY=VALUE lines, as tools write them into .env files. Errors name the line, never what stands in it. */
import { usageError } from '../errors/errors.ts';
import { keyProblem } from './check-words.ts';

type Parsed = { readonly value: string; readonly rest: string };

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/** A quoted value may go over several lines; what follows the closing quote may only be a comment. */
const quoted = (text: string, quote: string): Parsed | undefined => {
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at] as string;
    if (character === quote) return { value, rest: text.slice(at + 1) };
    if (quote === '"' && character === '\\' && at + 1 < text.length) {
      at += 1;
      value += escapes[text[at] as string] ?? `\\${text[at]}`;
    } else value += character;
  }
  return undefined;
};

const endOfLine = (text: string): number => {
  const at = text.indexOf('\n');
  return at === -1 ? text.length : at;
};

/** ` #` begins a comment; a `#` inside a word belongs to it, as passwords have them. */
const plain = (text: string): Parsed => {
  const end = endOfLine(text);
  return {
    value: text
      .slice(0, end)
      .replace(/(^|\s)#.*$/, '')
      .trim(),
    rest: text.slice(end),
  };
};

/**
 * Every key with its value; the last one counts where a key stands twice. `$NAME` is left as it is. Throws a usage error that names file and
 * line.
 */
export const parseEnvFile = (text: string, file: string): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  let rest = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  let line = 1;
  const skip = (count: number): void => {
    line += rest.slice(0, count).split('\n').length - 1;
    rest = rest.slice(count);
  };
  const fail = (why: string) => usageError(`${file}:${line}: this cannot be read`, why, `ann-tui secrets create --help`);
  for (;;) {
    skip(/^\s*/.exec(rest)?.[0].length ?? 0);
    if (rest === '') return values;
    if (rest.startsWith('#')) {
      skip(endOfLine(rest));
      continue;
    }
    const head = /^(?:export[ \t]+)?([^\s=#]+)[ \t]*=[ \t]*/.exec(rest);
    if (head === null) throw fail('a line is KEY=VALUE, or begins with #');
    const [whole, key = ''] = head;
    const problem = keyProblem(key);
    if (problem !== undefined) throw fail(problem);
    const behind = rest.slice(whole.length);
    const quote = behind[0];
    const parsed = quote === '"' || quote === "'" ? quoted(behind, quote) : plain(behind);
    if (parsed === undefined) throw fail(`the value of ${key} has an opening quote and no closing one`);
    const trailing = parsed.rest.slice(0, endOfLine(parsed.rest));
    if (!/^\s*(#.*)?$/.test(trailing)) throw fail(`something stands behind the closing quote of ${key}`);
    values[key] = parsed.value;
    skip(rest.length - parsed.rest.length + trailing.length);
  }
};
