/** `--set training.steps=600`: fields of a config on the command line, as a tree like that of a file. */
import { type Located, parseLocated } from '../../../config/located.ts';
import type { Place } from '../../../config/schema.ts';
import { usageError } from '../../../errors/errors.ts';

const hint = 'ann-tui train --help';

/** Where what is said with it stands, for errors. */
export const saidPlace: Place = { file: '', path: '', option: { flag: '--set', hint } };

type Tree = Map<string, Tree | Located>;

/** What YAML takes for a number, true, false, null, a list or a map is one; anything else is text. */
const nodeOf = async (text: string): Promise<Located> => {
  try {
    return await parseLocated(text, '--set');
  } catch {
    return { kind: 'scalar', line: 1, value: text };
  }
};

const put = (tree: Tree, [key = '', ...rest]: readonly string[], value: Located): void => {
  if (rest.length === 0) {
    tree.set(key, value);
    return;
  }
  const known = tree.get(key);
  const below = known instanceof Map ? known : new Map();
  tree.set(key, below);
  put(below, rest, value);
};

const located = (tree: Tree): Located => ({
  kind: 'map',
  line: 1,
  entries: [...tree].map(([key, value]) => ({ key, line: 1, value: value instanceof Map ? located(value) : value })),
});

/** The later of two for one field counts. Throws a usage error for a text that is no FIELD=VALUE. */
export const setsTree = async (texts: readonly string[]): Promise<Located> => {
  const tree: Tree = new Map();
  for (const text of texts) {
    const [, field, value] = /^\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\s*=(.+)$/s.exec(text) ?? [];
    if (field === undefined || value === undefined)
      throw usageError(`--set ${text} cannot be`, 'it is a field and its value, such as training.steps=600', hint);
    put(tree, field.split('.'), await nodeOf(value.trim()));
  }
  return located(tree);
};
