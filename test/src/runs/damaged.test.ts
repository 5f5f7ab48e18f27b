/** Journals that were cut, overwritten or made up: each run is right or refused, the list of the others stands, and no supervisor lives on them. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { identify } from '../../../src/process/identity.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { foldLines } from '../../../src/runs/fold.ts';
import { openJournal } from '../../../src/runs/journal.ts';
import type { JournalEntry } from '../../../src/runs/journal-entry.ts';
import type { RunState } from '../../../src/runs/state.ts';
import { createLister, createRun, openRun, removeRun, requestStop } from '../../../src/runs/store.ts';
import { paths } from '../../../src/util/paths.ts';
import { pointsOf } from '../../support/bench-run.ts';
import { until } from '../../support/until.ts';
import { program as command } from '../cli/program.ts';
import { jobCommand, journalOf, runSupervisor, spec, startsOf, untilState } from './support/bench.ts';
import { givenSupervisor } from './support/given-supervisor.ts';

const program = givenSupervisor();
beforeEach(() => rmSync(paths().runs, { recursive: true, force: true }));

const handle = { pid: 99_999_999, start: '1', boot: 'x' };
const said = (seq: number, fields: object): JournalEntry => ({
  kind: 'event',
  attempt: 1,
  event: { v: 1, seq, container: 'main', time: 1000 + seq, ...fields } as never,
});
const point = (seq: number, efSearch: number): JournalEntry =>
  said(seq, {
    type: 'point',
    dataset: 'quick',
    impl: 'hnsw',
    params: { efSearch },
    k: 10,
    threads: 1,
    recall: 0.9,
    qps: 100,
    qps_median: 99,
    latency_ms: { mean: 1 },
    build_seconds: 1,
    index_bytes: 1,
    rss_bytes: 1,
  });

const story: readonly JournalEntry[] = [
  { kind: 'supervised', by: handle, recovered: false },
  { kind: 'launching', attempt: 1 },
  { kind: 'launched', attempt: 1, handle },
  said(1, { type: 'started', job: 'bench', pid: 1, machine: { cores: 2 } }),
  said(2, { type: 'phase', phase: 'sweep', state: 'start' }),
  point(3, 0),
  said(4, { type: 'progress', phase: 'sweep', done: 1, total: 3, unit: 'points' }),
  point(5, 1),
  { kind: 'observed', attempt: 1, observation: { kind: 'notice', text: 'n' } },
  point(6, 2),
  said(7, { type: 'result', seconds: 2 }),
  { kind: 'exited', attempt: 1, code: 0, signal: null, lost: false },
  { kind: 'ended', outcome: 'done', exitCode: 0 },
];

/** A run that is over, and what its journal says. */
const toldRun = (): { readonly run: string; readonly file: string; readonly text: string } => {
  const run = createRun(spec());
  const journal = openJournal(runFiles(run));
  for (const entry of story) journal?.append(entry);
  journal?.close();
  const file = runFiles(run).journal;
  return { run, file, text: readFileSync(file, 'utf8') };
};

const listed = () => createLister()();

/** Damage that tells on nothing but the count of torn lines leaves this. */
const clean = ({ tornLines, ahead, ...state }: RunState): object => state;

describe('a journal that is cut', () => {
  it('at every 50th byte is right as far as it goes, or refused; it can be written on', () => {
    const other = createRun(spec());
    const { run, file, text } = toldRun();
    const bytes = Buffer.from(text);
    let refused = 0;
    for (let cut = 0; cut <= bytes.length; cut += 50) {
      writeFileSync(file, bytes.subarray(0, cut));
      const whole = bytes.subarray(0, cut).toString('utf8').split('\n').slice(0, -1);
      const { runs, unreadable } = listed();
      expect(runs.map(state => state.run)).toContain(other);
      if (whole.length === 0) {
        refused += 1;
        expect(unreadable).toMatchObject([{ run, why: expect.stringMatching(cut === 0 ? /is empty/ : /ends within its first line/) }]);
        expect(openJournal(runFiles(run))).toBeUndefined();
        continue;
      }
      expect(runs.find(state => state.run === run)).toEqual(foldLines(whole));
      const journal = openJournal(runFiles(run));
      journal?.append({ kind: 'budget_set', dollars: 7 });
      journal?.close();
      expect(openRun(run).refresh()).toMatchObject({ budget: 7, lastLine: whole.length + 1 });
    }
    expect(refused).toBeGreaterThan(5);
  });
});

const jump = (n: number): string => JSON.stringify({ v: 1, n, at: 1, kind: 'supervised', by: handle, recovered: false });

