/** What terminals ask of a run's supervisor: small files that appear whole, in order of time, and go when they were heeded. */
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, readJson, writeJsonAtomic } from '../process/files.ts';

export type Intent =
  | { readonly intent: 'stop'; readonly force: boolean }
  /** `budget`: dollars, when it is another from now on. */
  | { readonly intent: 'resume'; readonly budget?: number }
  /** The budget in force from now on. */
  | { readonly intent: 'budget'; readonly dollars: number };

export type PendingIntent = { readonly file: string; readonly wish: Intent };

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

const toIntent = (value: unknown): Intent | undefined => {
  const { intent, force, budget, dollars } = (value ?? {}) as Record<string, unknown>;
  if (intent === 'stop') return { intent, force: force === true };
  if (intent === 'resume') return isAmount(budget) ? { intent, budget } : { intent };
  return intent === 'budget' && isAmount(dollars) ? { intent, dollars } : undefined;
};

export const sendIntent = (folder: string, wish: Intent): void => {
  makeFolder(folder);
  const name = `${String(Date.now()).padStart(15, '0')}-${randomBytes(3).toString('hex')}.json`;
  writeJsonAtomic(path.join(folder, name), { v: 1, ...wish });
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter(name => name.endsWith('.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Oldest first. What makes no sense is removed. */
export const pendingIntents = (folder: string): readonly PendingIntent[] =>
  namesIn(folder)
    .toSorted()
    .flatMap(name => {
      const file = path.join(folder, name);
      const wish = toIntent(readJson(file));
      if (wish === undefined) dropIntent(file);
      return wish === undefined ? [] : [{ file, wish }];
    });

/** To be called after the journal has it: a supervisor killed in between heeds it again, which changes nothing. */
export const dropIntent = (file: string): void => rmSync(file, { force: true });
