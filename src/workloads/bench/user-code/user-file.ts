/** Implementations of a person's own: one C++ or Python file each. */
import * as userFile from '../../../user-code/user-file.ts';

/** What annbench takes as an implementation's file. */
export const implementationFile: userFile.FileKind = {
  noun: 'implementation',
  one: 'an implementation',
  says: 'an implementation is one C++ or Python file',
  suffixes: ['.cpp', '.cc', '.cxx', '.py'],
  fresh: name => `ann-tui new ${name}`,
  use: file => `ann-tui bench --impl ${file}`,
};

/** The file that a word stands for, read; undefined when it stands for none. Throws a usage error. */
export const resolveOwn = (word: string, folder: string = process.cwd()): userFile.OwnFile | undefined =>
  userFile.resolveOwn(implementationFile, word, folder);
