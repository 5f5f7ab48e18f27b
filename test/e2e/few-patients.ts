/** Thirteen made-up patients of a minute and a half in a dataset of their own: enough for a training that is over in seconds. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { testHome } from '../support/stand-in.ts';
import type { Home } from './program.ts';

const program = `
import sys
from pathlib import Path
from types import SimpleNamespace
from seizure.synthetic.corpus import write_corpus
from seizure.synthetic.recipe import Recipe
phase = SimpleNamespace(seconds=1.0, progress=lambda *_: None)
write_corpus(Path(sys.argv[1]), phase, Recipe(splits=(("train", 6, 90), ("dev", 3, 90), ("test", 4, 90))))
`;

/** The core's environment, the newest. */
const python = (): string => {
  const folder = path.join(testHome(), 'data/python');
  const name = readdirSync(folder)
    .filter(one => one.startsWith('py'))
    .toSorted((a, b) => statSync(path.join(folder, a)).mtimeMs - statSync(path.join(folder, b)).mtimeMs)
    .at(-1);
  return path.join(folder, name ?? '', 'bin/python');
};

/** Their files, in a folder of the home. */
export const writeFew = async (home: Home): Promise<string> => {
  const folder = path.join(home.folder, 'few');
  await execa(python(), ['-I', '-c', program, folder]);
  return folder;
};

/** Takes them into the home as the dataset "few". */
export const takeFew = async (home: Home): Promise<void> => {
  const folder = await writeFew(home);
  const { exitCode, stderr } = await home.run(['sync', 'few', '--from', folder]);
  if (exitCode !== 0) throw new Error(`The patients were not taken:\n${stderr}`);
};
