/** Where a run's files stand on the results volume, and how they become the run's own files here. */
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, temporaryBeside } from '../../process/files.ts';
import { containerFolder } from '../../runs/files.ts';
import type { Mirror } from './mirror.ts';
import { type Heard, readLine } from './stream.ts';

export const remoteRun = (run: string): string => `runs/${run}`;

/** `main` is the coordinator; all others are parts. */
export const remoteContainer = (run: string, container: string): string =>
  container === 'main' ? `${remoteRun(run)}/main` : `${remoteRun(run)}/parts/${container}`;

const linesOf = (file: string): readonly string[] => {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole === '' ? [] : whole.slice(0, -1).split('\n');
};

/** Lines of a container's log file as they would have been heard; `before` lines of it stand above them. */
export const asHeard = (container: string, lines: readonly string[], before = 0): readonly Heard[] =>
  lines.map((text, index) => ({ kind: 'log', container, number: before + index + 1, text }));

const eventsHeard = (lines: readonly string[]): readonly Heard[] =>
  lines.flatMap(line => {
    const heard = readLine(line);
    return heard?.kind === 'event' ? [heard] : [];
  });

/**
 * A container that vanished without time to commit left numbers that its next start gave to other events. Those were passed over as heard; here they
 * are told again under a name of their own, so that nothing is lost.
 */
const retold = (container: string, truth: readonly string[], heard: readonly string[], reached: number): readonly string[] => {
  const known = new Set(heard);
  return truth
    .filter(line => {
      const one = readLine(line);
      return one?.kind === 'event' && one.number <= reached && !known.has(line);
    })
    .map((line, index) => JSON.stringify({ ...(JSON.parse(line) as object), container: `${container}-again`, seq: index + 1 }));
};

const isPrefix = (short: Buffer, long: Buffer): boolean => short.length <= long.length && short.equals(long.subarray(0, short.length));

/** The volume's file takes the place of what was heard, unless more was heard than was committed. */
const settle = (truth: string, heard: string): void => {
  if (!existsSync(truth)) return;
  if (existsSync(heard)) {
    const [there, here] = [readFileSync(truth), readFileSync(heard)];
    if (there.length < here.length && isPrefix(there, here)) return;
    // Heard otherwise than written: both are kept, the volume's word counts.
    if (!isPrefix(here, there)) renameSync(heard, `${heard}.heard`);
  }
  const temporary = temporaryBeside(heard);
  copyFileSync(truth, temporary);
  renameSync(temporary, heard);
};

const foldersOf = (fetched: string): readonly (readonly [container: string, folder: string])[] => {
  const parts = path.join(fetched, 'parts');
  const names = existsSync(parts) ? readdirSync(parts).filter(name => /^[a-z][a-z0-9-]{0,31}$/.test(name)) : [];
  const main = path.join(fetched, 'main');
  return [...(existsSync(main) ? [['main', main] as const] : []), ...names.map(name => [name, path.join(parts, name)] as const)];
};

/** Moves what has this name in the first of the places that has it. */
const take = (places: readonly string[], name: string, job: string): void => {
  const from = places.map(place => path.join(place, name)).find(existsSync);
  if (from === undefined) return;
  const to = path.join(job, name);
  rmSync(to, { recursive: true, force: true });
  renameSync(from, to);
};

/**
 * Puts a fetched `runs/RUN` in its place in the job's folder, and fills what was never heard. Repeating it changes nothing. `folders`: what the
 * job leaves beside its result.
 */
export const settleRun = (fetched: string, job: string, mirror: Mirror, folders: readonly string[]): void => {
  for (const [container, folder] of foldersOf(fetched)) {
    const heard = path.join(containerFolder(job, container), 'events.ndjson');
    const events = linesOf(path.join(folder, 'events.ndjson'));
    mirror.append(retold(container, events, linesOf(heard), mirror.reached(container, 'event')));
    mirror.take(eventsHeard(events));
    mirror.take(asHeard(container, linesOf(path.join(folder, 'log'))));
    makeFolder(containerFolder(job, container));
    for (const name of ['events.ndjson', 'log']) settle(path.join(folder, name), path.join(containerFolder(job, container), name));
  }
  // Until a run is done, folders stand with its parts.
  const places = [fetched, ...foldersOf(fetched).map(([, folder]) => folder)];
  take([fetched], 'results.json', job);
  for (const name of folders) take(places, name, job);
};
