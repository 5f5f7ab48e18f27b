/** Runs that an earlier version made (`test/fixtures/runs-before`), as they stand in a home that was upgraded in place. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Their names, by what they are there for. */
export const runsBefore = {
  /** naive and hnsw on dots: four points. */
  done: 'bench-7gqzqc',
  /** A person's own mine.cpp beside naive on dots. */
  own: 'bench-p8sjce',
  /** naive and hnsw on dots and stars, stopped when the three points on dots were measured. */
  stopped: 'bench-egm02m',
  /** naive and hnsw on dots and stars: four points. */
  twoDatasets: 'bench-00zkdc',
  /** naive and hnsw on dots in two containers at Modal. */
  modal: 'bench-xpwxwr',
  /** A person's own broken.cpp, which does not compile. */
  failed: 'bench-18tn7b',
} as const;

export type RunBefore = (typeof runsBefore)[keyof typeof runsBefore];

const fixture = path.join(import.meta.dirname, '../fixtures/runs-before/home/data');

/**
 * The index knows a journal by inode and times, and those of a copy are new: its entries are stamped anew, so that nothing but its own version
 * speaks against it.
 */
const stampIndex = (runs: string): void => {
  const file = path.join(runs, '.index.ndjson');
  const [head = '', ...entries] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const body = entries
    .map(text => {
      const entry = JSON.parse(text);
      const { ino, size, mtimeMs, ctimeMs } = statSync(path.join(runs, entry.kept.run, 'journal.ndjson'));
      return `${JSON.stringify({ ...entry, stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs}` })}\n`;
    })
    .join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  writeFileSync(file, `${JSON.stringify({ ...JSON.parse(head), sha256 })}\n${body}`);
};

/** Copies the datasets and all the runs, or one without the index, into a home. */
export const copyRunsBefore = (home: string, only?: RunBefore): void => {
  const data = path.join(home, 'data');
  const runs = path.join(data, 'runs');
  cpSync(path.join(fixture, 'datasets'), path.join(data, 'datasets'), { recursive: true });
  cpSync(path.join(fixture, 'runs', only ?? ''), path.join(runs, only ?? ''), { recursive: true, preserveTimestamps: true });
  const names = readdirSync(runs).filter(name => !name.startsWith('.'));
  // Git keeps no empty folder.
  for (const name of names) mkdirSync(path.join(runs, name, 'intents'), { recursive: true });
  if (only === undefined) stampIndex(runs);
};
