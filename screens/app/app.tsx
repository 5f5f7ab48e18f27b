/** The root: providers, the stack of screens, and leaving. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Preferences } from '../../src/config/preferences.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { UnreadableRun } from '../../src/runs/store.ts';
import type { Services } from '../../src/services/services.ts';
import type { Away, Leave } from '../../src/terminal/host.tsx';
import { useSize } from '../../src/terminal/size.ts';
import type { Body } from '../components/frame.tsx';
import { HelpOverlay } from '../components/help-overlay.tsx';
import { OverlayProvider } from '../components/overlay.tsx';
import { QuitQuestion } from '../components/quit-question.tsx';
import { useModal } from '../modal/use-modal.ts';
import { useOrphans } from '../modal/use-orphans.ts';
import { farewellText, isLive, isPaid } from '../run/run-facts.ts';
import { KeyProvider, useCommandCenter, useCommands } from './commands.tsx';
import { type Draft, type Navigation, type Route, type Ui, UiContext, useUi } from './context.tsx';
import type { CommandId } from './keymap.ts';
import { ScreenFor } from './screen-for.tsx';
import { type Kept, KeptContext } from './use-kept.ts';

export type AppProps = {
  readonly services: Services;
  readonly unicode: boolean;
  readonly leave: Leave;
  readonly away: Away;
  /** A run to open at once. */
  readonly run?: string;
  readonly now?: () => number;
};

const home: Route = { screen: 'home' };

/** The list of runs is renewed less often than a run that is followed: what is over there is over here. */
const newer = (listed: RunState, followed: RunState | undefined): RunState =>
  followed !== undefined && followed.attempt === listed.attempt && !isLive(followed) && isLive(listed) ? followed : listed;

/** A run that was only just started is not listed yet; one that is over may have been removed since, and stays out. */
const withFollowed = (
  listed: readonly RunState[] | undefined,
  followed: Readonly<Record<string, RunState>>,
): readonly RunState[] | undefined => {
  if (listed === undefined) return undefined;
  const unlisted = Object.values(followed).filter(state => isLive(state) && !listed.some(({ run }) => run === state.run));
  return [...unlisted, ...listed.map(state => newer(state, followed[state.run]))];
};

