/** Where transfers between here and Modal note how far they are. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { paths } from '../util/paths.ts';

export const transfersFolder = (): string => path.join(paths().data, 'transfers');

/** Eight hexadecimal digits that stand for these words together. */
export const keyOf = (...words: readonly string[]): string => createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 8);
