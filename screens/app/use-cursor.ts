import { useKept } from './use-kept.ts';

export type Cursor = {
  /** −1 when there is nothing to stand on. */
  readonly index: number;
  readonly id: string | undefined;
  readonly select: (id: string) => void;
  readonly commands: {
    readonly up: () => void;
    readonly down: () => void;
    readonly 'page-up': () => void;
    readonly 'page-down': () => void;
    readonly top: () => void;
    readonly bottom: () => void;
  };
};

/** Where a list's cursor stands: on an id, so that rows may come and go around it. */
export const useCursor = (ids: readonly string[], initial?: string, page = 8): Cursor => {
  const [chosen, setChosen] = useKept<{ readonly id: string; readonly index: number } | undefined>('cursor', undefined);
  const wanted = chosen?.id ?? initial;
  const found = wanted === undefined ? -1 : ids.indexOf(wanted);
  // A row that vanished leaves the cursor where it was.
  const index = ids.length === 0 ? -1 : found !== -1 ? found : Math.min(chosen?.index ?? 0, ids.length - 1);
  const move = (to: number) => () => {
    const target = Math.max(0, Math.min(to, ids.length - 1));
    const id = ids[target];
    if (id !== undefined) setChosen({ id, index: target });
  };
  return {
    index,
    id: ids[index],
    select: id => setChosen({ id, index: Math.max(0, ids.indexOf(id)) }),
    commands: {
      up: move(index - 1),
      down: move(index + 1),
      'page-up': move(index - page),
      'page-down': move(index + page),
      top: move(0),
      bottom: move(ids.length - 1),
    },
  };
};
