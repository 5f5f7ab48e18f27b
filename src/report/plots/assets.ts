/** Files that pictures are made with: beside the program where it is packed, among the packages where it is developed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../util/paths.ts';
import files from './assets.json' with { type: 'json' };

export type AssetName = keyof typeof files;

/** Throws when the installation lacks it. */
export const assetFile = (name: AssetName): string => {
  const { package: from, file } = files[name];
  const places = [path.join(packageRoot, 'node_modules', from, file), path.join(packageRoot, 'dist/assets', path.basename(file))];
  const found = places.find(place => existsSync(place));
  if (found === undefined) throw new Error(`${path.basename(file)} is missing from this installation of ann-tui`);
  return found;
};
