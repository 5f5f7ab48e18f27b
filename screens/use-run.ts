import { useEffect, useState } from 'react';
import type { RunState } from '../src/runs/state.ts';
import { useUi } from './context.tsx';

/** A run, followed closely; at first as the list of runs has it. */
export const useRun = (run: string): RunState | undefined => {
  const { services, runs } = useUi();
  const [state, setState] = useState<RunState>();
  useEffect(() => services.watchRun(run, setState), [services, run]);
  return state ?? runs?.find(known => known.run === run);
};
