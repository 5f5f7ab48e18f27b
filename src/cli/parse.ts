/** argv → what was asked for, or an error with the nearest word and what to type. */
import { parseArgs } from 'node:util';
import { usageError } from '../errors/errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { type Command, commonOptions, type Invocation, type Option } from './command.ts';

const helpFor = (command: Command): string => `ann-tui ${command.name} --help`;

const unknownOption = (command: Command, options: Readonly<Record<string, Option>>, raw: string, name: string) => {
  const names = Object.keys(options);
  const why = `${didYouMean(name, names).replace(/"(.+)"/, '"--$1"')}there are: ${names.map(option => `--${option}`).join(', ')}`;
  return usageError(`ann-tui ${command.name} has no option ${raw}`, why, helpFor(command));
};

export const parseInvocation = (command: Command, args: readonly string[]): Invocation => {
  const options = { ...command.options, ...commonOptions };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value, short }]) => [
        name,
        {
          type: value === undefined ? ('boolean' as const) : ('string' as const),
          multiple: true,
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
  });
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(command, options, token.rawName, token.name);
    if (option.value === undefined) {
      if (token.value !== undefined) throw usageError(`${token.rawName} takes no value`, `found "${token.value}"`, helpFor(command));
      values.set(token.name, []);
      continue;
    }
    // "--budget --json": the value was forgotten, not meant to be "--json".
    if (token.value === undefined || token.value === '' || (!token.inlineValue && /^-\D/.test(token.value))) {
      throw usageError(
        `${token.rawName} needs a value`,
        `it is followed by ${token.value || 'nothing'}; expected ${option.value}`,
        helpFor(command),
      );
    }
    values.set(token.name, [...(option.multiple ? (values.get(token.name) ?? []) : []), token.value]);
  }
  if (!values.has('help')) checkWords(command, words);
  return {
    args,
    words,
    text: name => values.get(name)?.at(-1),
    texts: name => values.get(name) ?? [],
    flag: name => values.has(name),
  };
};

const checkWords = (command: Command, words: readonly string[]): void => {
  const { positionals, name } = command;
  const missing = positionals[words.length];
  if (missing?.required) throw usageError(`ann-tui ${name} needs a ${missing.name}`, 'it was not given', helpFor(command));
  const many = positionals.at(-1)?.many ?? false;
  if (!many && words.length > positionals.length) {
    const extra = words[positionals.length] ?? '';
    const takes = positionals.length === 0 ? 'it takes no words' : `it takes ${positionals.map(word => word.name).join(' ')}`;
    throw usageError(`"${extra}" is one word too many for ann-tui ${name}`, takes, helpFor(command));
  }
};

/** "naive,hnsw" given once or several times, as one list. */
export const list = (texts: readonly string[]): readonly string[] =>
  texts
    .flatMap(text => text.split(','))
    .map(word => word.trim())
    .filter(word => word !== '');

/** A whole number; undefined when the option was not given. Throws a usage error for anything else. */
export const wholeNumber = (invocation: Invocation, option: string): number | undefined => {
  const text = invocation.text(option);
  if (text === undefined) return undefined;
  const plain = text.replace(/[_,]/g, '');
  if (!/^[+-]?\d+$/.test(plain)) throw usageError(`--${option} ${text} cannot be`, 'it is a whole number', `--${option} 10`);
  return Number(plain);
};

/** A number above zero, as for --cpu and --memory. */
export const positiveNumber = (invocation: Invocation, option: string): number | undefined => {
  const text = invocation.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || !(value > 0))
    throw usageError(`--${option} ${text} cannot be`, 'it is a number above 0', `--${option} 16`);
  return value;
};
