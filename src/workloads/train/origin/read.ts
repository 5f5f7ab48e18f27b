/** A config of brain-go-brr-v2 as one of this program, with what became of each of its fields. Pure. */
import { type Entry, editCommand, type Located } from '../../../config/located.ts';
import type { Place } from '../../../config/schema.ts';
import { usageError } from '../../../errors/errors.ts';
import { didYouMean } from '../../../text/nearest.ts';
import { type Decided, decidedBy } from './build.ts';
import { conflicts } from './conflicts.ts';
import { cannot, type OriginField } from './field.ts';
import { originFields } from './fields/fields.ts';
import { laterModelField } from './fields/model.ts';

/** A field that stands in the file. */
export type Told = { readonly field: OriginField; readonly line: number; readonly value: unknown };

export type OriginConfig = { readonly decided: Decided; readonly told: readonly Told[] };

const byName: ReadonlyMap<string, OriginField> = new Map(originFields.map(field => [field.field, field]));

/** Sections that configs of this program do not have. */
const ownSections = ['data', 'preprocessing', 'postprocessing', 'experiment', 'logging', 'resources'];

export const isOriginConfig = (node: Located): boolean => node.kind === 'map' && node.entries.some(({ key }) => ownSections.includes(key));

const isSection = (name: string): boolean => originFields.some(({ field }) => field.startsWith(`${name}.`));

const unknown = (file: string, name: string, line: number) => {
  const guess = didYouMean(name, [...byName.keys()]);
  return usageError(
    `${file}:${line}: ${name} is no field of brain-go-brr-v2 that is known here`,
    `${guess}the file has sections of that project, and all its fields are read as such`,
    editCommand(file, line),
  );
};

/** Every leaf of the file that the origin has, in the file's order. */
const leaves = (entry: Entry, above: string, file: string): readonly Told[] => {
  const name = above === '' ? entry.key : `${above}.${entry.key}`;
  const { value: node, line } = entry;
  const field = byName.get(name);
  const at: Place = { file, path: name };
  if (field !== undefined) return [{ field, line, value: field.read(node, at) }];
  if (node.kind === 'map' && above.split('.').length < 3) return node.entries.flatMap(inner => leaves(inner, name, file));
  if (node.kind === 'scalar' && node.value === null && isSection(name)) return [];
  if (name.startsWith('model.')) return [{ field: laterModelField(name), line, value: undefined }];
  throw unknown(file, name, line);
};

/** Throws a usage error for the first field that cannot be honoured: file and line, why, and what to write instead. */
export const readOriginConfig = (node: Located, file: string): OriginConfig => {
  const told = node.kind === 'map' ? node.entries.flatMap(entry => leaves(entry, '', file)) : [];
  const values = new Map(originFields.map(({ field, unsaid }) => [field, unsaid]));
  for (const { field, value } of told) values.set(field.field, value);
  for (const { field, wrong, why, instead } of conflicts) {
    if (!wrong(values)) continue;
    throw cannot({ file, path: field }, told.find(one => one.field.field === field)?.line ?? node.line, why, instead);
  }
  return { decided: decidedBy(values), told };
};
