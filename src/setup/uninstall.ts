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
import { packageCopies } from './training/packages.ts';
import { readTrainingStamp, torchText, trainingFolders } from './training/status.ts';

export type Belonging = {
  /** "runs" */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
};

type Entry = Omit<Belonging, 'bytes'>;

/** What trainings need, by far the largest of it all, and made again without the rest. */
const ofTraining = (): readonly Entry[] => [
  ...trainingFolders().map(folder => {
    const stamp = readTrainingStamp(folder);
    const name = stamp === undefined ? 'not finished' : torchText(stamp.torch, stamp.variant);
    return { name: `training environment: ${name}`, path: folder };
  }),
  ...packageCopies().map(folder => ({ name: 'training environment: our packages', path: folder })),
];

const withSize = async (entry: Entry): Promise<Belonging> => ({ ...entry, bytes: await bytesBelow(entry.path) });

/** Everything that is there now, with its size. `environment`: every Python environment; `training`: that of trainings. */
export const belongings = async (only?: 'environment' | 'training'): Promise<readonly Belonging[]> => {
  const { python, datasets, runs, compiled, peers, config } = paths();
  const training = await Promise.all(ofTraining().map(withSize));
  if (only === 'training') return training;
  const known = [
    { name: 'Python environment', path: python },
    { name: 'libraries of others', path: peers },
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
  const there = await Promise.all(known.filter(entry => existsSync(entry.path)).map(withSize));
  const counted = training.reduce((sum, { bytes }) => sum + bytes, 0);
  // It stands below the others' folder.
  return [...training, ...there.map(entry => (entry.path === python ? { ...entry, bytes: entry.bytes - counted } : entry))];
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
  const named = new Set(list.map(entry => entry.path));
  // What lies below another goes with it: where that is a link, only the link does.
  const tops = list.filter(entry => !named.has(path.dirname(entry.path)));
  for (const top of tops) await rm(top.path, { recursive: true, force: true, maxRetries: 3 });
  const { data, config } = paths();
  removeWhenEmpty(data);
  if (path.dirname(data) === path.dirname(config)) removeWhenEmpty(path.dirname(data));
};
