/** Kills processes of a small real run at a moment of choice, lets the program recover, and tells what was lost. Linux: processes are found in /proc. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Identity, identify, isAlive } from '../../src/process/identity.ts';
import { lockOwner } from '../../src/process/lock.ts';
import { filesIn } from '../../src/runs/files.ts';
import { readJournal } from '../../src/runs/journal.ts';
import { readClaim } from '../../src/targets/wrapper/attempt.ts';
import { plannedPoints } from '../../src/workloads/bench/spec.ts';
import { benchOf, pointsOf } from '../support/bench-run.ts';
import { until } from '../support/until.ts';
import { bundle, type Home } from './program.ts';

export const actors = ['terminal', 'supervisor', 'wrapper', 'job', 'runner'] as const;
export type Actor = (typeof actors)[number];

/** Each alone and each pair. */
export const cells: readonly (readonly Actor[])[] = [
  ...actors.map(actor => [actor]),
  ...actors.flatMap((one, index) => actors.slice(index + 1).map(other => [one, other])),
];

const printed = 20;
const sweep = `implementations:
  mine: { search: { probes: [1, 2] } }
  hnsw: { build: { M: [6, 8], efConstruction: [40] }, search: { efSearch: [10, 40] } }
repeats: 1
`;

/** Writes the file of a person's own and the sweep into the home; `mine` prints numbered lines while it builds. */
export const prepareRun = async (home: Home): Promise<void> => {
  home.write('work/sweep.yaml', sweep);
  const made = await home.run(['new', 'mine', '--dir', path.join(home.folder, 'work')]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const file = path.join(home.folder, 'work/mine.cpp');
  const text = readFileSync(file, 'utf8')
    .replace('#include <cstring>', '#include <cstdio>\n#include <cstring>')
    .replace(
      '    metric_ = metric;',
      `    metric_ = metric;\n    for (int i = 1; i <= ${printed}; ++i) std::fprintf(stderr, "numbered %d\\n", i);`,
    )
    .replace('\n private:', '\n  bool set(const char* name, double) { return std::strcmp(name, "probes") == 0; }\n\n private:');
  home.write('work/mine.cpp', text);
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

type Process = { readonly pid: number; readonly parent: number; readonly command: string };

const processes = (): readonly Process[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => ({
      pid: Number(name),
      parent: Number(/\) \S+ (\d+)/.exec(read(`/proc/${name}/stat`))?.[1] ?? 0),
      command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' '),
    }));

const below = (all: readonly Process[], pid: number): readonly Process[] =>
  all.filter(({ parent }) => parent === pid).flatMap(one => [one, ...below(all, one.pid)]);

export type Killed = {
  /** False: the run was over, or one of them gone, before the moment came. */
  readonly hit: boolean;
  /** How the run ended before any `resume`. */
  readonly outcome?: string;
  readonly resumes: number;
  /** Everything that is not as it must be. */
  readonly faults: readonly string[];
};

const keyOf = ({ dataset, impl, params }: { readonly dataset?: unknown; readonly impl?: unknown; readonly params?: unknown }): string =>
  JSON.stringify([dataset, impl, Object.entries((params ?? {}) as object).toSorted()]);

const soundLines = (text: string) =>
  text.split('\n').flatMap(line => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });

const repeated = (keys: readonly string[]): boolean => new Set(keys).size !== keys.length;

const inOrder = (numbers: readonly number[]): boolean => numbers.every((number, index) => number === index + 1);

