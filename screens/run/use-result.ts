/** What the result of any run has around it, whatever its keys are called: its cost, its log, going on with it, the same again. */
import type { RunState } from '../../src/runs/state.ts';
import type { Handler } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import type { LineLike } from '../app/text.ts';
import { accountOf } from '../modal/use-modal.ts';
import { draftOf } from '../wizard/spec-to-draft.ts';
import { costLine, isLive } from './run-facts.ts';
import { useDashboard } from './use-dashboard.ts';
import { useRunCommands } from './use-run-commands.tsx';

export type ResultSurroundings = {
  /** Unix milliseconds, renewed while the run is at work. */
  readonly now: number;
  readonly cost: LineLike;
  readonly again: () => void;
  readonly general: { readonly 'full-log': Handler; readonly resume: Handler; readonly dashboard: Handler };
};

export const useResult = (state: RunState): ResultSurroundings => {
  const { navigation, beginDraft, modal, size } = useUi();
  const { run } = state;
  const now = useNow(isLive(state));
  const moment = useMoment(now);
  const { resume } = useRunCommands([state], { onResumed: () => navigation.replace({ screen: 'monitor', run }) });
  const dashboard = useDashboard(state);
  return {
    now,
    cost: costLine(state, moment, { account: accountOf(modal), columns: size.columns }),
    again: () => {
      beginDraft(draftOf(state.spec));
      navigation.push({ screen: 'review' });
    },
    general: { 'full-log': () => navigation.push({ screen: 'log', run }), resume, dashboard },
  };
};
