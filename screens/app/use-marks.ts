import { dim, type Line, span } from './text.ts';
import { useKept } from './use-kept.ts';

export type Marks = {
  /** In the order in which they were marked. */
  readonly marked: readonly string[];
  readonly toggle: (name: string) => void;
  /** Columns that the boxes take from a row: none before the first mark. */
  readonly columns: number;
  /** The row with its box before it. */
  readonly boxed: (row: Line, name: string) => Line;
};

/** Rows of a list that are marked, by their names; a name that is not among `all` counts as unmarked. */
export const useMarks = (all: readonly string[], initial: readonly string[] = []): Marks => {
  const [names, setNames] = useKept('marks', initial);
  const marked = names.filter(name => all.includes(name));
  const some = marked.length > 0;
  return {
    marked,
    toggle: name => setNames(marked.includes(name) ? marked.filter(other => other !== name) : [...marked, name]),
    columns: some ? 4 : 0,
    boxed: (row, name) => (some ? [marked.includes(name) ? span('ok', '[x] ') : dim('[ ] '), ...row] : row),
  };
};
