/** Commands against a home of their own, without Python. */

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { toAscii } from '../../../src/cli/io.ts';
import { table } from '../../../src/cli/text/table.ts';
import { makeFolder } from '../../../src/process/files.ts';
import { runFiles } from '../../../src/runs/files.ts';
import { journalLine } from '../../../src/runs/journal.ts';
import type { JournalEntry, Observation } from '../../../src/runs/journal-entry.ts';
import { createRun } from '../../../src/runs/store.ts';
import { paths } from '../../../src/util/paths.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { givenHome } from '../../support/home.ts';
import { localSpec } from '../../support/spec.ts';
import { program } from './program.ts';

const home = givenHome();

const spec = localSpec();

const event = (seq: number, fields: object) => ({ v: 1, seq, container: 'main', time: 1e9 + seq, ...fields }) as never;

const point = event(2, {
  type: 'point',
  dataset: 'quick',
  impl: 'naive',
  params: {},
  k: 10,
  threads: 1,
  recall: 1,
  recall_tolerant: 1,
  qps: 1224.4,
  qps_median: 1200,
  latency_ms: { mean: 0.8, p50: 0.815, p95: 1, p99: 1.417, max: 2 },
  build_seconds: 0.05,
  index_bytes: 16_800_000,
  rss_bytes: 1,
});

/** A run that a supervisor has written to its end. */
const finished = (outcome: 'done' | 'failed' = 'done'): string => {
  const run = createRun(spec);
  const { journal, log } = runFiles(run);
  const handle = { pid: 99_999_999, start: '1', boot: 'x' };
  const failure = { what: 'The job failed', why: 'it left with exit code 1', kept: '1 of 1 point', hint: `ann-tui logs ${run}` };
  const entries: JournalEntry[] = [
    { kind: 'launching', attempt: 1 },
    { kind: 'launched', attempt: 1, handle },
    { kind: 'event', attempt: 1, event: event(1, { type: 'phase', phase: 'build', state: 'done', label: 'naive', seconds: 0.05 }) },
    { kind: 'event', attempt: 1, event: point },
    { kind: 'event', attempt: 1, event: event(3, { type: 'warning', message: 'the machine is busy' }) },
    { kind: 'event', attempt: 1, event: event(4, { type: 'result', seconds: 4 }) },
    { kind: 'exited', attempt: 1, code: outcome === 'done' ? 0 : 1, signal: null, lost: false },
    outcome === 'done' ? { kind: 'ended', outcome, exitCode: 0 } : { kind: 'ended', outcome, exitCode: 1, failure },
  ];
  const at = Date.now();
  for (const [index, entry] of entries.entries())
    appendFileSync(journal, `${JSON.stringify(journalLine(entry, index + 2, at + index * 1000))}\n`);
  writeFileSync(log, 'one\n\x1b[31mtwo\x1b[0m\nthree');
  return run;
};

/** Every line of stdout is a JSON object. */
const pure = (stdout: string): void => {
  for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object');
};

