import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { RunState } from '../../../src/runs/state.ts';
import { shownPath } from '../../../src/util/paths.ts';
import { type Handler, useCommandCenter } from '../../app/commands.tsx';
import { useUi } from '../../app/context.tsx';
import { usePrompt } from '../../app/use-prompt.ts';
import { editTarget } from './edit-target.ts';
import { createLogStore, type LogSnapshot, type LogStore } from './log-store.ts';

const nothing: LogSnapshot = {
  lines: [],
  start: 0,
  skipped: 0,
  wrapped: false,
  left: 0,
  total: 0,
  follow: true,
  search: '',
  match: undefined,
  missed: false,
  lastAt: undefined,
  file: '',
  reading: true,
};
const never = () => () => {};

/** Columns that ← and → go. */
const sidestep = 16;

export type LogOptions = {
  readonly run: string;
  readonly state: RunState | undefined;
  /** Rows and columns of the text, without its margin. */
  readonly height: number;
  readonly columns: number;
  readonly source: string;
  /** Whether long lines are wrapped at first. */
  readonly wrapped: boolean;
};

/** One of a run's texts, with the commands that move in it. It is opened after the first frame and closed with the screen. */
export const useLog = ({ run, state, height, columns, source, wrapped: atFirst }: LogOptions) => {
  const { services, away } = useUi();
  const { setNote } = useCommandCenter();
  const [store, setStore] = useState<LogStore>();
  useEffect(() => {
    const opened = createLogStore(services.runs.openLog(run, source));
    setStore(opened);
    return () => opened.close();
  }, [services, run, source]);
  const [wrapped, setWrapped] = useState(atFirst);
  useEffect(() => store?.setSize(height, columns), [store, height, columns]);
  useEffect(() => store?.setWrapped(wrapped), [store, wrapped]);
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
  const sideways = (by: number): Handler =>
    wrapped ? 'Long lines are wrapped: w cuts them, then ← and → go along them.' : () => store?.sideways(by);
  const nextError = () => {
    if (snapshot.reading) setNote('The log is still being read: its first error comes up then.', 'wait');
    store?.nextError(found => setNote(found ? undefined : 'No line of it tells of an error.'));
  };
  const edit = (): Handler => {
    if (services.host.editor() === undefined)
      return 'Neither VISUAL nor EDITOR is set. In the shell, before ann-tui: export EDITOR=nano, or another.';
    return () => {
      const looked = store?.lookedAt();
      if (looked === undefined) return setNote('There is no line yet.');
      const { file, line } = editTarget(looked, snapshot.file, state);
      const refused = away.handOver(() => services.host.edit(file, line));
      setNote(refused ?? `${shownPath(file)}, line ${line}`, refused === undefined ? 'done' : 'warning');
    };
  };
  const step = (direction: 1 | -1) => () =>
    snapshot.search === '' ? setNote('Nothing is searched for yet: / searches.') : store?.next(direction);
  return {
    snapshot,
    prompt,
    commands: {
      ...commands,
      'log-wrap': () => setWrapped(!wrapped),
      'log-left': sideways(-sidestep),
      'log-right': sideways(sidestep),
      'log-error': nextError,
      'log-edit': edit(),
      search: () => prompt.open(snapshot.search),
      'search-next': step(-1),
      'search-previous': step(1),
    },
  };
};