export const App = ({ services, unicode, leave, away, run, now = Date.now }: AppProps) => {
  const size = useSize();
  const [stack, setStack] = useState<readonly Route[]>(() => [
    { screen: 'home' },
    ...(run === undefined ? [] : [{ screen: 'monitor', run } as const]),
  ]);
  const [listed, setListed] = useState<readonly RunState[]>();
  const [unreadable, setUnreadable] = useState<readonly UnreadableRun[]>([]);
  const [followed, setFollowed] = useState<Readonly<Record<string, RunState>>>({});
  const [preferences, setPreferences] = useState<Preferences>();
  const [draft, beginDraft] = useState<Draft>({});
  /** By the places on the stack, which are objects of their own. */
  const kept = useRef(new WeakMap<Route, Kept>());
  const [asking, setAsking] = useState(false);

  // Effects run after the first frame: nothing is waited for before something can be seen.
  useEffect(
    () =>
      services.runs.watchAll((runs, broken) => {
        setListed(runs);
        setUnreadable(broken);
      }),
    [services],
  );
  useEffect(() => {
    services.preferences.read().then(setPreferences, () => setPreferences({}));
  }, [services]);

  const navigation = useMemo<Navigation>(
    () => ({
      push: route => setStack(old => [...old, route]),
      replace: route => setStack(old => [...old.slice(0, -1), route]),
      reset: route => setStack(route === undefined ? [{ screen: 'home' }] : [{ screen: 'home' }, route]),
      back: () => setStack(old => (old.length > 1 ? old.slice(0, -1) : old)),
    }),
    [],
  );
  const setDraft = useCallback((change: Draft) => beginDraft(old => ({ ...old, ...change })), []);
  const noteRun = useCallback(
    (state: RunState) => setFollowed(old => (old[state.run]?.status === state.status ? old : { ...old, [state.run]: state })),
    [],
  );
  const runs = useMemo(() => withFollowed(listed, followed), [listed, followed]);
  const live = useMemo(() => (runs ?? []).filter(isLive), [runs]);
  const modal = useModal(services, now);
  const orphans = useOrphans(services);
  // Who pays is asked once somebody does, never by a start alone.
  const paying = live.some(isPaid);
  const { ask } = modal;
  useEffect(() => {
    if (paying) ask();
  }, [paying, ask]);
  const left = useRef(false);
  const goodbye = useCallback(
    (code: number, remaining: readonly RunState[]) => {
      if (left.current) return;
      left.current = true;
      const text = farewellText(remaining.map(state => state.run));
      leave(text === undefined ? { code } : { code, text });
    },
    [leave],
  );
  const quit = useCallback(() => {
    if (live.length === 0) goodbye(0, []);
    else setAsking(true);
  }, [live, goodbye]);

  // The last run ended while the question stood: what was asked for, to leave, needs no answer any more.
  useEffect(() => {
    if (asking && live.length === 0) goodbye(0, []);
  }, [asking, live, goodbye]);

  const ui = useMemo<Ui>(
    () => ({
      services,
      size,
      unicode,
      now,
      away,
      navigation,
      draft,
      setDraft,
      beginDraft,
      preferences,
      runs,
      unreadable,
      modal,
      orphans,
      noteRun,
      quit,
    }),
    [services, size, unicode, now, away, navigation, draft, setDraft, preferences, runs, unreadable, modal, orphans, noteRun, quit],
  );
  const route = stack.at(-1) ?? home;
  const keptHere = kept.current.get(route) ?? new Map<string, unknown>();
  kept.current.set(route, keptHere);
  const focus = 'run' in route ? route.run : undefined;
  return (
    <UiContext.Provider value={ui}>
      <KeyProvider>
        <KeptContext.Provider value={keptHere}>
          <Shell
            route={route}
            depth={stack.length}
            overlay={
              asking
                ? body => (
                    <QuitQuestion
                      {...body}
                      live={live}
                      focus={focus}
                      onDetach={() => goodbye(0, live)}
                      onStopped={stopped =>
                        goodbye(
                          0,
                          live.filter(state => state.run !== stopped),
                        )
                      }
                      onStay={() => setAsking(false)}
                    />
                  )
                : undefined
            }
            onInterrupt={() => goodbye(130, live)}
            onSuspend={away.suspend}
          />
        </KeptContext.Provider>
      </KeyProvider>
    </UiContext.Provider>
  );
};

type ShellProps = {
  readonly route: Route;
  readonly depth: number;
  readonly overlay: ((body: Body) => React.ReactNode) | undefined;
  readonly onInterrupt: () => void;
  readonly onSuspend: () => void;
};

/** The general keys, and what lies over the screen. */
const Shell = ({ route, depth, overlay, onInterrupt, onSuspend }: ShellProps) => {
  const { navigation, quit } = useUi();
  const { setNote, run } = useCommandCenter();
  const [help, setHelp] = useState(false);
  /** Chosen in the help: it can be run once the help, which shuts it out, is gone. */
  const [chosen, setChosen] = useState<CommandId>();
  useEffect(() => {
    if (help || chosen === undefined) return;
    setChosen(undefined);
    run(chosen);
  }, [help, chosen, run]);
  useCommands('anywhere', {
    more: () => setHelp(true),
    back: () => (depth > 1 ? navigation.back() : setNote('This is home. q leaves.')),
    quit,
    interrupt: onInterrupt,
    suspend: onSuspend,
  });
  const shown = overlay ?? (help ? (body: Body) => <HelpOverlay {...body} onClose={() => setHelp(false)} onRun={setChosen} /> : undefined);
  return (
    <OverlayProvider value={shown}>
      <ScreenFor route={route} />
    </OverlayProvider>
  );
};
