/** Operating points: settings that a job finds for recalls, from the choice to what is said of them. */
import { describe, expect, test } from 'vitest';
import { loadDatasets } from '../../../../src/config/datasets.ts';
import { loadHardware } from '../../../../src/config/hardware.ts';
import { parseLocated } from '../../../../src/config/located.ts';
import { loadModal } from '../../../../src/config/modal.ts';
import { loadPrices } from '../../../../src/config/prices.ts';
import { pointTable } from '../../../../src/workloads/bench/cli/lines.ts';
import { queryPriceLines } from '../../../../src/workloads/bench/cli/query-price-lines.ts';
import { atRecall, levelsOf, qpsAt } from '../../../../src/workloads/bench/compare/at-recall.ts';
import { compareRuns } from '../../../../src/workloads/bench/compare/compare.ts';
import { readingRows } from '../../../../src/workloads/bench/compare/records.ts';
import { readingText, unfinishedText } from '../../../../src/workloads/bench/compare/words.ts';
import { loadBenchmark, sweepSchema } from '../../../../src/workloads/bench/config.ts';
import type { Point, Unreached } from '../../../../src/workloads/bench/events.ts';
import { jobOf } from '../../../../src/workloads/bench/job.ts';
import { targetNotes, unreachedText } from '../../../../src/workloads/bench/operating-points.ts';
import { partsOf, pointsOfParts } from '../../../../src/workloads/bench/parts.ts';
import { type BenchChoices, type PlanContext, planBench } from '../../../../src/workloads/bench/plan.ts';
import { dollarsPerMillion, priceOfQueries, thousandPerDollar } from '../../../../src/workloads/bench/query-price.ts';
import { type BenchResults, foldResults, noResults } from '../../../../src/workloads/bench/results.ts';
import type { BenchRun } from '../../../../src/workloads/bench/run.ts';
import { plannedPoints } from '../../../../src/workloads/bench/spec.ts';
import { benchMisfit } from '../../../../src/workloads/bench/spec-check.ts';
import { sweepOf } from '../../../../src/workloads/bench/spec-to-sweep.ts';
import { bench } from '../../../../src/workloads/bench/workload.ts';
import { point, pointsOf, spec as ranSpec, run } from './compare/support/runs.ts';

const context: PlanContext = {
  benchmark: (await loadBenchmark()).value,
  datasets: (await loadDatasets()).value,
  shapes: (await loadHardware()).value,
  rates: (await loadPrices()).value,
  modal: (await loadModal()).value,
  cores: 4,
};
const choices: BenchChoices = {
  kind: 'bench',
  implementations: ['hnsw', 'naive'],
  datasets: ['quick'],
  target: 'local',
  hardware: 'cpu-32',
};
const plan = (changes: Partial<BenchChoices> = {}, changed: Partial<PlanContext> = {}) =>
  planBench({ ...choices, ...changes }, { ...context, ...changed });
const sweep = async (text: string) => sweepSchema(await parseLocated(text, 'sweep.yaml'), { file: 'sweep.yaml', path: '' });

const levels = [0.9, 0.95, 0.99, 0.999];
const place = { cores: 2, sourceAt: () => '' };
const build = { M: 16, efConstruction: 200 };

