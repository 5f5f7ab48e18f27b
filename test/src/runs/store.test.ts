import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import { acquireLock } from '../../../src/process/lock.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { isRunId, newRunId } from '../../../src/runs/ids.ts';
import { pendingIntents, sendIntent } from '../../../src/runs/intents.ts';
import { type Journal, openJournal } from '../../../src/runs/journal.ts';
import type { RunState } from '../../../src/runs/state.ts';
import { createRun, listRuns, openRun, removeRun, requestResume, requestStop, resolveRun, sweepRemains } from '../../../src/runs/store.ts';
import { watchRun, watchRuns } from '../../../src/runs/watch.ts';
import { paths } from '../../../src/util/paths.ts';
import { until } from '../../support/until.ts';
import { spec, temporaryHome } from './support/bench.ts';

let cleanUp = () => {};
beforeAll(() => {
  cleanUp = temporaryHome();
});
afterAll(() => cleanUp());
beforeEach(() => rmSync(paths().runs, { recursive: true, force: true }));

const warning = (seq: number) =>
  ({
    kind: 'event',
    attempt: 0,
    event: { v: 1, seq, container: 'main', time: 1, type: 'warning', message: `w${seq}` },
  }) as const;

const journalOf = (run: string): Journal => {
  const journal = openJournal(runFiles(run));
  if (journal === undefined) throw new Error('no journal');
  return journal;
};

const end = (run: string, outcome: 'done' | 'failed' = 'failed') => {
  const journal = journalOf(run);
  journal.append({ kind: 'ended', outcome, exitCode: outcome === 'done' ? 0 : 1 });
  journal.close();
};

const failureOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return { ...error.failure, exitCode: error.exitCode };
    throw error;
  }
  throw new Error('It did not fail');
};

describe('names', () => {
  it('are short, without look-alikes, and no way out of the folder', () => {
    for (let round = 0; round < 100; round += 1) expect(newRunId('bench')).toMatch(/^bench-[0-9a-hjkmnp-tv-z]{6}$/);
    for (const odd of ['..', '.', '', 'bench-', '../bench-abc123', '.new-bench-abc123', 'bench-abc123/..', 'bench-ABC123'])
      expect(isRunId(odd)).toBe(false);
  });
});

describe('a new run', () => {
  it('is there with its spec, in folders and files for its owner alone', () => {
    const run = createRun(spec({ k: 5 }));
    const files = runFiles(run);
    expect(openRun(run).refresh()).toMatchObject({ run, status: 'created', attempt: 0, spec: { k: 5 } });
    expect(readdirSync(files.folder).toSorted()).toEqual(['intents', 'job', 'journal.ndjson', 'owner']);
    for (const folder of [paths().runs, files.folder, files.owner, files.intents, files.job])
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(files.journal).mode & 0o777).toBe(0o600);
    expect(readdirSync(paths().runs)).toEqual([run]);
  });
});

describe('lists', () => {
  it('are newest first and pass over what is no run', async () => {
    expect(listRuns()).toEqual([]);
    const runs: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      runs.push(createRun(spec()));
      await sleep(2);
    }
    mkdirSync(path.join(paths().runs, 'bench-000000'));
    mkdirSync(path.join(paths().runs, '.new-bench-000001'));
    writeFileSync(path.join(paths().runs, 'bench-000002'), '');
    mkdirSync(path.join(paths().runs, 'bench-000003'));
    writeFileSync(path.join(paths().runs, 'bench-000003/journal.ndjson'), 'garbage\n');
    expect(listRuns().map(({ run }) => run)).toEqual(runs.toReversed());
  });

  it('do not read again what a snapshot stands for', () => {
    const run = createRun(spec());
    const journal = journalOf(run);
    for (let seq = 1; seq <= 50; seq += 1) journal.append(warning(seq));
    journal.writeSnapshot();
    const { journal: file } = runFiles(run);
    // Whoever reads the beginning finds nothing there.
    writeFileSync(file, `${' '.repeat(statSync(file).size - 1)}\n`);
    journal.append(warning(51));
    journal.close();
    expect(listRuns()).toEqual([journal.state()]);
  });
});

