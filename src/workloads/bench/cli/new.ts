import path from 'node:path';
import type { Run } from '../../../cli/command.ts';
import { exitCodes } from '../../../errors/errors.ts';
import { quoted } from '../../../text/shell-word.ts';
import { shownFrom } from '../../../user-code/user-file.ts';
import { builtInNames, rival } from '../implementations.ts';
import { createOwn, headerFile } from '../user-code/create.ts';
import { flagsFile, tellEditors } from '../user-code/editor.ts';

export const run: Run = async (invocation, { out }) => {
  const folder = invocation.text('dir') ?? '.';
  const file = createOwn((invocation.words[0] ?? '').replace(/\.cpp$/, ''), folder, builtInNames);
  const shown = quoted(shownFrom(process.cwd(), file));
  const bench = `ann-tui bench --impl ${shown}`;
  const check = `ann-tui bench --check --impl ${shown}`;
  out.line(`Wrote ${shown}: exact search, commented, ready to be made faster`);
  out.line(`  measure it:  ${bench}   (beside ${rival}, our index)`);
  out.line(`  check it:    ${check}`);
  out.line(`  ann.h:       ${headerFile()}`);
  const told = tellEditors(path.dirname(file));
  out.line(
    told
      ? `  editors:     ${flagsFile}, written beside it, tells clangd where ann.h is`
      : `  editors:     find ann.h with -I ${quoted(path.dirname(headerFile()))}`,
  );
  out.record({ type: 'created', name: path.basename(file, '.cpp'), file, header: headerFile(), next: [bench, check] });
  return exitCodes.done;
};