const garbage: Readonly<Record<string, string | Buffer>> = {
  'zero bytes': Buffer.alloc(4096),
  'random bytes': Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 167 + 13) % 256)),
  'text without an end': 'x'.repeat(5000),
  'empty lines': '\n\n\n\n',
  'other JSON': 'null\n[]\n3\n"x"\n{}\n{"n":3}',
  'a number that jumps': jump(900),
  'the largest number': '{"v":1,"n":9007199254740991,"at":1,"kind":"supervised"}',
  'the largest number, well formed': jump(Number.MAX_SAFE_INTEGER),
  'numbers that are none': `${jump(-4)}\n${jump(2.5)}\n{"v":1,"n":1e400,"at":1,"kind":"x"}`,
  'a time beyond all calendars': '{"v":1,"n":3,"at":1e300,"kind":"launching","attempt":1}',
  'events that break their schema': '{"v":1,"n":3,"at":1,"kind":"event","attempt":1,"event":{"type":"point"}}',
  'a process that must not be ended': '{"v":1,"n":3,"at":1,"kind":"launched","attempt":1,"handle":{"pid":1,"start":"1","boot":"x"}}',
  'an end without a word': '{"v":1,"n":3,"at":1,"kind":"ended"}',
  'another run': '{"v":1,"n":1,"at":1,"kind":"created","run":"bench-zzzzzz","spec":null}',
  'nested without end': '['.repeat(100_000),
  'a line of long ago': '{"v":1,"n":2,"at":1,"kind":"launching","attempt":1}',
};

describe('garbage in a journal', () => {
  it.each(Object.keys(garbage))('%s: right or refused, wherever it stands', name => {
    const other = createRun(spec());
    const { run, file, text } = toldRun();
    const right = clean(openRun(run).refresh());
    const lines = text.trimEnd().split('\n');
    for (const at of [0, 1, 2, 7, lines.length]) {
      const [before, after] = [lines.slice(0, at), lines.slice(at)].map(some => some.map(line => `${line}\n`).join(''));
      writeFileSync(file, Buffer.concat([Buffer.from(before ?? ''), Buffer.from(garbage[name] ?? ''), Buffer.from(`\n${after}`)]));
      const { runs, unreadable } = listed();
      expect(runs.map(state => state.run)).toContain(other);
      expect([...runs, ...unreadable]).toHaveLength(2);
      if (at === 0 && unreadable.length === 1) expect(unreadable[0]).toMatchObject({ run, why: expect.stringMatching(/journal/) });
      else expect(clean(runs.find(state => state.run === run) as RunState), `at line ${at}`).toEqual(right);
    }
  });

  it('in place of a line costs that line alone', () => {
    const { run, file, text } = toldRun();
    const lines = text.trimEnd().split('\n');
    for (const [name, bad] of Object.entries(garbage)) {
      // The second of the three points.
      writeFileSync(
        file,
        Buffer.concat([`${lines.slice(0, 8).join('\n')}\n`, bad, `\n${lines.slice(9).join('\n')}\n`].map(part => Buffer.from(part))),
      );
      const state = openRun(run).refresh();
      expect(state, name).toMatchObject({ outcome: 'done', lastLine: 14 });
      expect(
        pointsOf(state).map(({ params }) => params.efSearch),
        name,
      ).toEqual([0, 2]);
    }
  });
});

