import type { Invocation, Run } from '../../../../cli/command.ts';
import { usageError } from '../../../../errors/errors.ts';
import { didYouMean } from '../../../../text/nearest.ts';
import type { ExportFormat } from './format.ts';
import { formatOptions, formats } from './formats.ts';

const hint = 'ann-tui export --help';

const formatOf = (word: string): ExportFormat => {
  const names = formats.map(({ name }) => name);
  const found = formats.find(({ name }) => name === word);
  if (found !== undefined) return found;
  throw usageError(`There is no format "${word}"`, `${didYouMean(word, names)}there are: ${names.join(', ')}`, hint);
};

/** An option that this form does not have would do nothing. */
const checkOptions = ({ name, options }: ExportFormat, invocation: Invocation): void => {
  const foreign = Object.keys(formatOptions).find(
    option => options[option] === undefined && (invocation.flag(option) || invocation.text(option) !== undefined),
  );
  if (foreign !== undefined) throw usageError(`--${foreign} says nothing about ${name}`, 'it is of another format', hint);
};

export const run: Run = async (invocation, context) => {
  const [word = '', of = ''] = invocation.words;
  const format = formatOf(word);
  checkOptions(format, invocation);
  const write = await format.load();
  return await write({ word: of, out: invocation.text('out'), invocation, context });
};
