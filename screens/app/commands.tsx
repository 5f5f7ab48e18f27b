/** Keys in, commands out: one listener at the root, handlers registered by whatever is on the screen. */
import { createContext, type ReactNode, useCallback, useContext, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTerminalInput } from '../../src/terminal/input.ts';
import type { InputEvent } from '../../src/terminal/keys.ts';
import type { Entry, Scope } from './entry.ts';
import { alwaysThere, type CommandId, type CommandOf, commandFor, entriesFor, modalScopes } from './keymap.ts';

/**
 * What a command does. A string is its condition: why it cannot be done now. It is then not in the footer, the help shows why, and so does
 * its key. With a label it is called otherwise than in the key map as things stand.
 */
export type Handler = (() => void) | string | { readonly label: string; readonly run: () => void };

/** A screen handles every command of its scope, and may take over a general one, such as `back`. */
export type Handlers<S extends Scope> = Readonly<Record<CommandOf<S>, Handler>> & Readonly<Partial<Record<CommandOf<'anywhere'>, Handler>>>;

type Registration = {
  readonly scope: Scope;
  readonly handlers: { readonly current: Readonly<Partial<Record<CommandId, Handler>>> };
  /** Gets what is typed or pasted and is no command. */
  readonly onText: { readonly current: ((text: string, pasted: boolean) => void) | undefined };
};

/** `blocked`: why not now. */
export type Available = { readonly entry: Entry; readonly blocked?: string };

/** What a note tells of: what stands in the way, what went well, or what is under way. */
export type NoteKind = 'warning' | 'done' | 'wait';

export type Note = { readonly text: string; readonly kind: NoteKind };

type Commands = {
  register(registration: Registration): () => void;
  /** The conditions of what is registered have changed. */
  changed(): void;
  /** The scope on top: what the footer and the help speak of. */
  readonly scope: Scope;
  /** Goes up when a command of the screen became possible, impossible or another. */
  readonly version: number;
  /** The commands of what is on top, or with `below` of what lies under the help. */
  available(below?: boolean): readonly Available[];
  run(id: CommandId): void;
  readonly note: Note | undefined;
  /** `kind`: a warning where nothing is said. */
  setNote(text: string | undefined, kind?: NoteKind): void;
};

const Context = createContext<Commands | undefined>(undefined);

export const useCommandCenter = (): Commands => {
  const commands = useContext(Context);
  if (commands === undefined) throw new Error('useCommandCenter outside of KeyProvider');
  return commands;
};

/** From the top down to the first modal scope, which shuts out the rest. */
const reachable = (stack: readonly Registration[]): readonly Registration[] => {
  const reversed = stack.toReversed();
  const wall = reversed.findIndex(({ scope }) => modalScopes.has(scope));
  return wall === -1 ? reversed : reversed.slice(0, wall + 1);
};

const handlerFor = (stack: readonly Registration[], id: CommandId): Handler | undefined => {
  for (const { handlers } of reachable(stack)) {
    const handler = handlers.current[id];
    if (handler !== undefined) return handler;
  }
  return alwaysThere.has(id) ? stack.find(({ scope }) => scope === 'anywhere')?.handlers.current[id] : undefined;
};