describe('a run that cannot be read', () => {
  const broken: Readonly<Record<string, readonly [text: string, why: RegExp]>> = {
    'an empty journal': ['', /its journal is empty/],
    'no spec': ['{"v":1,"n":1,"at":1,"kind":"created","run":"RUN","spec":null}\n', /does not say what was to be run \(spec\)/],
    'half a spec': [
      `${JSON.stringify({ v: 1, n: 1, at: 1, kind: 'created', run: 'RUN', spec: { ...spec(), hardware: { id: 'x' } } })}\n`,
      /spec\.hardware\.label/,
    ],
    'a later version': [
      `${JSON.stringify({ v: 99, n: 1, at: 1, kind: 'created', run: 'RUN', spec: { new: 'words' } })}\n`,
      /version 99, and this version of ann-tui reads up to 1/,
    ],
    'the journal of another run': [
      `${JSON.stringify({ v: 1, n: 1, at: 1, kind: 'created', run: 'bench-zzzzzz', spec: spec() })}\n`,
      /is that of run bench-zzzzzz/,
    ],
    'a first line that is lost': [`${jump(2)}\n`, /lost its first line/],
    'no line at all': ['hello\n', /begins with what is no line/],
  };

  it.each(Object.entries(broken))('%s: shown with why, told by show, removed by rm; the others stand', async (_, [text, why]) => {
    const other = toldRun().run;
    const run = createRun(spec());
    writeFileSync(runFiles(run).journal, text.replace('RUN', run));

    const list = await command(['runs', '--local']);
    expect(list.code).toBe(0);
    expect(list.stdout).toContain(other);
    expect(list.stdout).toMatch(new RegExp(`${run} cannot be read: .*${why.source}`));
    const json = await command(['runs', '--local', '--json']);
    expect(json.records).toContainEqual({ type: 'unreadable_run', run, why: expect.stringMatching(why) });

    const shown = await command(['show', run]);
    expect(shown.code).toBe(1);
    expect(shown.stderr).toMatch(why);
    expect(shown.stderr).toContain(`next: ann-tui runs rm ${run}`);
    // Nobody writes into what a later version may understand.
    expect(readFileSync(runFiles(run).journal, 'utf8')).toBe(text.replace('RUN', run));

    expect(await command(['runs', 'rm', run, '--yes'])).toMatchObject({ code: 0, stdout: `removed ${run}\n` });
    expect(listed()).toMatchObject({ runs: [{ run: other }], unreadable: [] });
  });

  it('that was readable before a later version wrote to it: refused, and read again once the line is gone', () => {
    const { run, file, text } = toldRun();
    const list = createLister();
    expect(list().runs).toHaveLength(1);
    appendFileSync(file, '{"v":2,"n":15,"at":1,"kind":"reborn"}\n');
    expect(list()).toMatchObject({ runs: [], unreadable: [{ run, why: expect.stringMatching(/version 2/) }] });
    writeFileSync(file, text);
    expect(list()).toMatchObject({ runs: [{ run }], unreadable: [] });
  });

  it('a folder with nothing in it, or with a folder for a journal, is one too', () => {
    mkdirSync(path.join(paths().runs, 'bench-aaaaaa', 'journal.ndjson'), { recursive: true });
    mkdirSync(path.join(paths().runs, 'bench-bbbbbb'));
    expect(listed().unreadable.map(({ run, why }) => [run, why])).toEqual(
      expect.arrayContaining([
        ['bench-aaaaaa', 'its journal is no file'],
        ['bench-bbbbbb', 'it has no journal'],
      ]),
    );
    for (const run of ['bench-aaaaaa', 'bench-bbbbbb']) removeRun(run);
    expect(listed().unreadable).toEqual([]);
  });
});

describe('a supervisor', () => {
  const supervise = (run: string, words: readonly string[]) => runSupervisor(program(), run, { command: words });

  it('ends a run whose journal jumps, without writing it full', async () => {
    const run = createRun(spec());
    const { journal } = runFiles(run);
    appendFileSync(journal, `${jump(Number.MAX_SAFE_INTEGER)}\n${jump(900)}\n{"v":1,"n":9007199254740991,"at":1,"kind":"supervised"}\n`);
    const { code } = await supervise(run, jobCommand('ok', 3, 0.01)).gone;
    expect(code).toBe(0);
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'done', tornLines: 3, missingEvents: 0 });
    expect(pointsOf(openRun(run).refresh())).toHaveLength(3);
    expect(statSync(journal).size).toBeLessThan(50_000);
  });

  it('ends when a jump comes while it drives the run', async () => {
    const run = createRun(spec());
    const { gone } = supervise(run, jobCommand('hang', 1));
    await untilState(run, 'a point', state => pointsOf(state).length === 1);
    appendFileSync(runFiles(run).journal, `${jump(Number.MAX_SAFE_INTEGER)}\n`);
    requestStop(run);
    expect((await gone).code).toBe(0);
    expect(openRun(run).refresh()).toMatchObject({ status: 'ended', outcome: 'stopped', tornLines: 1 });
  });

  it.each(['removed', 'moved away'])('ends when its folder is %s, and its job with it', async how => {
    const run = createRun(spec());
    const { gone } = supervise(run, jobCommand('hang', 1));
    await untilState(run, 'a point', state => pointsOf(state).length === 1);
    const [job] = startsOf(run);
    const { folder } = runFiles(run);
    const away = path.join(paths().data, 'away');
    if (how === 'removed') rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    else renameSync(folder, away);
    expect((await gone).code).toBe(0);
    await until('the job to be gone', () => identify(job as number) === undefined);
    rmSync(away, { recursive: true, force: true });
  });

  it.each(['', 'hello\n', '{"v":99,"n":1,"at":1,"kind":"created"}\n'])('leaves at once what it cannot read: %j', async text => {
    const run = createRun(spec());
    writeFileSync(runFiles(run).journal, text);
    requestStopUnread(run);
    expect((await supervise(run, jobCommand('ok')).gone).code).toBe(0);
    expect(readFileSync(runFiles(run).journal, 'utf8')).toBe(text);
    expect(journalOf(run).filter(({ kind }) => kind === 'launching')).toEqual([]);
  });
});

/** A wish that is still there must not keep a supervisor, either. */
const requestStopUnread = (run: string): void => writeFileSync(path.join(runFiles(run).intents, '000000000000001-aaaaaa.stop'), '');
