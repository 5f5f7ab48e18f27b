/** How far a C++ build of CMake's is: by the object files that it is to make, and those that are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Compiled = { readonly done: number; readonly total: number };

const foldersIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => path.join(folder, name));
  } catch {
    return [];
  }
};

/** Build tools lie there by the thousand, and no build. */
const elsewhere = new Set(['overlay', 'normal', 'site-packages', 'lib', 'bin', 'share', 'include', 'node_modules']);

/** A build's root, at most `depth` folders below. */
const rootBelow = (folder: string, depth: number): string | undefined => {
  if (existsSync(path.join(folder, 'CMakeCache.txt'))) return folder;
  if (depth === 0) return undefined;
  for (const child of foldersIn(folder)) {
    const found = elsewhere.has(path.basename(child)) ? undefined : rootBelow(child, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Objects by their paths below the root: as Ninja's file names them, or those of make, one for each target. */
const objectsOf = (root: string): ReadonlySet<string> => {
  const ninja = [...textOf(path.join(root, 'build.ninja')).matchAll(/^build (\S+\.o): /gm)];
  const make = foldersIn(path.join(root, 'CMakeFiles')).flatMap(target => [
    ...textOf(path.join(target, 'build.make')).matchAll(/^(\S+\.o): /gm),
  ]);
  return new Set([...ninja, ...make].map(([, name]) => name as string));
};

/** Undefined before the build below `folder` has told what it is to compile. Never throws. */
export const compiledBelow = (folder: string): Compiled | undefined => {
  const root = rootBelow(folder, 4);
  if (root === undefined) return undefined;
  const objects = [...objectsOf(root)];
  if (objects.length === 0) return undefined;
  return { done: objects.filter(name => existsSync(path.join(root, name))).length, total: objects.length };
};
