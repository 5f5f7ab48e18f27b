import type { RunState } from '../../src/runs/state.ts';
import { type Handler, useCommandCenter } from '../app/commands.tsx';
import { useUi } from '../app/context.tsx';
import { isPaid } from './run-facts.ts';

/** The run's page at Modal: its address is always shown, and opened where there is a browser. A string: why there is not one run. */
export const useDashboard = (state: RunState | string | undefined): Handler => {
  const { services } = useUi();
  const { setNote } = useCommandCenter();
  if (typeof state === 'string') return state;
  if (state === undefined) return 'No run is selected.';
  if (!isPaid(state)) return 'It runs on this machine: there is no page of it at Modal.';
  const url = services.runs.dashboard(state);
  if (url === undefined) return 'Modal has no page of it yet.';
  return () => {
    setNote(url, 'done');
    services.host.openInBrowser(url).then(
      opened => setNote(opened ? `${url} (in the browser)` : url, 'done'),
      () => setNote(url, 'done'),
    );
  };
};