describe('without a run', () => {
  test('prices, plain and JSON', async () => {
    const plain = await program(['prices']);
    expect(plain.stdout).toMatch(/cpu-32 +32 cores · 32 GiB +– +– +1\.77/);
    expect(plain.stdout).toMatch(/a100-80gb .* 4\.40/);
    const { stdout, records } = await program(['prices', '--json']);
    pure(stdout);
    expect(records.find(({ id }) => id === 'a100-80gb')).toMatchObject({
      type: 'hardware',
      cores: 24,
      memory_gib: 96,
      prices_date: '2026-09-29',
    });
  });

  test.each([
    ['--cpu 32 --memory 32', '32 cores · 32 GiB: $1.77/h'],
    ['--gpu A100-80GB --cpu 24 --memory 96', 'A100-80GB · 24 cores · 96 GiB: $4.40/h'],
    ['--gpu a100-80gb:2 --cpu 24 --memory 96', '2 × A100-80GB · 24 cores · 96 GiB: $6.90/h'],
    ['--gpu H100,A100-80GB --cpu 24 --memory 96', 'H100 or A100-80GB · 24 cores · 96 GiB: $5.85/h'],
    ['--gpu H100! --cpu 24 --memory 96', 'H100! · 24 cores · 96 GiB: $5.85/h'],
    ['--cpu 32 --memory 32 --nonpreemptible', '32 cores · 32 GiB · not preemptible: $5.31/h'],
    ['--cpu 32 --memory 32 --region us', '32 cores · 32 GiB · in us: $2.65/h'],
    ['--cpu 32 --memory 32 --region us-west', '32 cores · 32 GiB · in us-west: $3.10/h'],
  ])('prices %s', async (args, line) => {
    expect((await program(['prices', ...args.split(' ')])).stdout.split('\n')[0]).toBe(line);
  });

  test.each([
    ['--gpu H100:9', /No container has that many H100/],
    ['--cpu 65', /cores go from 0\.125 to 64/],
    ['--memory 400', /memory from 0\.125 to 336 GiB/],
    ['--gpu L4 --nonpreemptible', /--nonpreemptible cannot be with a GPU/],
  ])('prices %s: no such container', async (args, words) => {
    const { code, stderr } = await program(['prices', ...args.split(' ')]);
    expect([code, stderr.replace(/\s+/g, ' ')]).toEqual([2, expect.stringMatching(words)]);
  });

  test('the price of a container of one’s own', async () => {
    const { stdout } = await program(['prices', '--gpu', 'A100-80GB', '--cpu', '24', '--memory', '96', '--region', 'us']);
    expect(stdout).toMatch(/in us: \$6\.60\/h/);
  });

  test('datasets', async () => {
    const { stdout, records } = await program(['datasets', '--json']);
    pure(stdout);
    expect(records[0]).toMatchObject({ type: 'dataset', name: 'quick', state: 'absent', bytes_here: 0 });
  });

  test('info says where things are, with the Python or without', async () => {
    const { stdout, records } = await program(['info', '--json']);
    pure(stdout);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ type: 'info', python: null, ready: false, data: path.join(home(), 'data') });
  });

  test('no run yet', async () => {
    expect((await program(['runs'])).stdout).toMatch(/ann-tui bench/);
    expect((await program(['runs', '--json'])).stdout).toBe('');
  });

  test('a dry run starts nothing and says what it would', async () => {
    const { code, stdout } = await program(['bench', '--dry-run', '--budget', '$2']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/naive, hnsw, qg on quick · 13 points/);
    expect(stdout).toMatch(/rough: from dataset size/);
    expect(stdout).toMatch(/at \$1\.77\/h/);
    expect(existsSync(paths().runs)).toBe(false);
    const json = await program(['bench', '--dry-run', '--json', '--impl', 'naive', '--compare', 'hnsw', '--k', '5']);
    pure(json.stdout);
    expect(json.records).toMatchObject([{ type: 'plan', points: 7, spec: { k: 5, target: 'local' } }]);
  });

  test('a plan of a training tells of a GPU what its forecast tells, and nothing else', async () => {
    const { code, stdout } = await program(['train', '--config', 'laptop', '--measure', '--dry-run']);
    expect(code).toBe(0);
    const [, time, cost] = /on L4 · .* at \$\d\.\d+\/h: about (\S+), (\$\S+) for training alone \(an estimate\)$/m.exec(stdout) ?? [];
    expect(stdout.match(/^L4 .*/m)?.[0]).toContain(`≈ ${time}  ≈ ${cost}`);
    expect(stdout).not.toContain('that time on');
  });

  test('what a training of data that are not here would take is told by its steps alone; it is not begun', async () => {
    const args = ['train', '--config', 'tusz_train_a100'];
    const { code, stdout } = await program([...args, '--measure', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}! tusz is not here: its steps alone are counted, without /m);
    expect(stdout).not.toContain('no test split');
    expect(stdout).toMatch(/^H100 +\$\d.* est\. +≈ \$\S+ +≈ \S+ .*≈ \$/m);
    for (const more of [['--dry-run'], ['--measure']]) {
      const refused = await program([...args, ...more]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/✗ tusz is not here\n.*--measure --dry-run\n.*next: ann-tui sync tusz --from FOLDER/s);
    }
  });

  test('without the environment to check it in, a dry run says when a model’s file is checked', async () => {
    const file = path.join(home(), 'mine.py');
    writeFileSync(file, 'import torch\nclass Model(torch.nn.Module): ...\n');
    const { code, stdout } = await program(['train', '--model', file, '--set', 'model.options.widht=48', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}mine\.py and its options are checked when the run begins: /m);
  });

  test('a sweep file brings its own implementations', async () => {
    const file = path.join(home(), 'sweep.yaml');
    writeFileSync(file, 'implementations: {hnsw: {build: {M: [8, 16]}, search: {efSearch: [10, 20]}}}\n');
    expect((await program(['bench', '--dry-run', '--sweep', file])).stdout).toMatch(/on quick · 4 points/);
    writeFileSync(file, 'implementations:\n  hnsw:\n    search: {efSaerch: [10]}\n');
    const wrong = await program(['bench', '--dry-run', '--sweep', file]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/sweep\.yaml:3:.*did you mean "efSearch"/s);
  });

  test('a dry run on Modal says rate, range, budget and what ends it, and contacts nobody', async () => {
    const args = ['bench', '--target', 'modal', '--containers', '9', '--region', 'us', '--nonpreemptible', '--budget', '$2', '--dry-run'];
    const { code, stdout, stderr } = await program(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/The run has 3 parts: no more than 3 of the 9 containers/);
    // 32 cores and 32 GiB, three times and half as much again.
    expect(stdout).toMatch(/on Modal: 3 × 32 cores · 32 GiB, us, not preemptible, and a coordinator: \$24\.\d\d\/h while all of them run/);
    expect(stdout).toMatch(/about \S+ .*: \$\d+\.\d+ \(\$\d+\.\d+ to \$\d+\.\d+\), an estimate/);
    expect(stdout).toMatch(/budget \$2\.00: lasts \dm/);
    expect(stdout).toMatch(/a container that hangs is ended by Modal's own timer after \dm/);
    const json = await program([...args, '--json']);
    pure(json.stdout);
    expect(json.records).toMatchObject([
      { type: 'plan', spec: { target: 'modal', budget: 2, cloud: { containers: 3, container: { region: 'us' } } } },
    ]);
  });

  test('an account is taken into the plan; what has no meaning here is told', async () => {
    const there = await program(['bench', '--target', 'modal', '--profile', 'work', '--env', 'dev', '--gpu', 'T4', '--dry-run', '--json']);
    expect(there.records).toMatchObject([
      { spec: { hardware: { id: 't4' }, cloud: { profile: 'work', environment: 'dev', container: { gpu: 'T4' } } } },
    ]);
    const here = await program(['bench', '--containers', '3', '--profile', 'work', '--dry-run']);
    expect(here.stderr).toMatch(/--containers, --profile have no effect/);
  });

  test('a config of one’s own that is wrong names its line', async () => {
    mkdirSync(paths().config, { recursive: true });
    writeFileSync(path.join(paths().config, 'prices.yaml'), 'as_of: 2026-09-29\nsource: mine\ncurrency: USD\nper_hour: {core: -1}\n');
    const { code, stderr } = await program(['prices']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/prices\.yaml:4: per_hour\.core is not valid/);
  });
});