export const KeyProvider = ({ children }: { readonly children: ReactNode }) => {
  const stack = useRef<readonly Registration[]>([]);
  const [scope, setScope] = useState<Scope>('anywhere');
  const [note, changeNote] = useState<Note | undefined>();
  const [version, setVersion] = useState(0);
  const setNote = useCallback((text: string | undefined, kind: NoteKind = 'warning') => {
    changeNote(text === undefined || text === '' ? undefined : { text, kind });
  }, []);
  const changed = useCallback(() => setVersion(n => n + 1), []);

  const register = useCallback((registration: Registration) => {
    // The general scope lies at the bottom whatever mounted first: React runs a child's effects before its parent's.
    stack.current = registration.scope === 'anywhere' ? [registration, ...stack.current] : [...stack.current, registration];
    setScope(stack.current.at(-1)?.scope ?? 'anywhere');
    return () => {
      stack.current = stack.current.filter(other => other !== registration);
      setScope(stack.current.at(-1)?.scope ?? 'anywhere');
    };
  }, []);

  const perform = useCallback(
    (handler: Handler | undefined) => {
      if (typeof handler === 'string') setNote(handler);
      else if (typeof handler === 'object') handler.run();
      else handler?.();
    },
    [setNote],
  );

  const run = useCallback((id: CommandId) => perform(handlerFor(stack.current, id)), [perform]);

  const available = useCallback((below = false): readonly Available[] => {
    const layers = stack.current.filter(registration => !below || registration.scope !== 'help');
    return entriesFor(layers.at(-1)?.scope ?? 'anywhere').flatMap((entry): readonly Available[] => {
      const handler = handlerFor(layers, entry.id as CommandId);
      if (handler === undefined) return [];
      if (typeof handler === 'string') return [{ entry, blocked: handler }];
      return [{ entry: typeof handler === 'object' ? { ...entry, label: handler.label } : entry }];
    });
  }, []);

  const dispatch = (event: InputEvent) => {
    const top = stack.current.at(-1);
    if (top === undefined) return;
    setNote(undefined);
    if (event.kind === 'paste') {
      top.onText.current?.(event.text, true);
      return;
    }
    const entry = commandFor(top.scope, event.press.name);
    if (entry !== undefined) perform(handlerFor(stack.current, entry.id as CommandId));
    else if (event.press.text !== '') top.onText.current?.(event.press.text, false);
  };

  // Keys that came in one burst are handled one a commit: the second may be meant for the screen that the first opened.
  const queue = useRef<InputEvent[]>([]);
  const [turn, setTurn] = useState(0);
  const pump = () => {
    const event = queue.current[0];
    if (event === undefined) return;
    dispatch(event);
    setTurn(n => n + 1);
  };
  const latestPump = useRef(pump);
  useLayoutEffect(() => {
    if (turn === 0) return undefined;
    queue.current.shift();
    if (queue.current.length === 0) return undefined;
    const next = setImmediate(() => latestPump.current());
    return () => clearImmediate(next);
  }, [turn]);
  useLayoutEffect(() => {
    latestPump.current = pump;
  });
  useTerminalInput(event => {
    queue.current.push(event);
    if (queue.current.length === 1) pump();
  });

  const value = useMemo(
    () => ({ register, changed, scope, version, available, run, note, setNote }),
    [register, changed, scope, version, available, run, note, setNote],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
};

/** Which of them cannot be done, and which are called otherwise. */
const conditionsOf = (handlers: Readonly<Record<string, Handler | undefined>>): string =>
  Object.entries(handlers)
    .map(([id, handler]) =>
      typeof handler === 'function' || handler === undefined ? '' : `${id}:${typeof handler === 'string' ? '' : handler.label}`,
    )
    .join();

/** Registers handlers while the component is mounted and `active`. The handlers may change on every render. */
export const useCommands = <S extends Scope>(
  scope: S,
  handlers: Handlers<S>,
  { active = true, onText }: { readonly active?: boolean; readonly onText?: (text: string, pasted: boolean) => void } = {},
): void => {
  const { register, changed } = useCommandCenter();
  const latest = useRef<Handlers<S>>(handlers);
  const latestText = useRef(onText);
  useLayoutEffect(() => {
    latest.current = handlers;
    latestText.current = onText;
  });
  useLayoutEffect(() => {
    if (!active) return undefined;
    return register({ scope, handlers: latest as Registration['handlers'], onText: latestText });
  }, [scope, active, register]);
  const conditions = conditionsOf(handlers);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the footer is drawn anew when they change.
  useLayoutEffect(changed, [conditions, changed]);
};
