/** Hints that go on with what was typed: an option that would be right, or the same once more. */
import { UserError } from '../errors/errors.ts';
import { quoted } from '../text/shell-word.ts';

/** `args` without an option and its value. */
const without = (args: readonly string[], option: string): readonly string[] =>
  args.filter((word, at) => {
    const isOption = word === option || word.startsWith(`${option}=`);
    const isItsValue = args[at - 1] === option && !/^-\D/.test(word);
    return !isOption && !isItsValue;
  });

/** The command that a hint stands for: `--k 10` is what was typed with that instead, `again` the same. Others are whole as they are. */
export const completedHint = (hint: string, args: readonly string[]): string => {
  const [option = ''] = hint.split(' ');
  if (hint !== 'again' && !/^--[a-z]/.test(option)) return hint;
  const kept = hint === 'again' ? args : without(args, option);
  return [
    'ann-tui',
    ...(kept.length === 0 || kept[0]?.startsWith('-') ? ['bench'] : []),
    ...kept.map(quoted),
    ...(hint === 'again' ? [] : [hint]),
  ].join(' ');
};

/** The same error with a hint that is a whole command. */
export const completed = (error: unknown, args: readonly string[]): unknown => {
  if (!(error instanceof UserError) || error.failure.hint === undefined) return error;
  const hint = completedHint(error.failure.hint, args);
  if (hint === error.failure.hint) return error;
  const whole = new UserError({ ...error.failure, hint }, error.exitCode);
  if (error.stack !== undefined) whole.stack = error.stack;
  return whole;
};
