/** What a run has on this machine, copied: each file appears whole, and what is there already stays. */
import { existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { copyFile, open, rename, utimes } from 'node:fs/promises';
import path from 'node:path';
import { UserError, usageError } from '../../errors/errors.ts';
import { sumOf } from '../../process/file-sum.ts';
import { makeFolder, writeTextAtomic } from '../../process/files.ts';
import type { RunReader } from '../../runs/store.ts';
import { workloadOf } from '../../workloads/registry.ts';
import { resultRecord } from '../text/summary.ts';
import { linesOf } from '../workloads.ts';
import type { OwnFolder } from './own-folder.ts';

type Pair = { readonly source: string; readonly copy: string };

/** Names that begin with a dot are of files that were never finished. */
const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter(({ name }) => !name.startsWith('.'))
        .flatMap(entry => {
          const at = path.join(folder, entry.name);
          return entry.isDirectory() ? filesBelow(at) : [at];
        })
    : [];

const statOf = (file: string): Stats | undefined => statSync(file, { throwIfNoEntry: false });

/** Of one size, and of one time or one sum. */
const isSame = async ({ source, copy }: Pair): Promise<boolean> => {
  const [from, to] = [statOf(source), statOf(copy)];
  if (from === undefined || to === undefined || !to.isFile() || from.size !== to.size) return false;
  return Math.trunc(from.mtimeMs / 1000) === Math.trunc(to.mtimeMs / 1000) || (await sumOf(source)) === (await sumOf(copy));
};

/** Under a name with a leading dot until it is whole and on the disk. */
const bring = async ({ source, copy }: Pair): Promise<void> => {
  const part = path.join(path.dirname(copy), `.${path.basename(copy)}.part`);
  makeFolder(path.dirname(copy));
  await copyFile(source, part);
  const { atimeMs, mtimeMs } = statSync(source);
  await utimes(part, atimeMs / 1000, mtimeMs / 1000);
  const file = await open(part, 'r+');
  await file.sync().finally(() => file.close());
  await rename(part, copy);
};

const pairsOf = ({ files: { results, log, job, journal }, refresh }: RunReader, folder: string, whole: boolean): readonly Pair[] => {
  const single = [results, log, path.join(job, 'events.ndjson'), path.join(job, 'job.json'), journal].filter(file => existsSync(file));
  const below = (whole ? workloadOf(refresh().spec).folders : []).flatMap(name => filesBelow(path.join(job, name)));
  return [
    ...single.map(source => ({ source, copy: path.join(folder, path.basename(source)) })),
    ...below.map(source => ({ source, copy: path.join(folder, path.relative(job, source)) })),
  ];
};

/** `names`: at the top of the folder. `kept`: files that were there already. */
export type Copied = { readonly names: readonly string[]; readonly files: number; readonly kept: number };

export type CopyOptions = {
  /** With its workload's folders. False where the volume has newer ones. */
  readonly whole: boolean;
  readonly signal: AbortSignal;
};

/** Throws a usage error, before anything is copied, where another file has one of the names. */
export const copyResults = async (reader: RunReader, own: OwnFolder, { whole, signal }: CopyOptions): Promise<Copied> => {
  const { folder, begun } = own;
  own.check();
  const pairs = pairsOf(reader, folder, whole);
  const state = reader.refresh();
  const record = path.join(folder, linesOf(state.spec).recordFile);
  const text = `${JSON.stringify(resultRecord(state, Date.now()), undefined, 2)}\n`;
  const refuse = (file: string): void => {
    if (!begun && existsSync(file)) throw usageError(`${file} exists already`, 'nothing is written over', own.elsewhere);
  };
  const missing: Pair[] = [];
  for (const pair of pairs) {
    signal.throwIfAborted();
    if (await isSame(pair)) continue;
    refuse(pair.copy);
    missing.push(pair);
  }
  if (!existsSync(record) || readFileSync(record, 'utf8') !== text) refuse(record);
  own.claim();
  try {
    for (const pair of missing) {
      signal.throwIfAborted();
      await bring(pair);
    }
    writeTextAtomic(record, text);
  } catch (error) {
    if (signal.aborted) throw error;
    const why = (error as Error).message;
    throw new UserError({
      what: `The results could not be copied to ${folder}`,
      why,
      kept: `the originals in ${reader.files.job}, and what was copied`,
      hint: own.again,
    });
  }
  const names = [...pairs.map(({ copy }) => copy), record].map(file => path.relative(folder, file).split(path.sep)[0] ?? '');
  return { names: [...new Set(names)], files: pairs.length, kept: pairs.length - missing.length };
};
