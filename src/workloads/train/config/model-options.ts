/** Options of a model: those of ours are checked here, those of a person's own file by the file. */
import registry from '../../../../modal/seizure/src/seizure/model/models.json' with { type: 'json' };
import type { Located } from '../../../config/located.ts';
import { fault, mapOf, type Place, type Schema } from '../../../config/schema.ts';
import { type Fields, sectionSchema } from './fields.ts';

export type Options = Readonly<Record<string, unknown>>;

type Size = { readonly says: string; readonly options: Options };

export const modelFields = registry.fields as unknown as Fields;
export const sizes: Readonly<Record<string, Size>> = registry.sizes;

/** A number, a word, true, false or null: what a field of an own model can be. */
const scalar: Schema<unknown> = (node: Located, at: Place) => {
  if (node.kind === 'scalar') return node.value;
  throw fault(at, node.line, `found a ${node.kind}; allowed: a number, a word, true, false or null`);
};

/** `model`: a size, or the word for a file. */
export const optionsSchema = (model: string): Schema<Options> => (Object.hasOwn(sizes, model) ? sectionSchema(modelFields) : mapOf(scalar));

/** All options of a model of ours, with those that were said in place of its size's own; undefined for a person's own. */
export const fullOptions = ({ name, options }: { readonly name: string; readonly options: Options }): Options | undefined => {
  const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
  return size === undefined ? undefined : { ...size.options, ...options };
};
