/** The files of one run. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { paths } from '../util/paths.ts';
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

/** Put together by hand: lists make thousands of them, and `path.join` looks at each letter again. */
export const filesIn = (folder: string): RunFiles => {
  const inside = `${folder}${path.sep}`;
  const job = `${inside}job`;
  return {
    folder,
    journal: `${inside}journal.ndjson`,
    snapshot: `${inside}state.json`,
    owner: `${inside}owner`,
    intents: `${inside}intents`,
    supervisorLog: `${inside}supervisor.log`,
    job,
    log: `${job}${path.sep}log`,
    results: `${job}${path.sep}results.json`,
  };
};

/** What the client said while it launched an attempt; the image's build log is in it. */
export const launchLog = (job: string, attempt: number): string => path.join(job, `launch-${attempt}.log`);

/** What one container of a run on Modal wrote: the same bytes as there. */
export const containerFolder = (job: string, container: string): string => path.join(job, 'containers', container);

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).toSorted() : []);

/** "w2" before "w10". */
const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const newestLaunch = ({ job }: RunFiles): string | undefined =>
  namesIn(job)
    .filter(name => /^launch-\d+\.log$/.test(name))
    .toSorted(byNumber)
    .at(-1);

/** The texts that a run has by now. */
export const logSources = (files: RunFiles): readonly LogSource[] => [
  { id: 'job', title: 'log' },
  ...(newestLaunch(files) === undefined ? [] : [{ id: 'image', title: 'image and launch' }]),
  ...namesIn(path.join(files.job, 'containers'))
    .filter(name => existsSync(path.join(containerFolder(files.job, name), 'log')))
    .toSorted(byNumber)
    .map(name => ({ id: name, title: name === 'main' ? 'coordinator' : name })),
];

/** The file of one of them; the run's log where there is no such source. */
export const logFile = (files: RunFiles, source = 'job'): string => {
  if (source === 'image') return path.join(files.job, newestLaunch(files) ?? 'launch-1.log');
  return logSources(files).some(({ id }) => id === source) && source !== 'job'
    ? path.join(containerFolder(files.job, source), 'log')
    : files.log;
};

/** `runs`: the folder of all, for whoever asks for thousands. */
export const runFiles = (run: string, runs: string = paths().runs): RunFiles => filesIn(`${runs}${path.sep}${run}`);

/** A text that a run has: its log, one container's, or what was said while the image was built. */
export type LogSource = {
  /** "job" is the run's whole log; "image"; else a container's name: "w1". */
  readonly id: string;
  readonly title: string;
};
