/** argv → the command → the exit code. Every error of every command ends here. */

import { exitCodes, usageError } from '../errors/errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { requireHome } from '../util/home.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { completed } from './completed.ts';
import type { Io } from './io.ts';
import { createOutput } from './output.ts';
import { parseInvocation } from './parse.ts';
import { printError } from './text/print-error.ts';

const unknownCommand = (word: string) => {
  const names = commands.map(({ name }) => name);
  const guess = didYouMean(word, names);
  const next = /"(.+)"/.exec(guess)?.[1];
  const what = word.startsWith('-') ? `There is no option ${word}` : `There is no command "${word}"`;
  return usageError(what, `${guess}there are: ${names.join(', ')}`, next === undefined ? 'ann-tui --help' : `ann-tui ${next}`);
};

/** `args`: without node and script. Returns the exit code; never throws. */
export const runCli = async (args: readonly string[], io: Io): Promise<number> => {
  // Found before anything is parsed, since even a usage error must keep stdout to NDJSON.
  const out = createOutput(io, args.includes('--json'));
  try {
    const [word, ...rest] = args[0] === '--json' ? [...args.slice(1), '--json'] : args;
    if (word === '--help' || word === '-h' || word === 'help') {
      const asked: Command | undefined = commands.find(({ name }) => name === rest[0]);
      const [{ commandHelp, programHelp }, { version }] = await Promise.all([import('./text/help.ts'), import('../util/version.ts')]);
      const lines = asked === undefined ? programHelp(version) : commandHelp(asked);
      for (const line of lines) out.line(line);
      out.record({ type: 'help', text: lines.join('\n') });
      return exitCodes.done;
    }
    if (word === '--version' || word === '-v' || word === '-V') {
      const { version } = await import('../util/version.ts');
      out.line(version);
      out.record({ type: 'version', version });
      return exitCodes.done;
    }
    // Nothing was named: the main job.
    const name = word === undefined || word === '--json' ? 'bench' : word;
    const command = commands.find(candidate => candidate.name === name);
    if (command === undefined) throw unknownCommand(name);
    const invocation = parseInvocation(command, word === '--json' ? ['--json'] : rest);
    if (invocation.flag('help')) {
      const { commandHelp } = await import('./text/help.ts');
      const lines = commandHelp(command);
      for (const line of lines) out.line(line);
      out.record({ type: 'help', text: lines.join('\n') });
      return exitCodes.done;
    }
    requireHome();
    if (command.onlyTells) io.endWithReader?.();
    const { run } = await command.load();
    return await run(invocation, { io, out });
  } catch (error) {
    return printError(completed(error, args), out, Boolean(io.env.ANN_TUI_DEBUG));
  }
};
