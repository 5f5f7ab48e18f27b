import { useEffect, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { RunState } from '../../src/runs/state.ts';
import { useCommandCenter } from '../app/commands.tsx';
import { useUi } from '../app/context.tsx';

/** A run, followed closely; at first as the list of runs has it. One that was removed meanwhile leads back. */
export const useRun = (run: string): RunState | undefined => {
  const { services, runs, noteRun, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [state, setState] = useState<RunState>();
  useEffect(() => {
    try {
      return services.runs.watch(run, newer => {
        setState(newer);
        noteRun(newer);
      });
    } catch (error) {
      const { what, why } = toFailure(error);
      setNote(`${what}: ${why}`);
      navigation.back();
      return undefined;
    }
  }, [services, run, noteRun, navigation, setNote]);
  return state ?? runs?.find(known => known.run === run);
};
