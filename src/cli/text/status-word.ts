import type { RunState } from '../../runs/state.ts';

/** "running", "done", "stopped", … */
export const statusWord = (state: RunState): string => (state.status === 'ended' ? (state.outcome ?? 'ended') : state.status);
