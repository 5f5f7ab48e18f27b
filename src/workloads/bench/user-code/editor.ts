/** An editor that reads `compile_flags.txt` (clangd, and what is built on it) finds ann.h by it. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { headerFile } from './create.ts';

export const flagsFile = 'compile_flags.txt';

/** Any of these says already how the files of a folder are compiled. */
const settled = [flagsFile, 'compile_commands.json', '.clangd'];

/** Writes it beside an implementation, unless the folder tells editors something already. What goes wrong is no reason to stop. True when written. */
export const tellEditors = (folder: string): boolean => {
  if (settled.some(name => existsSync(path.join(folder, name)))) return false;
  try {
    writeFileSync(path.join(folder, flagsFile), ['-xc++', '-std=c++20', '-fopenmp', `-I${path.dirname(headerFile())}`, ''].join('\n'), {
      flag: 'wx',
    });
    return true;
  } catch {
    return false;
  }
};