/** One run of the home. `after`: milliseconds from when all `victims` are first seen to their death. */
export const killOnce = async (home: Home, victims: readonly Actor[], after: number): Promise<Killed> => {
  const earlier = new Set(home.runs());
  const work = path.join(home.folder, 'work');
  const args = ['bench', '--impl', `${work}/mine.cpp,hnsw`, '--sweep', `${work}/sweep.yaml`, '--subset', '500', '--json'];
  const terminal = spawn(process.execPath, [bundle, ...args], {
    env: { ...process.env, ...home.env, NODE_ENV: undefined },
    stdio: 'ignore',
  });
  const terminalGone = new Promise<void>(resolve => terminal.on('exit', () => resolve()));
  const run = await until('a run folder', () => home.runs().find(name => !earlier.has(name)));
  const files = filesIn(path.join(home.folder, 'data/runs', run));
  const events = path.join(files.job, 'events.ndjson');
  const ends = (): number => read(files.journal).split('"kind":"ended"').length - 1;
  const seen = new Map<number, Identity>();

  const look = (): Partial<Record<Actor, Identity | undefined>> => {
    const claim = readClaim(files.job, 1);
    const wrapper = claim !== undefined && 'wrapper' in claim && isAlive(claim.wrapper) ? claim.wrapper : undefined;
    const all = wrapper === undefined ? [] : below(processes(), wrapper.pid);
    for (const { pid } of all) {
      const identity = identify(pid);
      if (identity !== undefined) seen.set(pid, identity);
    }
    const find = (fits: (one: Process) => boolean) => {
      const found = all.find(fits);
      return found && identify(found.pid);
    };
    return {
      terminal: terminal.pid === undefined || terminal.exitCode !== null ? undefined : identify(terminal.pid),
      supervisor: lockOwner(files.owner),
      wrapper,
      job: find(({ parent, command }) => parent === wrapper?.pid && !command.includes('job_wrapper')),
      runner: find(({ command }) => /^\S*\/annrun (?!confine)/.test(command)),
    };
  };
  const allThere = (): readonly Identity[] | undefined => {
    const found = look();
    const there = victims.flatMap(victim => found[victim] ?? []);
    return there.length === victims.length ? there : undefined;
  };

  await until(`${victims.join(' and ')}, or the end`, () => allThere() ?? ends() > 0);
  await sleep(after);
  const targets = ends() > 0 ? undefined : allThere();
  const kept = [files.log, events, files.journal].map(file => {
    const text = read(file);
    return { file, text: text.slice(0, text.lastIndexOf('\n') + 1) };
  });
  for (const { pid } of targets ?? []) process.kill(pid, 'SIGKILL');
  await until('their death', () => (targets ?? []).every(target => !isAlive(target)));

  const faults: string[] = [];
  const must = (holds: boolean, otherwise: string): void => {
    if (!holds) faults.push(otherwise);
  };
  const listed = await home.run(['runs']);
  must(listed.exitCode === 0 && listed.stdout.includes(run), 'the list does not name it');
  await until(`the end of ${run}`, () => ends() > 0);
  const outcome = readJournal(files).refresh()?.outcome;
  let resumes = 0;
  if (outcome !== 'done') {
    resumes = 1;
    await home.run(['resume', run]);
    await until(`the second end of ${run}`, () => ends() > 1);
  }
  await terminalGone;
  const state = await until('the end in the journal', () => {
    const now = readJournal(files).refresh();
    return now?.status === 'ended' ? now : undefined;
  });

  must(state.outcome === 'done', `it ended as ${state.outcome}: ${state.failure?.what}; ${state.failure?.why}`);
  must(state.missingEvents === 0 && state.badEvents === 0, `${state.missingEvents} events are missing, ${state.badEvents} bad`);
  const journal = soundLines(read(files.journal));
  const told = journal.filter(({ kind }) => kind === 'event').map(({ event }) => event);
  const written = soundLines(read(events));
  must(inOrder(journal.map(({ n }) => n)), 'the journal is not numbered through');
  must(inOrder(written.map(({ seq }) => seq)), 'the events are not numbered through');
  must(JSON.stringify(told) === JSON.stringify(written), "the journal's events are not those of the job");
  const points = {
    'the state': pointsOf(state),
    'the events': written.filter(({ type }) => type === 'point'),
    'results.json': JSON.parse(read(files.results) || '{}').points ?? [],
  };
  const planned = plannedPoints(benchOf(state).spec);
  for (const [where, list] of Object.entries(points)) {
    must(list.length === planned && !repeated(list.map(keyOf)), `${where}: ${list.length} of ${planned} points, or one twice`);
  }
  for (const { file, text } of kept) must(read(file).startsWith(text), `${path.basename(file)} lost what stood there`);
  const log = read(files.log);
  for (let i = 1; i <= printed; i += 1) must(new RegExp(`numbered ${i}$`, 'm').test(log), `the log lacks line ${i}`);
  const mine = () => processes().filter(({ pid, command }) => pid !== process.pid && command.includes(files.folder));
  try {
    await until('no process left', () => mine().length === 0 && [...seen.values()].every(one => !isAlive(one)), 60);
  } catch {
    faults.push(`processes are left: ${mine().map(({ command }) => command)}`);
  }
  return { hit: targets !== undefined, ...(outcome && { outcome }), resumes, faults };
};