describe('the plan', () => {
  test('recalls take the place of searches; what has no search parameter is measured as it is', () => {
    const spec = plan({ recalls: levels });
    expect(spec.implementations).toEqual([
      { name: 'hnsw', build, search: [], atRecall: levels },
      { name: 'naive', build: {}, search: [{}] },
    ]);
    expect(plannedPoints(spec)).toBe(5);
    expect(plannedPoints(plan({ recalls: levels, datasets: ['quick', 'sift-128-euclidean'] }))).toBe(10);
    expect(jobOf(spec, place)).toMatchObject({ implementations: [{ name: 'hnsw', search: [], at_recall: levels }, { name: 'naive' }] });
    expect(jobOf(spec, place)).not.toHaveProperty('implementations.1.at_recall');
  });

  test('libraries of others have them where they have one search parameter, and their settings where there are two', () => {
    const spec = plan({ implementations: ['hnswlib', 'scann'], recalls: levels });
    const of = (name: string) => spec.implementations.filter(one => one.name === name);
    expect(of('hnswlib').map(({ search, atRecall: targets }) => [search, targets])).toEqual(Array(4).fill([[], levels]));
    expect(of('scann').map(({ search, atRecall: targets }) => [search.length, targets])).toEqual(Array(3).fill([32, undefined]));
  });

  test('each once, ascending', () => expect(plan({ recalls: [0.99, 0.9, 0.99] }).implementations[0]?.atRecall).toEqual([0.9, 0.99]));

  test('a sweep file says them for a build, or for one group beside a sweep', async () => {
    const file = await sweep('implementations: { hnsw: { build: { M: [8, 16] }, at_recall: [0.95, 0.9] } }');
    expect(plan({ implementations: ['hnsw'] }, { sweep: file }).implementations).toEqual([
      { name: 'hnsw', build: { M: 8 }, search: [], atRecall: [0.9, 0.95] },
      { name: 'hnsw', build: { M: 16 }, search: [], atRecall: [0.9, 0.95] },
    ]);
    const both = await sweep(
      'implementations: { hnsw: { run_groups: { a: { build: { M: [8] }, search: { efSearch: [10, 20] } }, b: { build: { M: [8] }, at_recall: [0.9] } } } }',
    );
    const spec = plan({ implementations: ['hnsw'] }, { sweep: both });
    expect(spec.implementations).toEqual([
      { name: 'hnsw', build: { M: 8 }, search: [{ efSearch: 10 }, { efSearch: 20 }], atRecall: [0.9] },
    ]);
    expect(plannedPoints(spec)).toBe(3);
  });

  test('a run’s own choices plan the same run', async () => {
    const spec = plan({ recalls: levels });
    expect(plan({ sweep: sweepOf(spec) }, { sweep: sweepOf(spec) })).toEqual(spec);
    expect(bench.choicesOf(spec)).not.toHaveProperty('recalls');
  });

  test.each([
    ['beside a search', 'hnsw: { search: { efSearch: [10] }, at_recall: [0.9] }', /at_recall/],
    ['beside groups', 'hnsw: { at_recall: [0.9], run_groups: { a: {} } }', /run_groups/],
    ['of exact search', 'naive: { at_recall: [0.9] }', /naive\.at_recall.*there is none; leave at_recall out/],
    [
      'of a library with two parameters',
      'scann: { at_recall: [0.9] }',
      /scann\.at_recall.*there are 2; write instead search: \{ leaves_to_search: \[20\], rerank: \[100\] \}/,
    ],
    [
      'of a file of one’s own',
      'mine: { at_recall: [0.9] }',
      /mine\.at_recall.*no parameter of a file of yours; write search and its values instead$/,
    ],
    ['of a slip', 'hnswlb: { at_recall: [0.9] }', /hnswlb\.at_recall.*, or hnswlib if that is meant$/],
    ['no recall', 'hnsw: { at_recall: [95] }', /at_recall/],
  ])('%s: refused', async (_name, text, error) => {
    await expect(sweep(`implementations: { ${text} }`)).rejects.toThrow(error);
  });

  test('where nothing has a setting to be found, the next step names what has', () => {
    expect(() => plan({ implementations: ['naive'], recalls: [0.9] })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/needs an implementation with one search parameter: hnsw, qg, or of others rabitqlib, .*\bngt\b/),
        failure: expect.objectContaining({ hint: expect.stringMatching(/^ann-tui bench --impl naive,\w+ --recall 0\.9$/) }),
      }),
    );
    expect(() => plan({ implementations: ['scann', 'faiss-ivfpqfs'], recalls: [0.9] })).toThrow(
      expect.objectContaining({
        message: expect.not.stringMatching(/of others .*scann/),
        failure: expect.objectContaining({ hint: 'ann-tui bench --impl scann,faiss-ivfpqfs,hnsw --recall 0.9' }),
      }),
    );
    expect(() => plan({ recalls: [0.9, 1.1] })).toThrow(/--recall 1\.1 cannot be/);
    expect(() => plan({ recalls: [] })).toThrow(/--recall/);
  });

  test('targets are work of their own; specs from before are what they were', () => {
    expect(bench.work(plan({ recalls: [0.9] }))).not.toEqual(bench.work(plan({ recalls: [0.95] })));
    expect(JSON.stringify(bench.work(plan()))).not.toContain('null,[');
    expect(benchMisfit(plan({ recalls: [0.9] }))).toBeUndefined();
    expect(benchMisfit({ ...plan(), implementations: [{ name: 'hnsw', build: {}, search: [], atRecall: ['0.9'] }] })).toMatch(/atRecall/);
  });
});

describe('parts and time', () => {
  const sizesOf = () => ({ of: 'vectors', dimension: 128, train: 1_000_000, queries: 10_000, bytes: 5e8 }) as const;

  test('a part has a unit for each target', () => {
    expect(partsOf(plan({ recalls: levels })).map(({ units }) => units)).toEqual([4, 1]);
  });

  test('finding takes time, less of it on more cores, and a higher recall more', () => {
    const seconds = (recalls: readonly number[], cores: number) =>
      partsOf(plan({ recalls, implementations: ['hnsw'] }), { sizesOf, cores })[0]?.seconds ?? 0;
    const sweepAlone = partsOf(plan({ implementations: ['hnsw'] }), { sizesOf, cores: 4 })[0]?.seconds ?? 0;
    expect(seconds([0.9], 4)).toBeLessThan(seconds([0.999], 4));
    expect(seconds(levels, 32)).toBeLessThan(seconds(levels, 4));
    expect(seconds([0.9], 4)).toBeGreaterThan(0);
    expect(seconds(levels, 4) / sweepAlone).toBeGreaterThan(0.2);
    expect(seconds(levels, 4) / sweepAlone).toBeLessThan(5);
  });
});