describe('snapshots', () => {
  const prepared = () => {
    const run = createRun(spec());
    const journal = journalOf(run);
    journal.append(warning(1));
    journal.writeSnapshot();
    journal.append(warning(2));
    journal.close();
    return run;
  };
  const expected = { warnings: ['w1', 'w2'], lastLine: 3 };

  it('are gone on from', () => {
    const run = prepared();
    const { snapshot } = runFiles(run);
    expect(openRun(run).refresh()).toMatchObject(expected);
    const marked = JSON.parse(readFileSync(snapshot, 'utf8'));
    writeFileSync(snapshot, JSON.stringify({ ...marked, state: { ...marked.state, badEvents: 7 } }));
    expect(openRun(run).refresh()).toMatchObject({ ...expected, badEvents: 7 });
  });

  it.each([
    '',
    'null',
    '[]',
    '{"v":1',
    '{"v":0}',
    '{"v":1,"journalBytes":10,"state":null}',
    '{"v":1,"journalBytes":99999999,"state":{"run":"x","points":[]}}',
  ])('that make no sense are passed over: %s', text => {
    const run = prepared();
    writeFileSync(runFiles(run).snapshot, text);
    expect(openRun(run).refresh()).toMatchObject({ ...expected, run });
  });

  it('of another version are passed over', () => {
    const run = prepared();
    const { snapshot } = runFiles(run);
    writeFileSync(snapshot, readFileSync(snapshot, 'utf8').replace('"v":1', '"v":999'));
    expect(openRun(run).refresh()).toMatchObject(expected);
  });
});

describe('journals', () => {
  it('go on after a torn line, which is counted by everybody', () => {
    const run = createRun(spec());
    const early = openRun(run);
    expect(early.refresh().lastLine).toBe(1);
    appendFileSync(runFiles(run).journal, '{"v":1,"n":2,"at":1,"ki');
    expect(early.refresh().lastLine).toBe(1);
    const journal = journalOf(run);
    journal.append(warning(1));
    journal.close();
    const expected = { tornLines: 1, lastLine: 2, warnings: ['w1'] };
    expect(journal.state()).toMatchObject(expected);
    expect(early.refresh()).toEqual(journal.state());
    expect(openRun(run).refresh()).toEqual(journal.state());
  });

  it('read the same for two readers who began at different times', () => {
    const run = createRun(spec());
    const readers = [openRun(run)];
    const journal = journalOf(run);
    for (let seq = 1; seq <= 300; seq += 1) {
      journal.append(warning(seq));
      if (seq % 50 === 0) journal.writeSnapshot();
      if (seq % 30 === 0) readers.push(openRun(run));
      if (seq % 7 === 0) readers[seq % readers.length]?.refresh();
    }
    journal.close();
    for (const reader of readers) expect(reader.refresh()).toEqual(journal.state());
    expect(readers[0]?.refresh()).toBe(readers[0]?.refresh());
  });
});

