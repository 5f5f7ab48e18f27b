/** A fresh implementation: the package's one template with a name put in. Needs no Python environment. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../../errors/errors.ts';
import { createFile } from '../../../user-code/create-file.ts';
import { packageRoot } from '../../../util/paths.ts';

/** What an implementation includes; an editor finds it with -I and this file's folder. */
export const headerFile = (): string => path.join(packageRoot, 'modal/annbench/include/ann.h');

const template = (): string => path.join(packageRoot, 'modal/annbench/src/annbench/templates/new.cpp');

/** The name becomes a class's: words that C++ keeps for itself, or that the template uses, are none. */
const reserved = new Set(
  (
    'alignas alignof and ann asm auto bool break case catch char class concept const constexpr continue decltype default delete do ' +
    'double else enum explicit export extern false float for friend goto if inline int long main mutable namespace new noexcept not ' +
    'nullptr operator or private protected public register requires return short signed sizeof static std struct switch template this ' +
    'throw true try typedef typename union unsigned using virtual void volatile wchar_t while xor'
  ).split(' '),
);

const check = (name: string, builtIn: readonly string[]): void => {
  const what = `"${name}" cannot be the name of an implementation`;
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) {
    throw usageError(what, 'it becomes a class: letters, digits and "_", beginning with a letter, 64 at most', 'ann-tui new my_index');
  }
  if (reserved.has(name)) throw usageError(what, 'the word means something in C++ already', `ann-tui new ${name}_index`);
  if (builtIn.includes(name)) throw usageError(what, 'a built-in implementation is called so', `ann-tui new my_${name}`);
};

/** Names that a fresh file may have: the first of mine, mine2, mine3, … that is free in `folder`. */
export const freeName = (folder: string): string => {
  for (let n = 1; ; n++) {
    const name = n === 1 ? 'mine' : `mine${n}`;
    if (!existsSync(path.join(folder, `${name}.cpp`)) && !existsSync(path.join(folder, `${name}.py`))) return name;
  }
};

/** Writes NAME.cpp into `folder` and returns its absolute path. Never writes over anything; throws a usage error. */
export const createOwn = (name: string, folder: string, builtIn: readonly string[]): string => {
  check(name, builtIn);
  const text = readFileSync(template(), 'utf8').replace(/\bNAME\b/g, name);
  return createFile(folder, `${name}.cpp`, text, `ann-tui new ${name}_2`);
};
