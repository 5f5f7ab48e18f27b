/** What ann-tui keeps on this disk, and its removal. Only what it made itself: names of its own below its own folders. */
import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { transfersFolder } from '../datasets/transfers.ts';
import { UserError } from '../errors/errors.ts';
import type { RunState } from '../runs/state.ts';
import { selftestFolder } from '../selftest/report.ts';
import { paths } from '../util/paths.ts';
import { bytesBelow } from './disk.ts';
import { setupLog } from './setup.ts';

export type Belonging = {
  /** "runs" */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
};

/** Everything that is there now, with its size. */
export const belongings = async (only?: 'environment'): Promise<readonly Belonging[]> => {
  const { python, datasets, runs, compiled, config } = paths();
  const known = [
    { name: 'Python environment', path: python },
    { name: 'set-up log', path: setupLog() },
    ...(only === 'environment'
      ? []
      : [
          { name: 'datasets', path: datasets },
          { name: 'runs and their results', path: runs },
          { name: 'your own code, compiled', path: compiled },
          { name: 'notes of uploads and of syncs at Modal', path: transfersFolder() },
          { name: 'reports of the self-test', path: selftestFolder() },
          { name: 'preferences and your own configs', path: config },
        ]),
  ];
  const there = known.filter(entry => existsSync(entry.path));
  return await Promise.all(there.map(async entry => ({ ...entry, bytes: await bytesBelow(entry.path) })));
};

/** Throws a `UserError` when a run is still alive: its files would vanish under it. */
export const refuseWithLiveRuns = (states: readonly RunState[]): void => {
  const live = states.filter(({ status }) => status !== 'ended').map(({ run }) => run);
  if (live.length === 0) return;
  throw new UserError({
    what: live.length === 1 ? 'A run is still going' : `${live.length} runs are still going`,
    why: `${live.join(', ')}: its files would be removed under it`,
    kept: 'nothing was removed',
    hint: `ann-tui stop ${live[0]}`,
  });
};

const removeWhenEmpty = (folder: string): void => {
  try {
    if (readdirSync(folder).length === 0) rmdirSync(folder);
  } catch {
    // Somebody else's files are in it, or it was never there.
  }
};

export const removeBelongings = async (list: readonly Belonging[]): Promise<void> => {
  for (const belonging of list) await rm(belonging.path, { recursive: true, force: true, maxRetries: 3 });
  const { data, config } = paths();
  removeWhenEmpty(data);
  if (path.dirname(data) === path.dirname(config)) removeWhenEmpty(path.dirname(data));
};