const found = (target: number, ef: number, recall: number, qps: number): Point =>
  point('hnsw', { M: 16, ef }, recall, qps, { target_recall: target, recall_queries: 500, choosing_recall: target, choosing_queries: 500 });

const missed: Unreached = {
  dataset: 'quick',
  impl: 'hnsw',
  params: { M: 16 },
  k: 10,
  threads: 1,
  target_recall: 0.999,
  recall: 0.99715,
  parameter: 'ef',
  value: 10_000,
  queries: 500,
};
const envelope = { v: 1, seq: 1, container: 'main', time: 1 } as const;
const folded = (...events: readonly (Point | Unreached)[]): BenchResults =>
  events.reduce<BenchResults>(
    (results, event) => foldResults(results, { ...envelope, ...event, type: 'parameter' in event ? 'unreached' : 'point' }),
    noResults,
  );

const spec = { ...ranSpec, implementations: [{ name: 'hnsw', build: { M: 16 }, search: [], atRecall: levels }] };
const ran = (results: BenchResults, changes: Partial<BenchRun> = {}): BenchRun => ({
  ...run('bench-aaaaaa', [], { spec, ...changes }),
  results,
});

describe('results', () => {
  test('a setting that was found for two recalls is two points; a point measured again is one', () => {
    const { points } = folded(found(0.9, 20, 0.96, 100), found(0.95, 20, 0.96, 100), found(0.95, 20, 0.96, 120));
    expect(points.map(one => [one.target_recall, one.qps])).toEqual([
      [0.9, 100],
      [0.95, 120],
    ]);
  });

  test('what is out of reach is done with, told once, and no point', () => {
    const run = ran(folded(found(0.9, 20, 0.91, 100), missed, missed));
    expect(run.results.unreached).toEqual([missed]);
    expect(bench.done(run)).toBe(2);
    expect(pointsOfParts(run)).toEqual([2]);
    expect(bench.gist(run)).toMatchObject({ points: 1, unreached: 1 });
    expect(unfinishedText(run)).toBe('has 1 of 3 points');
    expect(unreachedText(missed)).toBe('hnsw M=16: recall 0.999 is out of reach, 0.9971 at ef 10000');
  });
});

describe('at a recall', () => {
  const swept = pointsOf().filter(({ impl }) => impl === 'hnsw');
  const operating = found(0.95, 27, 0.953, 25_000);

  test('a measured operating point wins over what is read between settings', () => {
    expect(qpsAt(swept, 0.95)).not.toBe(25_000);
    expect(qpsAt([...swept, operating], 0.95)).toBe(25_000);
    expect(atRecall([...swept, operating], 0.95)).toMatchObject({ found: true, between: false, point: operating });
    expect(atRecall([...swept, operating], 0.97)).toMatchObject({ found: false, between: true });
  });

  test('it counts though the queries that judge it say a little less, and is marked', () => {
    expect(readingText(atRecall([operating], 0.95))).toBe('✓ 25,000');
    expect(readingText(atRecall([found(0.95, 27, 0.9487, 25_000)], 0.95))).toBe('! 25,000');
    expect(readingText(atRecall(swept, 0.95))).toMatch(/^2\d,\d{3}$/);
  });

  test('the marks are explained where there are any', () => {
    expect(targetNotes(swept)).toEqual([]);
    expect(targetNotes([operating])).toEqual(['✓: measured at the setting found for that recall; else read between settings.']);
    expect(targetNotes([found(0.95, 27, 0.9487, 1)], [missed])).toEqual([
      '✓: measured at the setting found for that recall. !: judged below it.',
      unreachedText(missed),
    ]);
  });

  test('recalls that points were found for are levels of the comparison, and records say how a figure came about', () => {
    expect(levelsOf([found(0.97, 30, 0.97, 1), ...swept])).toEqual([0.9, 0.95, 0.97, 0.99, 0.999]);
    const rows = readingRows(compareRuns([ran(folded(operating, found(0.97, 30, 0.97, 20_000)))]));
    expect(rows.map(row => [row.level, row.operating_point])).toEqual([
      [0.9, false],
      [0.95, true],
      [0.97, true],
      [0.99, null],
      [0.999, null],
    ]);
  });

  test('the table of points says what each was found for, and without any it is as it was', () => {
    const [head, row] = pointTable(ran(folded(operating)));
    expect(head).toMatch(/parameters +for +recall@10/);
    expect(row).toMatch(/M=16 ef=27 +0\.95 +0\.9530 +25,000/);
    expect(pointTable(ran(folded(...swept)))[0]).not.toContain(' for ');
  });
});

