/** What was typed, as a next step with another value of an option. */
import { quoted } from '../text/shell-word.ts';

/** "ann-tui COMMAND FILE --out DIR"; whatever the option was given before is left out. */
export const typedWith = (command: string, args: readonly string[], option: string, value: string): string => {
  const at = args.indexOf(`--${option}`);
  const kept = args.filter((word, n) => !word.startsWith(`--${option}=`) && (at < 0 || (n !== at && n !== at + 1)));
  return [`ann-tui ${command}`, ...kept.map(quoted), `--${option}`, quoted(value)].join(' ');
};