describe('finding a run', () => {
  const make = (name: string, at: number) => {
    const { folder, journal } = runFiles(name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(journal, `${JSON.stringify({ v: 1, n: 1, at, kind: 'created', run: name, spec: spec() })}\n`);
  };

  it('by name, beginning, or as the latest', () => {
    make('bench-aaa111', 3);
    make('bench-aab222', 5);
    make('bench-ccc333', 4);
    expect(resolveRun('bench-ccc333')).toBe('bench-ccc333');
    expect(resolveRun('bench-c')).toBe('bench-ccc333');
    expect(resolveRun('aab')).toBe('bench-aab222');
    expect(resolveRun('AAA')).toBe('bench-aaa111');
    expect(resolveRun('latest')).toBe('bench-aab222');
  });

  it('says what else there is', () => {
    expect(failureOf(() => resolveRun('latest'))).toMatchObject({ what: 'There is no run yet', exitCode: 2 });
    make('bench-aaa111', 3);
    make('bench-aab222', 5);
    const ambiguous = failureOf(() => resolveRun('bench-aa'));
    expect(ambiguous).toMatchObject({ exitCode: 2, hint: 'ann-tui runs' });
    expect(ambiguous.why).toBe('bench-aab222, bench-aaa111');
    expect(failureOf(() => resolveRun('bench-aaa112'))).toMatchObject({
      why: 'did you mean "bench-aaa111"?',
      hint: 'ann-tui runs',
      exitCode: 2,
    });
    expect(failureOf(() => resolveRun('../../etc'))).toMatchObject({ exitCode: 2 });
    expect(failureOf(() => resolveRun(''))).toMatchObject({ exitCode: 2 });
    expect(failureOf(() => openRun('../../etc'))).toMatchObject({ hint: 'ann-tui runs' });
  });
});

describe('removing', () => {
  it('takes a run that is over, with everything in it', () => {
    const run = createRun(spec());
    end(run);
    removeRun(run);
    expect(readdirSync(paths().runs)).toEqual([]);
    expect(failureOf(() => removeRun(run)).what).toContain(run);
  });

  it('refuses one that is not over, supervised or not', () => {
    const run = createRun(spec());
    expect(failureOf(() => removeRun(run))).toMatchObject({ hint: `ann-tui stop ${run}`, kept: 'nothing was removed' });
    // The refusal gave the lock back.
    const acquired = acquireLock(runFiles(run).owner);
    expect('lock' in acquired).toBe(true);
    end(run);
    expect(failureOf(() => removeRun(run)).what).toContain('is not over');
    if ('lock' in acquired) acquired.lock.release();
    removeRun(run);
  });
});

describe('remains of killed processes', () => {
  it('go after an hour', () => {
    const { runs } = paths();
    const names = ['.new-bench-aaa111', '.removed-bench-aaa111', '.new-bench-bbb222', 'bench-ccc333', 'mine'];
    for (const name of names) mkdirSync(path.join(runs, name), { recursive: true });
    const longAgo = Date.now() / 1000 - 7200;
    for (const name of names.filter(name => !name.includes('bbb222'))) utimesSync(path.join(runs, name), longAgo, longAgo);
    sweepRemains();
    expect(readdirSync(runs).toSorted()).toEqual(['.new-bench-bbb222', 'bench-ccc333', 'mine']);
  });
});

describe('asking', () => {
  it('leaves an intent, in order of time', async () => {
    const run = createRun(spec());
    const { intents } = runFiles(run);
    expect(requestStop(run)).toBe(true);
    await sleep(2);
    expect(requestStop(run, { force: true })).toBe(true);
    for (const name of ['0.json', '1-a.stop.softly', '2-b.budget', '3-c.budget.-1', '4-d.resumes'])
      writeFileSync(path.join(intents, name), '');
    expect(pendingIntents(intents).map(({ wish }) => wish)).toEqual([
      { intent: 'stop', force: false },
      { intent: 'stop', force: true },
    ]);
    expect(readdirSync(intents)).toHaveLength(2);
  });

  it.each([
    { intent: 'stop', force: false, enough: true },
    { intent: 'resume' },
    { intent: 'resume', budget: 0.04 },
    { intent: 'budget', dollars: 1e-7 },
    { intent: 'budget', dollars: 12.5 },
  ] as const)('as it was meant: %o', wish => {
    const { intents } = runFiles(createRun(spec()));
    sendIntent(intents, wish);
    expect(pendingIntents(intents).map(one => one.wish)).toEqual([wish]);
  });

  it('makes no sense of a run that is over, or not over', () => {
    const run = createRun(spec());
    expect(failureOf(() => requestResume(run))).toMatchObject({ what: `Run ${run} is not over`, exitCode: 2 });
    end(run, 'done');
    expect(requestStop(run)).toBe(false);
    expect(failureOf(() => requestResume(run))).toMatchObject({ what: `Run ${run} is done`, hint: `ann-tui results ${run}` });
    expect(readdirSync(runFiles(run).intents)).toEqual([]);
  });
});

describe('watching', () => {
  it('one run tells every change and nothing else, until it is enough', async () => {
    const run = createRun(spec());
    const states: RunState[] = [];
    const enough = watchRun(run, state => states.push(state));
    expect(states).toHaveLength(1);
    await sleep(450);
    expect(states).toHaveLength(1);
    const journal = journalOf(run);
    journal.append(warning(1));
    await until('the change', () => states.length === 2);
    expect(states[1]).toEqual(journal.state());
    enough();
    journal.append(warning(2));
    journal.close();
    await sleep(450);
    expect(states).toHaveLength(2);
  });

  it('one run ends quietly when the run is removed', async () => {
    const run = createRun(spec());
    let calls = 0;
    watchRun(run, () => {
      calls += 1;
    });
    rmSync(runFiles(run).folder, { recursive: true });
    await sleep(450);
    expect(calls).toBe(1);
    expect(failureOf(() => watchRun(run, () => {})).what).toContain(run);
  });

  it('all runs tells when one comes, changes or goes', async () => {
    const seen: (readonly RunState[])[] = [];
    const enough = watchRuns(runs => seen.push(runs));
    expect(seen).toEqual([[]]);
    const run = createRun(spec());
    await until('the new run', () => seen.length === 2);
    end(run);
    await until('its end', () => seen.length === 3);
    expect(seen[2]?.[0]?.status).toBe('ended');
    removeRun(run);
    await until('its going', () => seen.length === 4);
    expect(seen[3]).toEqual([]);
    enough();
  });
});
