/** Keys in, commands out: one listener at the root, handlers registered by whatever is on the screen. */
import { createContext, type ReactNode, useCallback, useContext, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTerminalInput } from '../src/terminal/input.ts';
import type { InputEvent } from '../src/terminal/keys.ts';
import { alwaysThere, type CommandId, type CommandOf, commandFor, type Entry, entriesFor, modalScopes, type Scope } from './keymap.ts';

/** What a command does; a string says why it cannot be done now, and is shown when its key is pressed. */
export type Handler = (() => void) | string;

/** A screen handles every command of its scope, and may take over a general one, such as `back`. */
export type Handlers<S extends Scope> = Readonly<Record<CommandOf<S>, Handler>> & Readonly<Partial<Record<CommandOf<'anywhere'>, Handler>>>;

type Registration = {
  readonly scope: Scope;
  readonly handlers: { readonly current: Readonly<Partial<Record<CommandId, Handler>>> };
  /** Gets what is typed or pasted and is no command. */
  readonly onText: { readonly current: ((text: string, pasted: boolean) => void) | undefined };
};

export type Available = { readonly entry: Entry; readonly handler: Handler };

type Commands = {
  register(registration: Registration): () => void;
  /** The scope on top: what the footer and the help speak of. */
  readonly scope: Scope;
  /** The commands that work now, below modal `help` too. */
  available(): readonly Available[];
  run(id: CommandId): void;
  readonly note: string | undefined;
  setNote(note: string | undefined): void;
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
  const [note, setNote] = useState<string | undefined>();

  const register = useCallback((registration: Registration) => {
    // The general scope lies at the bottom whatever mounted first: React runs a child's effects before its parent's.
    stack.current = registration.scope === 'anywhere' ? [registration, ...stack.current] : [...stack.current, registration];
    setScope(stack.current.at(-1)?.scope ?? 'anywhere');
    return () => {
      stack.current = stack.current.filter(other => other !== registration);
      setScope(stack.current.at(-1)?.scope ?? 'anywhere');
    };
  }, []);

  const perform = useCallback((handler: Handler | undefined) => {
    if (typeof handler === 'string') setNote(handler);
    else handler?.();
  }, []);

  const run = useCallback((id: CommandId) => perform(handlerFor(stack.current, id)), [perform]);

  const available = useCallback((): readonly Available[] => {
    const below = stack.current.filter(registration => registration.scope !== 'help');
    const top = below.at(-1)?.scope ?? 'anywhere';
    return entriesFor(top).flatMap(entry => {
      const handler = handlerFor(below, entry.id as CommandId);
      return handler === undefined ? [] : [{ entry, handler }];
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

  const value = useMemo(() => ({ register, scope, available, run, note, setNote }), [register, scope, available, run, note]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
};

/** Registers handlers while the component is mounted and `active`. The handlers may change on every render. */
export const useCommands = <S extends Scope>(
  scope: S,
  handlers: Handlers<S>,
  { active = true, onText }: { readonly active?: boolean; readonly onText?: (text: string, pasted: boolean) => void } = {},
): void => {
  const { register } = useCommandCenter();
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
};
