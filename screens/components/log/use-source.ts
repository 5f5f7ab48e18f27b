/** Which of a run's texts is shown: the one that was chosen, or the one where something happens. */
import { useState } from 'react';
import type { LogSource } from '../../../src/runs/files.ts';
import type { RunState } from '../../../src/runs/state.ts';
import { unitsOf } from '../../../src/workloads/registry.ts';
import { useCommandCenter } from '../../app/commands.tsx';
import { useUi } from '../../app/context.tsx';
import { stageOf } from '../../app/stages.ts';

export const wholeLog: LogSource = { id: 'job', title: 'log' };

/** While the image is built the job has written nothing, and there is only that to read. */
export const sourceNow = (state: RunState | undefined, sources: readonly LogSource[]): LogSource => {
  const building = state !== undefined && state.status !== 'ended' && unitsOf(state).done === 0 && stageOf(state)?.name === 'image';
  return (building ? sources.find(({ id }) => id === 'image') : undefined) ?? wholeLog;
};

export const useSource = (run: string, state: RunState | undefined) => {
  const { services } = useUi();
  const { setNote } = useCommandCenter();
  const [chosen, setChosen] = useState<string>();
  const paid = state?.spec.target === 'modal';
  // Asked on every look: containers come and go.
  const sources = paid ? services.runs.logSources(run) : [wholeLog];
  const source = sources.find(({ id }) => id === chosen) ?? sourceNow(state, sources);
  const next = () => {
    if (sources.length < 2) return setNote(paid ? 'There is only the one text so far.' : 'A run of this machine has one log.');
    const at = sources.findIndex(({ id }) => id === source.id);
    setChosen(sources[(at + 1) % sources.length]?.id);
  };
  return { source, several: sources.length > 1, next };
};