describe('with a run', () => {
  test('runs, show, results: plain', async () => {
    const run = finished();
    expect((await program(['runs'])).stdout).toMatch(new RegExp(`${run} +naive on quick +done +1/1 +1,224 @ 1\\.0000`));
    const show = await program(['show', run]);
    expect(show.stdout).toContain('build naive · 0.1s');
    expect(show.stdout).toContain('! the machine is busy');
    const results = await program(['results', 'latest']);
    expect(results.stdout).toMatch(/naive +– +1\.0000 +1,224 +1\.00k–1\.50k +0\.81 ms +1\.42 ms +0\.1s +16\.8 MB/);
    expect(results.stdout).toMatch(/billed \$0 · \ds would cost \$0\.00\d\d on 32 cores/);
  });

  test('runs, show, results, attach: JSON', async () => {
    const run = finished();
    for (const command of [['runs'], ['show', run], ['results', run], ['attach', run]])
      pure((await program([...command, '--json'])).stdout);
    expect((await program(['runs', '--json'])).records).toMatchObject([
      { type: 'run', run, outcome: 'done', points: 1, cost: { billed: 0 } },
    ]);
  });

  test('attach tells it again from the beginning and ends with its exit code', async () => {
    const { code, records } = await program(['attach', finished(), '--json']);
    expect(code).toBe(0);
    expect(records.map(({ type }) => type)).toEqual(['status', 'status', 'phase', 'point', 'warning', 'result']);
    expect(records.at(-1)).toMatchObject({
      outcome: 'done',
      exit_code: 0,
      points: [{ impl: 'naive', recall: 1 }],
      cost: { billed: 0, hardware: 'cpu-32' },
    });
    const failed = await program(['attach', finished('failed')]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/✗ The job failed\n {2}it left with exit code 1\n {2}kept: 1 of 1 point\n {2}next: ann-tui logs/);
  });

  test('a run by the beginning of its name', async () => {
    const run = finished();
    expect((await program(['show', run.slice(6, 9)])).stdout).toContain(run);
  });

  test('logs are cleaned, numbered and may be cut', async () => {
    const run = finished();
    expect((await program(['logs', run, '--clean'])).stdout).toBe('one\ntwo\nthree\n');
    expect((await program(['logs', run, '--clean', '-n', '1'])).stdout).toBe('three\n');
    expect((await program(['logs', run, '--clean', '-f'])).stdout).toBe('one\ntwo\nthree\n');
    expect((await program(['logs', run, '--json'])).records[1]).toEqual({ type: 'log', run, n: 1, line: 'two' });
  });

  test('results --get copies, and writes over nothing', async () => {
    const run = finished();
    const folder = path.join(home(), 'got');
    const plots = 'results-hdf5/quick/10/naive';
    mkdirSync(path.join(runFiles(run).job, plots), { recursive: true });
    for (const file of ['default.hdf5', '.half.hdf5.1']) writeFileSync(path.join(runFiles(run).job, plots, file), 'x');
    expect((await program(['results', run, '--get', folder])).code).toBe(0);
    expect(readdirSync(path.join(folder, plots))).toEqual(['default.hdf5']);
    expect(JSON.parse(readFileSync(path.join(folder, 'points.json'), 'utf8'))).toMatchObject({ run, outcome: 'done' });
    expect(readFileSync(path.join(folder, 'log'), 'utf8')).toContain('three');
    // The same again: all of it is there.
    const again = await program(['results', run, '--get', folder, '--json']);
    expect(again.records.find(({ type }) => type === 'copied')).toMatchObject({ kept: 3 });
    // What was damaged since comes again, what is half is nobody's.
    writeFileSync(path.join(folder, 'log'), 'damaged');
    writeFileSync(path.join(folder, '.events.ndjson.part'), '{');
    expect((await program(['results', run, '--get', folder, '--json'])).records.find(({ type }) => type === 'copied')).toMatchObject({
      kept: 2,
    });
    expect(readFileSync(path.join(folder, 'log'), 'utf8')).toContain('three');
    // Another run's files stay, and so do a person's own.
    const other = finished();
    expect(await program(['results', other, '--get', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`has the files of ${run}`),
    });
    const own = path.join(home(), 'own');
    mkdirSync(own);
    writeFileSync(path.join(own, 'log'), 'mine');
    const refused = await program(['results', run, '--get', own]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') });
    expect(readdirSync(own)).toEqual(['log']);
    expect((await program(['results', run, '--get', own])).code).toBe(2);
  });

  test('rm asks; without a terminal it wants --yes', async () => {
    const run = finished();
    expect((await program(['runs', 'rm', run])).code).toBe(2);
    await program(['runs', 'rm', run], { interactive: true, answer: '' });
    expect(existsSync(runFiles(run).folder)).toBe(true);
    await program(['runs', 'rm', run], { interactive: true, answer: 'y' });
    expect(existsSync(runFiles(run).folder)).toBe(false);
  });

  test('prune keeps the newest', async () => {
    finished();
    const { records } = await program(['runs', 'prune', '--keep', '1', '--yes', '--json']);
    expect(records).toEqual([]);
    finished();
    expect((await program(['runs', 'prune', '--keep', '1', '--yes', '--json'])).records).toMatchObject([{ type: 'removed' }]);
    expect((await program(['runs', '--json'])).records).toHaveLength(1);
  });

  test('stopping what is over, resuming what is done', async () => {
    const run = finished();
    expect((await program(['stop', run])).stdout).toMatch(/was over already/);
    const resumed = await program(['resume', run]);
    expect(resumed.code).toBe(2);
    expect(resumed.stderr).toMatch(/nothing left to resume/);
  });

  test('results of a run without any', async () => {
    const run = createRun(spec);
    makeFolder(runFiles(run).job);
    const entry = journalLine({ kind: 'ended', outcome: 'failed', exitCode: 1 }, 2, Date.now());
    appendFileSync(runFiles(run).journal, `${JSON.stringify(entry)}\n`);
    const { code, stderr } = await program(['results', run]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no results/);
  });

  test('uninstall lists, refuses without --yes, and removes', async () => {
    finished();
    const refused = await program(['uninstall']);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain('runs and their results');
    const { code, records } = await program(['uninstall', '--yes', '--json']);
    expect(code).toBe(0);
    expect(records.at(-1)).toMatchObject({ type: 'uninstalled' });
    expect(existsSync(paths().runs)).toBe(false);
  });
});

const cloudSpec: BenchSpec = {
  ...spec,
  target: 'modal',
  budget: 2,
  cloud: {
    profile: null,
    environment: null,
    container: { cores: 32, memoryGiB: 32, gpu: null, region: null, nonpreemptible: false },
    containers: 1,
    coordinator: { cores: 0.5, memoryGiB: 1, dollarsPerHour: 0.1 },
    volumes: { datasets: 'ann-datasets', results: 'ann-results' },
    control: 'ann-tui-control',
    startupTimeout: 900,
  },
};

const app = 'ap-0123456789abcdefghijkl';

/** A run on Modal that has ended, as its supervisor told it. */
const there = (): string => {
  const run = createRun(cloudSpec);
  const { journal, job, log } = runFiles(run);
  const at = Date.now() - 60_000;
  const seen = (observation: Observation): JournalEntry => ({ kind: 'observed', attempt: 1, observation });
  const entries: JournalEntry[] = [
    { kind: 'launching', attempt: 1 },
    seen({ kind: 'stage', stage: 'image', state: 'start', at }),
    seen({ kind: 'stage', stage: 'image', state: 'done', at: at + 48_000, seconds: 48 }),
    { kind: 'launched', attempt: 1, handle: { app, call: 'fc-1', run } },
    seen({
      kind: 'container',
      task: 'ta-main',
      role: 'coordinator',
      name: 'main',
      queuedAt: at,
      startedAt: at + 1000,
      finishedAt: at + 9000,
    }),
    seen({
      kind: 'container',
      task: 'ta-w1',
      role: 'worker',
      name: 'w1',
      queuedAt: at + 1000,
      startedAt: at + 3000,
      finishedAt: at + 8000,
    }),
    seen({ kind: 'contact', lost: true, why: 'Could not connect to the Modal server.' }),
    seen({ kind: 'contact', lost: false }),
    seen({ kind: 'notice', text: 'w1 was preempted' }),
    { kind: 'event', attempt: 1, event: { ...(point as object), container: 'w1', seq: 1 } as never },
    { kind: 'exited', attempt: 1, code: 0, signal: null, lost: false },
    { kind: 'collected', attempt: 1 },
    { kind: 'ended', outcome: 'done', exitCode: 0 },
  ];
  for (const [index, entry] of entries.entries())
    appendFileSync(journal, `${JSON.stringify(journalLine(entry, index + 2, at + index * 1000))}\n`);
  writeFileSync(log, 'the whole\n');
  mkdirSync(path.join(job, 'containers', 'w1'), { recursive: true });
  writeFileSync(path.join(job, 'containers', 'w1', 'log'), 'of w1\n');
  writeFileSync(path.join(job, 'launch-1.log'), 'Building image im-1\n');
  return run;
};

describe('with a run on Modal', () => {
  test('show: the page, the containers and their times', async () => {
    const run = there();
    const { stdout } = await program(['show', run]);
    expect(stdout).toContain(`dashboard  https://modal.com/id/${app}`);
    expect(stdout).toMatch(/containers main +coordinator ta-main · queued 1s · ran 8s\n +w1 +worker +ta-w1 · queued 2s · ran 5s/);
    expect(stdout).toContain('! w1 was preempted');
    expect(stdout).toMatch(/billed (≈ )?\$0\.\d+ of \$2\.00, by our own meter · 1 × 32 cores · 32 GiB at \$1\.77\/h/);
    expect((await program(['show', run, '--json'])).records).toMatchObject([
      { dashboard: `https://modal.com/id/${app}`, cost: { budget: 2 } },
    ]);
  });

  test('runs says where it was, and what it cost', async () => {
    const run = there();
    finished();
    const { stdout } = await program(['runs']);
    expect(stdout).toMatch(new RegExp(`${run} +naive on quick +Modal, 1 × 32 cores · 32 GiB +done .* \\$0\\.0`));
    expect(stdout).toMatch(/ here +done .* \$0 /);
  });

  test('attach tells stages, containers, contact and notices, plain and as records', async () => {
    const run = there();
    const { stdout } = await program(['attach', run]);
    expect(stdout).toMatch(/image · 48s\n/);
    expect(stdout).toMatch(/container w1 left after 5s/);
    expect(stdout).toContain('! w1 was preempted');
    const { records } = await program(['attach', run, '--json']);
    expect(records.map(({ type }) => type)).toEqual([
      'status',
      'stage',
      'stage',
      'status',
      'container',
      'container',
      'contact',
      'contact',
      'notice',
      'point',
      'collected',
      'result',
    ]);
    expect(records[5]).toMatchObject({ run, task: 'ta-w1', name: 'w1', role: 'worker', started_at: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(records[6]).toMatchObject({ lost: true, why: 'Could not connect to the Modal server.' });
  });

  test('logs of a container, of the image, and of none that is there', async () => {
    const run = there();
    expect((await program(['logs', run])).stdout).toBe('the whole\n');
    expect((await program(['logs', run, '--container', 'w1'])).stdout).toBe('of w1\n');
    expect((await program(['logs', run, '--image', '-f'])).stdout).toBe('Building image im-1\n');
    expect((await program(['logs', run, '--container', 'w1', '--json'])).records).toEqual([
      { type: 'log', run, source: 'w1', n: 0, line: 'of w1' },
    ]);
    const wrong = await program(['logs', run, '--container', 'w9']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/no container "w9".*there are: w1/s);
    expect((await program(['logs', run, '--image', '--container', 'w1'])).code).toBe(2);
    const here = await program(['logs', finished(), '--image']);
    expect(here.stderr).toMatch(/has no image.*this machine/s);
  });

  test('shell: into a running container only, and only in a terminal', async () => {
    const over = await program(['shell', there()], { interactive: true });
    expect(over.code).toBe(1);
    expect(over.stderr).toMatch(/No container of .* runs now\n {2}the run is over/);
    const here = await program(['shell', finished()], { interactive: true });
    expect(here.code).toBe(2);
    expect(here.stderr).toMatch(/it runs on this machine/);
  });
});

describe('words', () => {
  test('ASCII where the locale is not UTF-8', async () => {
    const { stdout } = await program(['prices'], { env: { LANG: 'C', LC_ALL: '' } });
    expect(stdout).toMatch(/^[\x00-\x7f]+$/);
    expect(stdout).toMatch(/cpu-32 +32 cores - 32 GiB/);
    expect(toAscii('é · 1.3× ✓ ≈ 漢')).toBe('e - 1.3x + ~ ?');
  });

  test('tables align', () => {
    expect(
      table(
        [{ head: 'a' }, { head: 'n', right: true }],
        [
          ['x', '1'],
          ['long', '10'],
        ],
      ),
    ).toEqual(['a      n', 'x      1', 'long  10']);
  });
});
