import path from 'node:path';
import type { Run } from '../../../cli/command.ts';
import { exitCodes } from '../../../errors/errors.ts';
import { quoted } from '../../../text/shell-word.ts';
import { shownFrom } from '../../../user-code/user-file.ts';
import { createModel } from '../user-code/create.ts';

/** `new NAME --model` */
export const run: Run = async (invocation, { out }) => {
  const file = createModel((invocation.words[0] ?? '').replace(/\.py$/, ''), invocation.text('dir') ?? '.');
  const shown = quoted(shownFrom(process.cwd(), file));
  const train = `ann-tui train --config laptop --model ${shown}`;
  const ours = 'ann-tui train --config laptop';
  const check = `ann-tui train --check --model ${shown}`;
  out.line(`Wrote ${shown}: a small seizure detector that works, with three lines marked to change first`);
  out.line(`  train it:    ${train}`);
  out.line(`  and ours:    ${ours}   then: ann-tui compare RUN RUN`);
  out.line(`  check it:    ${check}`);
  out.record({ type: 'created', name: path.basename(file, '.py'), file, next: [train, ours, check] });
  return exitCodes.done;
};
