/** `bench --check`: sanitizers over a person's own C++ files. */

import type { Context } from '../../../cli/command.ts';
import { setUpFirst } from '../../../cli/set-up-first.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { sanitizeLine } from '../../../logs/sanitize.ts';
import { environment } from '../../../setup/python-env.ts';
import type { OwnFile } from '../../../user-code/user-file.ts';
import { paths } from '../../../util/paths.ts';
import { builtInNames } from '../implementations.ts';
import { checkFile } from '../user-code/check.ts';
import { resolveOwn } from '../user-code/user-file.ts';

const filesOf = (words: readonly string[]): readonly OwnFile[] =>
  words.flatMap(word => {
    if (builtInNames.includes(word)) return [];
    const file = resolveOwn(word);
    if (file === undefined)
      throw usageError(`There is no ./${word}.cpp`, 'only C++ files can be checked', 'ann-tui bench --check --impl ./mine.cpp');
    if (file.file.endsWith('.py'))
      throw usageError(`${word} cannot be checked`, 'it is Python: sanitizers look at C++', `ann-tui bench --impl ${word}`);
    return [file];
  });

/** Returns 0 when nothing was found in any of them. */
export const checkOwn = async (words: readonly string[], context: Context): Promise<number> => {
  const { io, out } = context;
  const files = filesOf(words);
  if (files.length === 0)
    throw usageError('There is nothing to check', '--check needs a C++ file of yours', 'ann-tui bench --check --impl ./mine.cpp');
  await setUpFirst(context);
  let bad = 0;
  for (const { name, from } of files) {
    out.line(`Checking ${from}`);
    const checked = await checkFile({
      python: environment().python,
      file: from,
      compiled: paths().compiled,
      onLine: line => out.line(`  ${sanitizeLine(line)}`),
      signal: io.signal,
    });
    if (checked.verdict !== 'ok') bad += 1;
    out.record({ type: 'check', impl: name, file: from, ...checked });
  }
  return bad === 0 ? exitCodes.done : exitCodes.failed;
};
