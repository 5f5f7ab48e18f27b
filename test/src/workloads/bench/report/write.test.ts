/** A report of a run on disk: one page that needs nothing, and its plots beside it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256Of } from '../../../../../src/user-code/user-file.ts';
import type { Point } from '../../../../../src/workloads/bench/events.ts';
import { writeReport } from '../../../../../src/workloads/bench/report/write.ts';
import { type BenchRunOptions, writeBenchRun } from '../../../../support/bench-run.ts';
import { evaluation } from '../../../../support/evaluation.ts';
import { writeEvaluateRun } from '../../../../support/evaluation-run.ts';
import { givenHome } from '../../../../support/home.ts';
import { program } from '../../../cli/program.ts';
import { point, pointsOf, spec } from '../compare/support/runs.ts';

givenHome();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Text as a reader has it. */
const textOf = (page: string): string =>
  page
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

const written = async (points: readonly Point[], options: BenchRunOptions = {}, changes: Partial<typeof spec> = {}) => {
  const run = writeBenchRun({ ...spec, ...changes }, points, options);
  const report = await writeReport([run], folder);
  const page = readFileSync(report.file, 'utf8');
  return { run, report, page, text: textOf(page) };
};

const bytes = (point: Point, n: number): Point =>
  point.impl === 'hnsw' ? { ...point, query_bytes: 9000 * (n + 1), limit_share: 0.3 + n / 10 } : point;

test('says what was measured, how, on what, and every figure', async () => {
  const { run, report, page, text } = await written(
    pointsOf(1, { dataset_sha: 'aee23686', cpu: 'AMD EPYC', others_busy_cores: 0.4 }).map(bytes),
  );
  expect(report).toMatchObject({ file: path.join(folder, `${run}.html`), bytes: Buffer.byteLength(page), drawn: 6, of: 6 });
  expect(report.says).toMatch(/^6 plots, also in .*-plots$/);
  for (const words of [
    'Nearest-neighbour search: naive, hnsw on quick',
    'quick, recall@10',
    // Between 0.92 and 0.98, as compare reads it.
    'At recall 0.95 hnsw answers the most: 26,069 queries a second',
    '40,000 rows × 96 dimensions, 1,000 queries, euclidean',
    'this machine · AMD EPYC, 2 cores, avx512 · 1 thread',
    'hnsw M=16 ef=20 0.9200 30,000',
    '18.0 kB 40 %',
    'not told not told',
    'only 0.9800',
    'processor AMD EPYC',
    'compiler gcc 12.2.0',
    'SHA-256 of the core’s sources 7191e16e',
    'SHA-256 aee23686',
    'numpy 2.4.6',
    'neighbours asked for (k) 10',
    'one machine, nothing is billed',
    'It is strict, but for points of older versions',
  ])
    expect(text).toContain(words);
  expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  expect(page.match(/<figure /g)).toHaveLength(6);
  // Each in two widths.
  expect(page.match(/<svg /g)).toHaveLength(12);
});

test('what no point tells is said, and has neither plot nor column', async () => {
  const { text, report } = await written(pointsOf());
  expect(text).toContain('Not told by any of these implementations: bytes per query, distance from the limit.');
  expect(text).not.toContain('bytes a query');
  expect(report.drawn).toBe(4);
});

test('both rules of recall where they differ, noise by each point and in a line', async () => {
  const { text } = await written(
    pointsOf(1, {
      recall_tolerant: 0.999,
      noisy: true,
      qps_interval: [1, 1e6],
      interval_level: 0.95,
      spread: 0.14,
      others_busy_cores: 1.2,
    }),
  );
  expect(text).toContain('recall@10 tolerant QPS');
  expect(text).toContain('0.8000 0.9990');
  expect(text).toMatch(/4 of 4 points are noisy/);
  expect(text).toMatch(/noisy 1\.2 14 %/);
});

test('operating points say what they were found for, and what is out of reach is told', async () => {
  const found = { target_recall: 0.95, recall_queries: 500, choosing_recall: 0.951, choosing_queries: 500 };
  const { text } = await written([...pointsOf(), point('hnsw', { M: 16, ef: 28 }, 0.9496, 25_500, found)], {
    unreached: [
      {
        dataset: 'quick',
        impl: 'hnsw',
        params: { M: 16 },
        k: 10,
        threads: 1,
        target_recall: 0.999,
        recall: 0.9912,
        parameter: 'ef',
        value: 5000,
        queries: 500,
      },
    ],
  });
  for (const words of [
    '! 25,500',
    'judged below it',
    'build search for recall',
    'hnsw M=16 ef=28 0.95 0.9496 25,500',
    'hnsw M=16: recall 0.999 is out of reach, 0.9912 at ef 5000',
  ])
    expect(text).toContain(words);
});

