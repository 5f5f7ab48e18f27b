/** Finds and reads one of `configs/`: a person's own copy takes the place of the package's. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot, paths } from '../util/paths.ts';
import { readLocated } from './located.ts';
import type { Schema } from './schema.ts';

export type ConfigName = 'prices' | 'hardware' | 'datasets' | 'benchmark' | 'prepare' | 'modal' | `training/${string}`;

export type Loaded<T> = {
  readonly value: T;
  readonly file: string;
  /** For a person: "configs/prices.yaml", or the full path of their own copy. */
  readonly shownAs: string;
  /** A person's own copy. */
  readonly own: boolean;
};

/** Where the file is read from now. */
export const configFile = (name: ConfigName): { readonly file: string; readonly own: boolean } => {
  const copy = path.join(paths().config, `${name}.yaml`);
  return existsSync(copy) ? { file: copy, own: true } : { file: path.join(packageRoot, 'configs', `${name}.yaml`), own: false };
};

/** Reads and validates; throws a usage error that points at the line. */
export const loadConfig = async <T>(name: ConfigName, schema: Schema<T>): Promise<Loaded<T>> => {
  const { file, own } = configFile(name);
  const value = schema(await readLocated(file), { file, path: '' });
  return { value, file, own, shownAs: own ? file : `configs/${name}.yaml` };
};
