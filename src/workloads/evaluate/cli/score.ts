import { existsSync, statSync, writeFileSync } from 'node:fs';
import type { Run } from '../../../cli/command.ts';
import { setUpFirst } from '../../../cli/set-up-first.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { sanitizeLine } from '../../../logs/sanitize.ts';
import { environment } from '../../../setup/python-env.ts';
import { scoreFolders } from '../score-folders.ts';

const help = 'ann-tui score --help';

const checkFolder = (folder: string, what: string): string => {
  if (!existsSync(folder)) throw usageError(`${folder} is not there`, `${what} is a folder of *_events.tsv files`, help);
  if (!statSync(folder).isDirectory()) throw usageError(`${folder} is no folder`, `${what} is a folder of *_events.tsv files`, help);
  return folder;
};

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  const [truth = '', predicted = ''] = invocation.words;
  const file = invocation.text('out');
  // Before minutes of set-up: a wrong command is only an error.
  const folders = { truth: checkFolder(truth, 'TRUTH'), predicted: checkFolder(predicted, 'PRED') };
  if (file !== undefined && existsSync(file)) throw usageError(`${file} exists already`, 'nothing is written over', help);
  await setUpFirst(context);
  const { lines, scores } = await scoreFolders({ python: environment().python, ...folders, signal: io.signal });
  for (const line of lines) out.line(sanitizeLine(line));
  if (file !== undefined) {
    writeFileSync(file, `${JSON.stringify(scores, null, 1)}\n`);
    out.line(`All scores are in ${file}`);
  }
  out.record({ type: 'scores', truth, predicted, ...(scores as object) });
  return exitCodes.done;
};
