/** Models of a person's own: one Python file each. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FileKind } from '../../../user-code/user-file.ts';

export const modelFile: FileKind = {
  noun: 'model',
  one: 'a model',
  says: 'a model of your own is one Python file',
  suffixes: ['.py'],
  fresh: name => `ann-tui new ${name} --model`,
  use: file => `ann-tui train --config laptop --model ${file}`,
};

/** Whether a file's text defines what `seizure/model/own.py` looks for: a class Model, of torch. Cheap, and so only a guess: the job checks. */
export const isModel = (_file: string, text: string): boolean =>
  /^class Model\b/m.test(text) && /^\s*(?:import|from)\s+torch\b/m.test(text);

/** Names that a fresh file may have: the first of mine, mine2, mine3, … that is free in `folder`. */
export const freeModelName = (folder: string): string => {
  for (let n = 1; ; n++) {
    const name = n === 1 ? 'mine' : `mine${n}`;
    if (!existsSync(path.join(folder, `${name}.py`))) return name;
  }
};
