import { type Command, commonOptions, type Option } from '../command.ts';
import { commands } from '../commands.ts';

const optionHead = (name: string, { value, short }: Option): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

const aligned = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...rows.map(([head]) => head.length));
  return rows.map(([head, says]) => `  ${head.padEnd(width)}  ${says}`);
};

export const usageLine = ({ name, positionals }: Command): string =>
  ['ann-tui', name, ...positionals.map(word => (word.many && word.required ? `${word.name} ${word.name}…` : word.name)), '[options]'].join(
    ' ',
  );

export const commandHelp = (command: Command): readonly string[] => [
  usageLine(command),
  '',
  command.summary,
  '',
  ...aligned(
    Object.entries({ ...command.options, ...commonOptions }).map(([name, option]) => [optionHead(name, option), option.says] as const),
  ),
  ...(command.more === undefined ? [] : ['', ...command.more]),
];

export const programHelp = (version: string): readonly string[] => [
  `ann-tui ${version}: benchmark nearest-neighbour search, score seizure detectors on EEG; here, or on Modal with a price on everything`,
  '',
  ...aligned([
    ['ann-tui', 'in a terminal: the screens; elsewhere: the default benchmark'],
    ...commands.map(({ name, summary }) => [`ann-tui ${name}`, summary] as const),
  ]),
  '',
  'Options of a command: ann-tui COMMAND --help. Every command takes --json.',
  'Exit codes: 0 done, 1 the run failed, 2 wrong usage or config, 3 not signed in or refused, 4 stopped by budget, 130 interrupted.',
];
