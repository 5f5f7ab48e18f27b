import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useCommandCenter } from '../../commands.tsx';
import { useUi } from '../../context.tsx';
import { usePrompt } from '../../use-prompt.ts';
import { createLogStore, type LogSnapshot, type LogStore } from './log-store.ts';

const nothing: LogSnapshot = {
  lines: [],
  start: 0,
  total: 0,
  follow: true,
  search: '',
  match: undefined,
  missed: false,
  lastAt: undefined,
  file: '',
};
const never = () => () => {};

/** One of a run's texts, with the commands that move in it. It is opened after the first frame and closed with the screen. */
export const useLog = (run: string, height: number, source: string) => {
  const { services } = useUi();
  const { setNote } = useCommandCenter();
  const [store, setStore] = useState<LogStore>();
  useEffect(() => {
    const opened = createLogStore(services.openLog(run, source));
    setStore(opened);
    return () => opened.close();
  }, [services, run, source]);
  useEffect(() => store?.setHeight(height), [store, height]);
  const snapshot = useSyncExternalStore(store?.subscribe ?? never, store?.snapshot ?? (() => nothing));
  const prompt = usePrompt({ label: 'search', onAccept: text => text !== '' && store?.search(text) });

  const commands = useMemo(
    () => ({
      'line-up': () => store?.scroll(-1),
      'line-down': () => store?.scroll(1),
      'log-page-up': () => store?.page(-1),
      'log-page-down': () => store?.page(1),
      'log-top': () => store?.toStart(),
      follow: () => store?.follow(),
    }),
    [store],
  );
  const step = (direction: 1 | -1) => () =>
    snapshot.search === '' ? setNote('Nothing is searched for yet: / searches.') : store?.next(direction);
  return {
    snapshot,
    prompt,
    commands: { ...commands, search: () => prompt.open(snapshot.search), 'search-next': step(-1), 'search-previous': step(1) },
  };
};
