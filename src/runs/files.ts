/** The files of one run. */
import path from 'node:path';
import { paths } from '../paths.ts';

export type RunFiles = {
  readonly folder: string;
  readonly journal: string;
  readonly snapshot: string;
  readonly owner: string;
  readonly intents: string;
  /** What the supervisor itself has to say, when something went wrong with it. */
  readonly supervisorLog: string;
  /** The job's working folder: results are in here. */
  readonly job: string;
  readonly log: string;
  readonly results: string;
};

export const filesIn = (folder: string): RunFiles => {
  const job = path.join(folder, 'job');
  return {
    folder,
    journal: path.join(folder, 'journal.ndjson'),
    snapshot: path.join(folder, 'state.json'),
    owner: path.join(folder, 'owner'),
    intents: path.join(folder, 'intents'),
    supervisorLog: path.join(folder, 'supervisor.log'),
    job,
    log: path.join(job, 'log'),
    results: path.join(job, 'results.json'),
  };
};

export const runFiles = (run: string): RunFiles => filesIn(path.join(paths().runs, run));
