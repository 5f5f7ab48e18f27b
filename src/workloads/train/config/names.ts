/** Names in a config file that nothing has: told with the file and the line. */
import { type DatasetEntry, ofKind } from '../../../config/datasets.ts';
import { type Located, readLocated } from '../../../config/located.ts';
import { fault } from '../../../config/schema.ts';
import { didYouMean } from '../../../text/nearest.ts';
import { isModelWord, whyNoModel } from '../model-choice.ts';
import type { LoadedTraining } from './load.ts';

/** What stands at `path` in the file; undefined where nothing does. */
const nodeAt = (node: Located | undefined, [key, ...rest]: readonly string[]): Located | undefined => {
  if (key === undefined || node?.kind !== 'map') return key === undefined ? node : undefined;
  return nodeAt(node.entries.find(entry => entry.key === key)?.value, rest);
};

type Named = { readonly word: string; readonly line: number; readonly path: string };

const itemsOf = (node: Located | undefined, path: string): readonly Named[] => {
  if (node === undefined || node.kind === 'map') return [];
  if (node.kind === 'list') return node.items.flatMap((item, at) => itemsOf(item, `${path}[${at}]`));
  return typeof node.value === 'string' ? [{ word: node.value, line: node.line, path }] : [];
};

/**
 * Of what the file says and nothing that was said beside it replaced. `entries`: datasets that there are; undefined where others were named.
 * Throws a usage error that points at the line of the first that is none.
 */
export const checkNames = async ({ file, training }: LoadedTraining, entries: readonly DatasetEntry[] | undefined): Promise<void> => {
  const node = await readLocated(file);
  const { config, datasets, folder } = training;
  const wrong = itemsOf(nodeAt(node, ['model', 'name']), 'model.name').find(
    ({ word }) => word === config.model.name && !isModelWord(word, folder),
  );
  if (wrong !== undefined)
    throw fault({ file, path: wrong.path }, wrong.line, `there is no model "${wrong.word}": ${whyNoModel(wrong.word)}`);
  // One of another kind is told as that.
  const unknown = itemsOf(nodeAt(node, ['datasets']), 'datasets').find(
    ({ word }) => datasets.includes(word) && entries?.some(({ name }) => name === word) === false,
  );
  if (unknown === undefined || entries === undefined) return;
  const names = ofKind(entries, 'recordings').map(({ name }) => name);
  const near = didYouMean(unknown.word, names);
  throw fault({ file, path: unknown.path }, unknown.line, `there is no dataset "${unknown.word}": ${near}there are: ${names.join(', ')}`);
};
