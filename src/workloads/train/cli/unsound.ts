/** Whether checkpoints that were fetched are what their cards say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sumOf } from '../../../process/file-sum.ts';
import { isRecord } from '../../../util/shape.ts';
import { cardFile } from '../../evaluate/card.ts';

/** SHA-256 by name; undefined where the card cannot be read, or says none. */
const sumsIn = (folder: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const card: unknown = JSON.parse(readFileSync(path.join(folder, cardFile), 'utf8'));
    return isRecord(card) && isRecord(card.files) ? card.files : undefined;
  } catch {
    return undefined;
  }
};

const isSound = async (folder: string): Promise<boolean> => {
  const sums = sumsIn(folder);
  if (sums === undefined) return false;
  for (const [name, sum] of Object.entries(sums)) {
    const file = path.join(folder, path.basename(name));
    if (!existsSync(file) || (await sumOf(file)) !== sum) return false;
  }
  return true;
};

/** Folders of checkpoints below `folder`, relative to it, of which a file is missing or is not what its card says. */
export const unsoundCheckpoints = async (folder: string): Promise<readonly string[]> => {
  const cards = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    ({ name, parentPath }) => name === cardFile && parentPath.split(path.sep).includes('checkpoints'),
  );
  const unsound: string[] = [];
  for (const { parentPath } of cards) if (!(await isSound(parentPath))) unsound.push(path.relative(folder, parentPath));
  return unsound;
};
