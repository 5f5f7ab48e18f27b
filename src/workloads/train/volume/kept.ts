/** What runs keep on the results volume: checkpoints apart from all else. Pure. */
import type { VolumeEntry } from '../../../modal-client/types.ts';
import { isRunId } from '../../../runs/ids.ts';
import { groupBy } from '../../../util/group.ts';
import { sum } from '../../../util/numbers.ts';

/** A folder of `checkpoints/`, as a training writes it (`seizure/training/folders.py`). */
export type KeptCheckpoint = {
  /** On the volume: "runs/train-4kq2/checkpoints/seed-0/step-000300". */
  readonly folder: string;
  /** The part in whose folder it lies ("w1"); null: the run's own, put together at its end. */
  readonly part: string | null;
  readonly seed: number;
  /** null: `best`, what is needed to score with the best step. */
  readonly step: number | null;
  readonly bytes: number;
  /** Unix milliseconds of its newest file; null where none has a time. */
  readonly changed: number | null;
  /** Its card is there, which is written last. */
  readonly whole: boolean;
};

/** Everything of one run on the volume. */
export type KeptRun = {
  readonly run: string;
  readonly files: number;
  readonly bytes: number;
  readonly changed: number | null;
  /** Its result is there: nothing goes on with it. */
  readonly done: boolean;
  readonly checkpoints: readonly KeptCheckpoint[];
};

export const runsFolder = 'runs';

const place =
  /^runs\/(?<run>[^/]+)\/(?:parts\/(?<part>[^/]+)\/)?checkpoints\/seed-(?<seed>\d+)\/(?:step-(?<step>\d+)|best)\/(?<file>[^/]+)$/;

const newest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter(time => time !== null);
  return known.length === 0 ? null : Math.max(...known);
};

const checkpointsOf = (files: readonly VolumeEntry[]): readonly KeptCheckpoint[] => {
  const found = files.flatMap(file => {
    const { part, seed, step, file: name } = place.exec(file.path)?.groups ?? {};
    if (name === undefined || seed === undefined) return [];
    return [{ file, name, folder: file.path.slice(0, -name.length - 1), part: part ?? null, seed: Number(seed), step }];
  });
  return [...groupBy(found, ({ folder }) => folder)].map(([folder, of]) => ({
    folder,
    part: of[0]?.part ?? null,
    seed: of[0]?.seed ?? 0,
    step: of[0]?.step === undefined ? null : Number(of[0].step),
    bytes: sum(of.map(({ file }) => file.bytes)),
    changed: newest(of.map(({ file }) => file.modified)),
    whole: of.some(({ name }) => name === 'card.json'),
  }));
};

/** By everything below `runs/` of the volume, the last changed first. Folders that are no run's are passed over. */
export const keptRuns = (entries: readonly VolumeEntry[]): readonly KeptRun[] => {
  const files = entries.filter(({ type, path }) => type === 'file' && path.startsWith(`${runsFolder}/`));
  const byRun = groupBy(files, ({ path }) => path.split('/')[1] ?? '');
  return [...byRun]
    .filter(([run]) => isRunId(run))
    .map(([run, of]) => ({
      run,
      files: of.length,
      bytes: sum(of.map(({ bytes }) => bytes)),
      changed: newest(of.map(({ modified }) => modified)),
      done: of.some(({ path }) => path === `${runsFolder}/${run}/results.json`),
      checkpoints: checkpointsOf(of),
    }))
    .toSorted((a, b) => (b.changed ?? 0) - (a.changed ?? 0));
};

/** Of the same seed in the same place. */
const keyOf = ({ part, seed }: KeptCheckpoint): string => `${part ?? ''}/${seed}`;

/** The checkpoints of a run, seed by seed and place by place. */
export const groupsOf = ({ checkpoints }: Pick<KeptRun, 'checkpoints'>): readonly (readonly KeptCheckpoint[])[] => [
  ...groupBy(checkpoints, keyOf).values(),
];

/** The newest one that is whole: what a training goes on from. */
export const lastOf = (group: readonly KeptCheckpoint[]): KeptCheckpoint | undefined =>
  group.filter(({ step, whole }) => step !== null && whole).toSorted((a, b) => (b.step ?? 0) - (a.step ?? 0))[0];

export const bestOf = (group: readonly KeptCheckpoint[]): KeptCheckpoint | undefined =>
  group.find(({ step, whole }) => step === null && whole);
