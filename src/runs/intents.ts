/** What terminals ask of a run's supervisor: empty files whose names say it, in order of time, and go when they were heeded. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileMode, makeFolder } from '../process/files.ts';

export type Intent =
  /** `enough`: nobody broke it off; it was to do no more than it has done. */
  | { readonly intent: 'stop'; readonly force: boolean; readonly enough?: true }
  /** `budget`: dollars, when it is another from now on. */
  | { readonly intent: 'resume'; readonly budget?: number; readonly overBudget?: true }
  /** The budget in force from now on. */
  | { readonly intent: 'budget'; readonly dollars: number };

export type PendingIntent = { readonly file: string; readonly wish: Intent };

const isAmount = (value: number): boolean => Number.isFinite(value) && value > 0;

/** Of a resume: it goes on though it looks like costing more than its budget. */
const over = 'over';

const toResume = (more = ''): Intent => {
  const overBudget = more === over || more.startsWith(`${over}.`);
  const budget = Number(overBudget ? more.slice(over.length + 1) : more);
  return { intent: 'resume', ...(overBudget && { overBudget: true as const }), ...(isAmount(budget) && { budget }) };
};

/** The name says it all, so that a stop finds its way on a full disk: an empty file needs no room. */
const wordsOf = (wish: Intent): string => {
  if (wish.intent === 'stop') return wish.force ? 'stop.force' : wish.enough ? 'stop.enough' : 'stop';
  if (wish.intent === 'budget') return `budget.${wish.dollars}`;
  return ['resume', ...(wish.overBudget ? [over] : []), ...(wish.budget === undefined ? [] : [wish.budget])].join('.');
};

const toIntent = (name: string): Intent | undefined => {
  const [, intent, more] = /^\d+-[0-9a-f]+\.(stop|resume|budget)(?:\.(.+))?$/.exec(name) ?? [];
  const dollars = Number(more);
  if (intent === 'stop' && more === 'enough') return { intent, force: false, enough: true };
  if (intent === 'stop' && (more === undefined || more === 'force')) return { intent, force: more === 'force' };
  if (intent === 'resume') return toResume(more);
  return intent === 'budget' && isAmount(dollars) ? { intent, dollars } : undefined;
};

export const sendIntent = (folder: string, wish: Intent): void => {
  makeFolder(folder);
  const name = `${String(Date.now()).padStart(15, '0')}-${randomBytes(3).toString('hex')}.${wordsOf(wish)}`;
  closeSync(openSync(path.join(folder, name), 'wx', fileMode));
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
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
      const wish = toIntent(name);
      if (wish === undefined) dropIntent(file);
      return wish === undefined ? [] : [{ file, wish }];
    });

/** To be called after the journal has it: a supervisor killed in between heeds it again, which changes nothing. */
export const dropIntent = (file: string): void => rmSync(file, { force: true });
