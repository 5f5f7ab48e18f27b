/** What makes a list of thousands of runs fast: which files it reads. And that what it reads instead is never wrong. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { indexFile } from '../../../src/runs/ended-runs.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { readJournal } from '../../../src/runs/journal.ts';
import { createLister, listRuns, openRun, removeRun, runNames } from '../../../src/runs/store.ts';
import { paths } from '../../../src/util/paths.ts';
import { bestPoint, gistOf } from '../../../src/workloads/bench/best-point.ts';
import { benchOf, pointsOf } from '../../support/bench-run.ts';
import { givenHome } from '../../support/home.ts';
import { makeRuns } from '../../support/many-runs.ts';

const opened = vi.hoisted((): string[] => []);
vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>();
  const openSync = (...args: Parameters<typeof fs.openSync>) => {
    opened.push(String(args[0]));
    return fs.openSync(...args);
  };
  const all = fs.readFileSync as (...args: readonly unknown[]) => unknown;
  const readWhole = (...args: readonly unknown[]) => {
    opened.push(String(args[0]));
    return all(...args);
  };
  return { ...fs, openSync, readFileSync: readWhole };
});

/** As if they were from yesterday: the times of files that are just written can stand still. */
const age = (...runs: readonly string[]) => {
  const at = Date.now() / 1000 - 86_400;
  for (const run of runs) utimesSync(runFiles(run).journal, at, at);
};

const readBy = <T>(act: () => T): { readonly value: T; readonly files: readonly string[] } => {
  opened.length = 0;
  return { value: act(), files: [...opened] };
};

const plain = (run: string) => readJournal({ ...runFiles(run), snapshot: '/nowhere' }).refresh();

const prepared = (count: number) => {
  makeRuns(count);
  age(...runNames());
  listRuns();
};

givenHome();

describe('a list of runs that have ended', () => {
  it('reads one file the second time, whoever lists, and shows the same', () => {
    makeRuns(200);
    age(...runNames());
    const first = readBy(listRuns);
    expect(first.value).toHaveLength(200);
    expect(first.files.length).toBeGreaterThan(200);
    const again = readBy(() => {
      const states = listRuns().map(benchOf);
      return { states, best: states.map(bestPoint), counts: states.map(state => gistOf(state).points) };
    });
    expect(again.files).toEqual([indexFile()]);
    expect(again.value.best.every(best => best?.qps === 21_430.5 && best.impl === 'hnsw')).toBe(true);
    expect(again.value.counts.every(count => count === 16)).toBe(true);
    expect(statSync(indexFile()).size / 200).toBeLessThan(4000);
    expect(statSync(indexFile()).mode & 0o777).toBe(0o600);
  });

  it('gives the whole state of a run to whoever asks, read when it is asked for and once', () => {
    prepared(30);
    const [state] = listRuns();
    const run = state?.run ?? '';
    const { files } = readBy(() => [state && pointsOf(state).length, state?.phases.length, state?.machine?.cores]);
    expect(files).toEqual([runFiles(run).snapshot]);
    expect(state).toEqual(plain(run));
    expect({ ...state }).toEqual(plain(run));
  });

  it('lists the same objects again while nothing changes', () => {
    prepared(30);
    const list = createLister();
    const [before, after] = [list().runs, list().runs];
    expect(after.every((state, at) => state === before[at])).toBe(true);
  });

  it('of a few runs makes no index', () => {
    prepared(5);
    expect(readdirSync(paths().runs).toSorted()).toEqual(runNames());
  });

  it('leaves out what was removed, and reads what came', () => {
    prepared(30);
    const [gone, kept] = runNames() as [string, string];
    removeRun(gone);
    cpSync(runFiles(kept).folder, runFiles('bench-zzzzzz').folder, { recursive: true });
    const { journal } = runFiles('bench-zzzzzz');
    writeFileSync(journal, readFileSync(journal, 'utf8').replaceAll(kept, 'bench-zzzzzz'));
    rmSync(runFiles('bench-zzzzzz').snapshot);
    const names = listRuns().map(({ run }) => run);
    expect(names).toHaveLength(30);
    expect(names).not.toContain(gone);
    expect(names).toContain('bench-zzzzzz');
  });
});

describe('a journal that changed', () => {
  it('by one line is read again, in a list that stands too', () => {
    prepared(30);
    const [run] = runNames() as [string];
    const list = createLister();
    expect(list().runs.every(({ status }) => status === 'ended')).toBe(true);
    const { lastLine = 0 } = openRun(run).refresh();
    appendFileSync(runFiles(run).journal, `${JSON.stringify({ v: 1, n: lastLine + 1, at: Date.now(), kind: 'resumed', attempt: 2 })}\n`);
    for (const { runs } of [list(), createLister()()])
      expect(runs.find(state => state.run === run)).toMatchObject({ status: 'launching', attempt: 2 });
  });

  it('by one byte, at the same size and with the old time, is read again', () => {
    prepared(30);
    const [run] = runNames() as [string];
    const { journal, snapshot } = runFiles(run);
    const { atime, mtime } = statSync(journal);
    rmSync(snapshot);
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"qps":21430.5', '"qps":91430.5'));
    utimesSync(journal, atime, mtime);
    const state = listRuns().find(one => one.run === run);
    expect(state && bestPoint(benchOf(state))?.qps).toBe(91_430.5);
  });

  it('and is another run’s by now is told as that', () => {
    prepared(30);
    const [a, b] = runNames() as [string, string];
    rmSync(runFiles(a).folder, { recursive: true });
    renameSync(runFiles(b).folder, runFiles(a).folder);
    const { runs, unreadable } = createLister()();
    expect(runs).toHaveLength(28);
    expect(unreadable).toMatchObject([{ run: a, why: `its journal is that of run ${b}` }]);
  });
});

describe('a damaged index', () => {
  const damages: Readonly<Record<string, (text: string) => string>> = {
    'is empty': () => '',
    'is torn': text => text.slice(0, text.length / 2),
    'lacks its first line': text => text.slice(text.indexOf('\n') + 1),
    'has another byte': text => text.replace('"qps":21430.5', '"qps":91430.5'),
    'is of another version': text => text.replace('"v":2', '"v":99'),
    'is none': () => 'garbage\n{}\n',
  };
  it.each(Object.entries(damages))('that %s counts as absent and is made again', (_, damage) => {
    prepared(30);
    const sound = readFileSync(indexFile(), 'utf8');
    writeFileSync(indexFile(), damage(sound));
    const states = listRuns();
    expect(states).toHaveLength(30);
    expect(states.every(state => bestPoint(benchOf(state))?.qps === 21_430.5)).toBe(true);
    expect(readFileSync(indexFile(), 'utf8')).toBe(sound);
  });

  it('that is a folder, in whose place nothing can be put, only makes lists slower', () => {
    makeRuns(30);
    age(...runNames());
    mkdirSync(path.join(indexFile(), 'x'), { recursive: true });
    expect(listRuns()).toHaveLength(30);
    expect(readdirSync(paths().runs).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });
});