test('at Modal it says what it cost, and what a million queries do', async () => {
  const cloud = {
    profile: null,
    environment: null,
    container: { cores: 32, memoryGiB: 32, gpu: null, region: null, nonpreemptible: false },
    containers: 1,
    coordinator: { cores: 0.5, memoryGiB: 1, dollarsPerHour: 0.0317 },
    volumes: { datasets: 'ann-datasets', results: 'ann-results' },
    control: 'ann-tui-control',
    startupTimeout: 900,
  };
  const { text } = await written(pointsOf(), {}, { target: 'modal', budget: 2, cloud });
  expect(text).toContain('Modal: 32 cores · 32 GiB, $1.80/h');
  expect(text).toMatch(/\$\d[\d.]* for a million/);
  expect(text).toMatch(/cost ≈? ?\$[\d.]+ by this program’s own meter/);
  expect(text).toContain('budget $2.00');
});

test('own implementations have their verdicts, and hostile names and words stay text', async () => {
  const impl = '</svg><script>alert(1)</script>';
  const { page, text, report } = await written(
    [...pointsOf(), ...pointsOf(2, { impl }).slice(1)],
    {
      verdicts: [
        { impl, verdict: 'crashed', what: '<img src=http://x.example/> crashed', why: 'signal 11 \u202e', dataset: 'quick' },
        { impl: 'mine', verdict: 'ok', what: 'nothing speaks against mine', why: 'checked' },
      ],
    },
    { implementations: [...spec.implementations, { name: impl, build: {}, search: [{}] }] },
  );
  expect(page).not.toMatch(/<script|<img|\u202e/);
  expect(text).toContain('&lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt;: crashed');
  expect(text).toContain('mine: ok');
  for (const file of report.plots ?? []) if (file.endsWith('.svg')) expect(readFileSync(file, 'utf8')).not.toContain('<script');
});

test('an own file is held against what was measured beside it', async () => {
  const from = path.join(folder, 'mine.cpp');
  writeFileSync(from, '#include <ann.h>\n');
  const source = { file: 'mine.cpp', sha256: sha256Of(readFileSync(from)), from };
  const { text } = await written(
    [...pointsOf(), point('mine', {}, 1, 1000)],
    {},
    { implementations: [...spec.implementations, { name: 'mine', build: {}, search: [{}], source }] },
  );
  expect(text).toContain('mine against hnsw at equal recall: slower at 0.90 (hnsw is 32.1× as fast)');
});

