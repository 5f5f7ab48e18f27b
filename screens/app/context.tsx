/** What every screen can reach: services, the terminal, the clock, the runs, and the way from screen to screen. */
import { createContext, useContext, useEffect, useState } from 'react';
import type { Preferences } from '../../src/config/preferences.ts';
import type { Moment } from '../../src/metering/plane-clock.ts';
import type { PriceDemands } from '../../src/prices/container-price.ts';
import type { TargetName } from '../../src/runs/spec.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { UnreadableRun } from '../../src/runs/store.ts';
import type { Services } from '../../src/services/services.ts';
import type { Away } from '../../src/terminal/host.tsx';
import type { Size } from '../../src/terminal/size.ts';
import type { SharedChoices } from '../../src/workloads/shared-plan.ts';
import type { Runtime } from '../../src/workloads/workload.ts';
import type { Modal } from '../modal/use-modal.ts';
import type { Orphans } from '../modal/use-orphans.ts';
import type { Answers } from './answers.ts';

export type Route =
  | {
      readonly screen: 'home' | 'where' | 'hardware' | 'dataset' | 'runs' | 'costs' | 'doctor' | 'sign-in' | 'secrets';
    }
  /** `starts`: what is free begins without another Enter, once. */
  | { readonly screen: 'review'; readonly starts?: boolean }
  | { readonly screen: 'inventory'; readonly dataset: string }
  | { readonly screen: 'selftest'; readonly target: 'local' | 'modal' }
  | { readonly screen: 'secret'; readonly name?: string; readonly exists: boolean }
  | { readonly screen: 'setup'; readonly onward: 'review' | 'back'; readonly runtime: Runtime }
  | { readonly screen: 'monitor' | 'result' | 'log'; readonly run: string }
  /** A screen that a workload has of its own. */
  | { readonly screen: 'page'; readonly kind: string; readonly page: string; readonly answered?: SharedChoices }
  | { readonly screen: 'compare-with'; readonly kind: string; readonly run: string }
  | { readonly screen: 'compare'; readonly kind: string; readonly runs: readonly string[] };

export type Navigation = {
  push(route: Route): void;
  /** Takes the place of the screen shown. */
  replace(route: Route): void;
  /** Home, with `route` on it. */
  reset(route?: Route): void;
  back(): void;
};

/** The wizard's answers so far. Absent: not asked yet, the preselected one stands. */
export type Draft = {
  /** The workload; absent: the first of the registry. */
  readonly kind?: string;
  /** What its own steps were answered. */
  readonly answers?: Answers;
  readonly datasets?: readonly string[];
  readonly hardware?: string;
  readonly target?: TargetName;
  /** On Modal: how many measure at once. */
  readonly containers?: number;
  /** On Modal, dollars; null: a person wants none. Absent: one is proposed. */
  readonly budget?: number | null;
  /** On Modal: only there. */
  readonly region?: string | undefined;
  /** On Modal: may not be interrupted. */
  readonly nonpreemptible?: boolean;
  /** Seconds; not asked, as the run had it that is run again. */
  readonly timeout?: number | undefined;
};

type Optional = 'budget' | 'region' | 'nonpreemptible' | 'timeout';

export type CompleteDraft = Required<Omit<Draft, Optional>> & Pick<Draft, Optional>;

export const choicesOf = (draft: CompleteDraft): SharedChoices => {
  const { kind, answers, datasets, hardware, target, containers, budget, timeout } = draft;
  const choices = { ...answers, kind, datasets, target, hardware, ...(timeout !== undefined && { timeout }) };
  if (target === 'local') return choices;
  return { ...choices, containers, ...(typeof budget === 'number' && { budget }), ...demandsOf(draft) };
};

/** What is asked of the containers beside their size. */
export const demandsOf = ({ target, region, nonpreemptible }: Pick<Draft, 'target' | 'region' | 'nonpreemptible'>): PriceDemands =>
  target === 'modal' ? { ...(region !== undefined && { region }), ...(nonpreemptible === true && { nonpreemptible }) } : {};

export type Ui = {
  readonly services: Services;
  readonly size: Size;
  readonly unicode: boolean;
  /** Unix milliseconds; a test hands in its own clock. */
  readonly now: () => number;
  /** Gives the terminal to another program. */
  readonly away: Away;
  readonly navigation: Navigation;
  readonly draft: Draft;
  /** Adds to what was answered. */
  readonly setDraft: (change: Draft) => void;
  /** In place of all that was answered: the wizard begins anew. */
  readonly beginDraft: (draft: Draft) => void;
  readonly preferences: Preferences | undefined;
  /** Absent until they were read for the first time. */
  readonly runs: readonly RunState[] | undefined;
  /** Those that cannot be read, each with why. */
  readonly unreadable: readonly UnreadableRun[];
  readonly modal: Modal;
  readonly orphans: Orphans;
  /** A run that is followed closely is known to be over before the list of runs says so. */
  readonly noteRun: (state: RunState) => void;
  readonly quit: () => void;
};

export const UiContext = createContext<Ui | undefined>(undefined);

export const useUi = (): Ui => {
  const ui = useContext(UiContext);
  if (ui === undefined) throw new Error('useUi outside of App');
  return ui;
};

/** What this machine's clocks say at `now`, by the wall clock of the screens: with it the meter heeds no jump of that clock. */
export const useMoment = (now: number): Moment => ({ ...useUi().services.host.moment(), wall: now });

/** The time, renewed every `interval` milliseconds while `ticking`: the one thing that moves. */
export const useNow = (ticking: boolean, interval = 1000): number => {
  const { now } = useUi();
  const [time, setTime] = useState(now);
  useEffect(() => {
    setTime(now());
    if (!ticking) return undefined;
    const timer = setInterval(() => setTime(now()), interval);
    return () => clearInterval(timer);
  }, [ticking, interval, now]);
  return time;
};
