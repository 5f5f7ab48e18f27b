import path from 'node:path';
import { packageRoot } from '../util/paths.ts';

/** A command line whose process ends with this one, also by kill -9: `stdin` must stay "pipe", and nothing may be written to it. */
export type Tied = { readonly command: string; readonly args: readonly string[] };

/** `python`: any Python 3; it runs `modal/with_parent.py`, which watches its stdin. */
export const tied = (python: string, command: string, args: readonly string[]): Tied => ({
  command: python,
  args: ['-I', path.join(packageRoot, 'modal', 'with_parent.py'), command, ...args],
});