test('asks for nothing: no address is in it but names of languages, no script, and its policy allows its own style alone', async () => {
  const { page } = await written(pointsOf());
  const addresses = [...page.matchAll(/\b(?:https?|wss?|ftp):\/\/[^\s"'<)]+/g)].map(([address]) => address);
  expect([...new Set(addresses)].toSorted()).toEqual(['http://www.w3.org/1999/xlink', 'http://www.w3.org/2000/svg']);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bsrc=|\bhref=|\bstyle="|\bon\w+="/);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'none'; style-src 'sha256-");
  expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
});

test('a run that did not end says so; one without results.json lacks what that tells', async () => {
  const { text } = await written(pointsOf(), { over: false });
  expect(text).toContain('This run ended as stopped: what is here is what it had by then.');
  expect(text).toContain('shape not told');
  expect(text).toContain('processor AMD EPYC');
});

test('several runs: letters, what is compared, and why something is not', async () => {
  const same = { dataset_sha: 'aee23686', cpu: 'AMD EPYC' };
  const runs = [
    writeBenchRun(spec, pointsOf(1, same)),
    writeBenchRun(spec, pointsOf(2, same)),
    writeBenchRun({ ...spec, k: 20 }, pointsOf(1, { ...same, k: 20 })),
  ];
  const report = await writeReport(runs, folder);
  const text = textOf(readFileSync(report.file, 'utf8'));
  expect(path.basename(report.file)).toBe(`${runs.join('+')}.html`);
  expect(text).toContain(`B is ${runs[1]}: naive, hnsw on quick`);
  expect(text).toContain('2.00× A hnsw');
  expect(text).toContain('Not side by side with what is above: different k: recall@20 against recall@10.');
  expect(report.plots?.map(file => path.basename(file))).toContain('2-quick-recall-qps.png');
});

describe('files', () => {
  test('each plot is there as SVG and PNG', async () => {
    const { report, run } = await written(pointsOf().map(bytes));
    const names = (report.plots ?? []).map(file => path.relative(folder, file));
    const ids = ['recall-qps', 'latency', 'build', 'memory', 'query-bytes', 'limit'];
    expect(names.toSorted()).toEqual(ids.flatMap(id => [`${run}-plots/${id}.png`, `${run}-plots/${id}.svg`]).toSorted());
    const svg = readFileSync(path.join(folder, `${run}-plots/recall-qps.svg`), 'utf8');
    expect(svg).toContain('<desc>ann-tui, a benchmark. Queries a second at each recall.');
    // It stands alone: none of the page's variables.
    expect(svg).not.toContain('var(');
    expect(svg).toContain(run);
    expect(
      readFileSync(path.join(folder, `${run}-plots/recall-qps.png`))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  test('over older ones, and over nothing else', async () => {
    const run = writeBenchRun(spec, pointsOf());
    const { file } = await writeReport([run], folder);
    expect((await writeReport([run], folder)).file).toBe(file);
    writeFileSync(file, '<p>mine</p>');
    await expect(writeReport([run], folder)).rejects.toMatchObject({
      failure: { what: `${file} exists already`, hint: `ann-tui report ${run} --to ${run}-report.html` },
    });
    const other = path.join(folder, 'other-plots');
    mkdirSync(other);
    writeFileSync(path.join(other, 'build.svg'), '<svg/>');
    await expect(writeReport([run], path.join(folder, 'other.html'))).rejects.toMatchObject({
      failure: { what: `${path.join(other, 'build.svg')} exists already` },
    });
    expect(existsSync(path.join(folder, 'other.html'))).toBe(false);
    expect(readFileSync(path.join(other, 'build.svg'), 'utf8')).toBe('<svg/>');
  });

  test('not where there can be no folder', async () => {
    const run = writeBenchRun(spec, pointsOf());
    writeFileSync(path.join(folder, 'file'), '');
    await expect(writeReport([run], path.join(folder, 'file/below'))).rejects.toMatchObject({
      failure: { what: expect.stringContaining('could not be written'), kept: 'the run and its files' },
    });
  });
});

describe('the command', () => {
  test('says where, in lines and as a record', async () => {
    const run = writeBenchRun(spec, pointsOf());
    const said = await program(['report', run, '--to', folder]);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toMatch(/\.html: [\d.]+ kB, 4 plots, also in .*-plots\n/);
    const { records } = await program(['report', 'latest', '--to', folder, '--json']);
    expect(records).toMatchObject([{ type: 'report', run, file: path.join(folder, `${run}.html`), drawn: 4, of: 4 }]);
    expect((records[0] as { plots: string[] }).plots).toHaveLength(8);
  });

  test('takes several runs of benchmarks, one that is named twice once', async () => {
    const [one, two] = [writeBenchRun(spec, pointsOf()), writeBenchRun(spec, pointsOf(2))];
    const { records } = await program(['report', one, two, one, '--to', folder, '--json']);
    expect(records).toMatchObject([{ run: one, runs: [one, two], file: path.join(folder, `${one}+${two}.html`) }]);
  });

  test('refuses what has no point, other kinds beside it, and several of those that have one each', async () => {
    const empty = writeBenchRun(spec, [], { over: false });
    const nothing = await program(['report', empty, '--to', folder]);
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain(`${empty} has nothing to report`);
    expect(nothing.stderr).toContain(`show ${empty}`);
    const [bench, first, second] = [
      writeBenchRun(spec, pointsOf()),
      writeEvaluateRun(evaluation()).run,
      writeEvaluateRun(evaluation()).run,
    ];
    const mixed = await program(['report', bench, first, '--to', folder]);
    expect(mixed).toMatchObject({ code: 2, stderr: expect.stringContaining('they are of different kinds') });
    const both = await program(['report', first, second, '--to', folder]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('A report is of one evaluation') });
  });
});