describe('money', () => {
  const onModal = { ...spec, target: 'modal' } as const;
  const operating = folded(found(0.9, 20, 0.91, 30_000), found(0.95, 27, 0.953, 25_000));
  const row = (id: string, dollarsPerHour: number) =>
    ({
      id,
      label: id === 'cpu-32' ? '32 cores · 32 GiB' : id,
      gpu: null,
      vramGiB: null,
      cores: 32,
      memoryGiB: 32,
      dollarsPerHour,
      use: '',
    }) as const;
  const rows = [row('cpu-32', 1.8), row('cpu-8', 0.5)];
  const knownOn = (earlier: readonly BenchRun[], asked = plan({ implementations: ['hnsw'] })) =>
    priceOfQueries.known?.(asked, rows, earlier);

  test('a million queries, and thousands of queries for a dollar as VectorDBBench has it', () => {
    expect(dollarsPerMillion(25_000, 1.8)).toBeCloseTo(0.02, 10);
    expect(thousandPerDollar(25_000, 1.8)).toBeCloseTo((25_000 / 1.8) * 3.6, 10);
    expect(dollarsPerMillion(25_000, 1.8) * thousandPerDollar(25_000, 1.8)).toBeCloseTo(1000, 6);
    expect(priceOfQueries.of(ran(operating, { spec: onModal }))?.record).toMatchObject({
      at_recall: 0.95,
      thousand_queries_per_dollar: 50_000,
    });
  });

  test('at each recall, for a run that was billed; a run of this machine has no price', () => {
    expect(queryPriceLines(ran(operating))).toEqual([]);
    const lines = queryPriceLines(ran(operating, { spec: onModal }));
    expect(lines[0]).toBe('on 32 cores · 32 GiB at $1.80/h, one search at a time:');
    expect(lines[2]).toMatch(/hnsw +0\.90 +✓ 30,000 +\$0\.0167 +60,000/);
    expect(lines[3]).toMatch(/hnsw +0\.95 +✓ 25,000 +\$0\.0200 +50,000/);
    expect(lines).toHaveLength(4);
  });

  test('before a run: what the newest of the same question cost on each shape, at the price of now', () => {
    const older = { ...ran(operating, { spec: onModal, endedAt: 1000 }), run: 'bench-older1' };
    const newer = { ...ran(folded(found(0.95, 27, 0.953, 50_000)), { spec: onModal, endedAt: 2000 }), run: 'bench-newer1' };
    expect(knownOn([newer, older])).toEqual({
      condition: '@ 0.95',
      rows: [
        {
          hardware: 'cpu-32',
          run: 'bench-newer1',
          at: 2000,
          dollars: dollarsPerMillion(50_000, 1.8),
          words: 'hnsw, 50,000 QPS on 1 thread, 100M queries/$',
        },
      ],
    });
    const unmeasured = { ...newer, results: noResults };
    expect(knownOn([unmeasured, older])?.rows).toMatchObject([{ run: 'bench-older1' }]);
  });

  test.each([
    ['this machine', { ...onModal, target: 'local' as const }],
    ['another k', { ...onModal, k: 5 }],
    ['other threads', { ...onModal, threads: 8 }],
    ['a part of the data', { ...onModal, subset: 1000 }],
    ['other data', { ...onModal, datasets: [{ name: 'sift-128-euclidean', url: null }] }],
    ['another shape of that name', { ...onModal, hardware: { ...onModal.hardware, label: '32 cores · 64 GiB' } }],
    ['another container', { ...onModal, hardware: { ...onModal.hardware, id: '6x8' } }],
    [
      'another file of that name',
      { ...onModal, implementations: [{ ...spec.implementations[0], source: { file: 'hnsw.cpp', sha256: 'a', from: '' } }] },
    ],
  ])('%s is no answer', (_name, other) => {
    expect(knownOn([ran(operating, { spec: other as BenchRun['spec'] })])?.rows).toEqual([]);
  });

  test('at what the run itself is asked for', () => {
    const asked = plan({ implementations: ['hnsw'], recalls: [0.9, 0.99] });
    expect(knownOn([ran(operating, { spec: onModal })], asked)).toMatchObject({
      condition: '@ 0.9',
      rows: [{ dollars: dollarsPerMillion(30_000, 1.8) }],
    });
  });
});
