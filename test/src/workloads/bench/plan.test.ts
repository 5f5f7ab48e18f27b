/** Choices → spec: what is refused, and in which words. */
import { expect, test } from 'vitest';
import { loadDatasets } from '../../../../src/config/datasets.ts';
import { loadHardware } from '../../../../src/config/hardware.ts';
import { parseLocated } from '../../../../src/config/located.ts';
import { loadModal } from '../../../../src/config/modal.ts';
import { loadPrices } from '../../../../src/config/prices.ts';
import { UserError } from '../../../../src/errors/errors.ts';
import { loadBenchmark, sweepSchema } from '../../../../src/workloads/bench/config.ts';
import { peerNames } from '../../../../src/workloads/bench/implementations.ts';
import { type BenchChoices, type PlanContext, planBench } from '../../../../src/workloads/bench/plan.ts';
import { plannedPoints } from '../../../../src/workloads/bench/spec.ts';
import { sweepOf } from '../../../../src/workloads/bench/spec-to-sweep.ts';

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
  implementations: ['naive', 'hnsw'],
  datasets: ['quick'],
  target: 'local',
  hardware: 'cpu-32',
};
const plan = (changes: Partial<BenchChoices> = {}, changed: Partial<PlanContext> = {}) =>
  planBench({ ...choices, ...changes }, { ...context, ...changed });

test('the defaults', () => {
  const spec = plan();
  expect(spec).toMatchObject({ v: 1, kind: 'bench', target: 'local', k: 10, threads: 1, subset: null, budget: null, timeout: null });
  expect(spec.datasets).toEqual([{ name: 'quick', url: null }]);
  expect(spec.hardware).toMatchObject({ id: 'cpu-32', label: '32 cores · 32 GiB', pricesDate: '2026-09-29' });
  expect(spec.hardware.dollarsPerHour.toFixed(2)).toBe('1.77');
  expect(plannedPoints(spec)).toBe(7);
});

test('data on which the rules of recall can differ is named with its k, unless only a part of it is measured', () => {
  const rulesDiffer = (name: string) => (name === 'quick' ? { 1: 0, 10: 0.008, 100: 0.2 } : undefined);
  expect(plan({}, { rulesDiffer }).recallRules).toEqual({ quick: 0.008 });
  expect(plan({ k: 50 }, { rulesDiffer }).recallRules).toEqual({ quick: 0.2 });
  expect(plan({ k: 1 }, { rulesDiffer })).not.toHaveProperty('recallRules');
  expect(plan({ subset: 1000 }, { rulesDiffer })).not.toHaveProperty('recallRules');
  expect(plan()).not.toHaveProperty('recallRules');
});

test('k goes as far as the true neighbours in the file; those of a subset are searched anew', () => {
  const datasets = context.datasets.map(entry => (entry.name === 'quick' ? { ...entry, neighbours: 5 } : entry));
  expect(() => plan({}, { datasets })).toThrow(/--k 10 cannot be.*from 1 to 5, as quick has the true neighbours of a query up to there/);
  expect(plan({ k: 5 }, { datasets }).k).toBe(5);
  expect(plan({ subset: 1000 }, { datasets }).k).toBe(10);
  expect(() => plan({ subset: 40_000 }, { datasets })).toThrow(/from 1 to 5/);
  expect(() => plan({ datasets: ['sift-128-euclidean', 'quick'] }, { datasets })).toThrow(/from 1 to 5, as quick/);
});

test.each<readonly [string, Partial<BenchChoices>, RegExp]>([
  [
    'nearly a library of others',
    { implementations: ['hnswlb'] },
    /no implementation "hnswlb".*did you mean "hnswlib"\? there are: naive, hnsw/,
  ],
  ['an unknown implementation', { implementations: ['hsnw'] }, /no implementation "hsnw".*did you mean "hnsw"\? there are: naive, hnsw/],
  ['no implementation', { implementations: [] }, /No implementation was chosen/],
  ['an unknown dataset', { datasets: ['gist'] }, /no dataset "gist".*did you mean "gist-960-euclidean"/],
  ['no dataset', { datasets: [] }, /No dataset was chosen/],
  ['no neighbours', { k: 0 }, /--k 0 cannot be.*from 1 to 100/],
  ['a negative k', { k: -1 }, /--k -1/],
  ['half a neighbour', { k: 1.5 }, /--k 1\.5/],
  ['no number at all', { k: Number.NaN }, /--k NaN/],
  ['more neighbours than are known', { k: 101 }, /from 1 to 100/],
  ['more neighbours than vectors', { k: 10, subset: 5 }, /from 1 to 5, as there are 5 vectors/],
  ['no threads', { threads: -1 }, /--threads -1.*from 0 to 4, the cores of this machine \(0 is all\)/],
  ['more threads than cores', { threads: 5 }, /from 0 to 4/],
  ['an empty subset', { subset: 0 }, /--subset 0/],
  ['a subset larger than the set', { subset: 1_000_000, datasets: ['sift-128-euclidean', 'quick'] }, /as quick has 40000 vectors/],
  ['a budget of nothing', { budget: 0 }, /--budget 0/],
  ['a timeout of nothing', { timeout: 0 }, /--timeout 0/],
  ['unknown hardware', { hardware: 'cpu-23' }, /no hardware "cpu-23".*did you mean "cpu-32"/],
  ['a container beyond the limits', { hardware: '65x32' }, /cores go from 0\.125 to 64/],
  ['a list of GPUs', { target: 'modal', hardware: '8x32+T4,L4' }, /ann-tui bench takes one GPU, not a list/],
  ['a GPU without a price', { hardware: '8x32+H900' }, /no price for the GPU "H900".*did you mean "H100"/],
])('%s', (_name, changes, says) => {
  try {
    plan(changes);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const { exitCode, failure, message } = error as UserError;
    expect(exitCode).toBe(2);
    expect(message).toMatch(says);
    expect(failure.hint).toBeTruthy();
    return;
  }
  throw new Error('no error');
});

test.each<[Partial<BenchChoices>, string]>([
  [{ k: 101 }, 'ann-tui bench --dataset quick --k 100'],
  [{ k: 1.5 }, 'ann-tui bench --dataset quick --k 2'],
  [{ k: Number.NaN }, 'ann-tui bench --dataset quick --k 1'],
  [{ threads: 5 }, 'ann-tui bench --threads 4'],
  [{ threads: 99, target: 'modal' }, 'ann-tui bench --target modal --threads 32'],
  [{ subset: 50_000 }, 'ann-tui bench --dataset quick --subset 40000'],
])('the next step names the nearest number that can be: %o', (changes, hint) => {
  expect(() => plan(changes)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ hint }) }));
});

test('a name given twice is one', () =>
  expect(plannedPoints(plan({ implementations: ['naive', 'naive'], datasets: ['quick', 'quick'] }))).toBe(1));

test('a container of one’s own is priced whole', () => {
  expect(plan({ hardware: '24x96+A100-80GB' }).hardware).toMatchObject({ label: 'A100-80GB · 24 cores · 96 GiB' });
  expect(plan({ hardware: '24x96+A100-80GB' }).hardware.dollarsPerHour.toFixed(2)).toBe('4.40');
});

test('a budget is kept where something is billed', () => {
  expect(plan({ budget: 2 }).budget).toBeNull();
  expect(plan({ budget: 2, target: 'modal' }).budget).toBe(2);
});

test('a run on Modal: its container, its coordinator, its limits', () => {
  const spec = plan({ target: 'modal', hardware: '16x64', containers: 4, threads: 0, environment: 'dev' });
  expect(spec.threads).toBe(16);
  expect(spec.cloud).toMatchObject({
    profile: null,
    environment: 'dev',
    container: { cores: 16, memoryGiB: 64, gpu: null, region: null, nonpreemptible: false },
    containers: 4,
    volumes: { datasets: 'ann-datasets', results: 'ann-results' },
  });
  // Half a core and a GiB, not to be preempted: three times 0.5 × 0.0473 + 0.0080.
  expect(spec.cloud?.coordinator.dollarsPerHour).toBeCloseTo(0.09495, 10);
  expect(plan().cloud).toBeUndefined();
});

test('a region and not to be preempted raise the price of the whole container', () => {
  const plain = plan({ target: 'modal' }).hardware.dollarsPerHour;
  expect(plan({ target: 'modal', region: 'us' }).hardware.dollarsPerHour).toBeCloseTo(1.5 * plain, 10);
  expect(plan({ target: 'modal', region: 'us-west' }).hardware.dollarsPerHour).toBeCloseTo(1.75 * plain, 10);
  expect(plan({ target: 'modal', nonpreemptible: true }).hardware.dollarsPerHour).toBeCloseTo(3 * plain, 10);
  expect(plan({ region: 'us' }).hardware.dollarsPerHour).toBe(plain);
});

test.each<[string, Partial<BenchChoices>, RegExp]>([
  ['no container', { containers: 0 }, /--containers 0 cannot be/],
  [
    'more threads than its cores',
    { hardware: 'cpu-8', threads: 9 },
    /1 to 8, the cores of that container|0 to 8, the cores of that container/,
  ],
  ['a region that is none', { region: 'EU;rm' }, /no region "EU;rm"/],
  ['more memory than a container has', { hardware: '32x337' }, /memory from 0\.125 to 336 GiB/],
  ['more cores than a container has', { hardware: '64.5x32' }, /cores go from 0\.125 to 64/],
  ['more GPUs than a container has', { hardware: '24x96+H100:9' }, /No container has that many H100.*1 to 8/],
  ['more of the GPU that comes in fours', { hardware: '8x32+A10:5' }, /No container has that many A10.*1 to 4/],
  ['more containers than a plan has', { containers: 101 }, /--containers 101 cannot be.*1 to 100/],
  ['a GPU that may not be preempted', { hardware: 'l4', nonpreemptible: true }, /--nonpreemptible cannot be with a GPU/],
])('on Modal: %s', (_name, changes, says) => expect(() => plan({ target: 'modal', ...changes })).toThrow(says));

test('on Modal: a whole day, and as much as a container has', () => {
  expect(plan({ target: 'modal', timeout: 86_400, hardware: '64x336+A10:4', containers: 100 })).toMatchObject({
    timeout: 86_400,
    cloud: { containers: 100, container: { cores: 64, memoryGiB: 336, gpu: 'A10:4' } },
  });
  // Here nobody ends it.
  expect(plan({ timeout: 90_000 }).timeout).toBe(90_000);
});

const sweep = async (text: string) => sweepSchema(await parseLocated(text, 's.yaml'), { file: 's.yaml', path: '' });

test('a sweep file: one build for every combination, its own k and repeats', async () => {
  const own = await sweep('k: 5\nrepeats: 9\nimplementations: {hnsw: {build: {M: [8, 16]}, search: {efSearch: [10, 20, 30]}}}');
  const spec = plan({ implementations: ['hnsw'] }, { sweep: own });
  expect(spec.implementations.map(({ build }) => build)).toEqual([{ M: 8 }, { M: 16 }]);
  expect(spec).toMatchObject({ k: 5, repeats: 9, seed: 1 });
  expect(plan({ implementations: ['hnsw'], k: 7 }, { sweep: own }).k).toBe(7);
  // What it does not name is as the configuration has it.
  const both = plan({ implementations: ['hnsw', 'naive'] }, { sweep: own });
  expect(both.implementations).toEqual([...spec.implementations, { name: 'naive', build: {}, search: [{}] }]);
});

test('a run’s own settings, said as a sweep file would, plan the same run', async () => {
  const groups = 'a: {build: {M: [8]}, search: {efSearch: [10, 20]}}, b: {build: {M: [8, 16]}, search: {efSearch: [20, 80]}}';
  const own = await sweep(`k: 5\nrepeats: 9\nseed: 3\nimplementations: {hnsw: {run_groups: {${groups}}}}`);
  const spec = plan({ implementations: ['naive', 'hnsw'] }, { sweep: own });
  expect(plan({ implementations: ['naive', 'hnsw'] }, { sweep: sweepOf(spec) })).toEqual(spec);
});

test('groups: a build that two share is made once, a search that two share is measured once', async () => {
  const own = await sweep(`implementations:
  hnsw:
    run_groups:
      low: {build: {M: [8, 16], efConstruction: 100}, search: {efSearch: [10, 20]}}
      high: {build: {efConstruction: 100, M: 16}, search: {efSearch: [20, 40, 80]}}
`);
  const spec = plan({ implementations: ['hnsw'], datasets: ['quick', 'sift-128-euclidean'] }, { sweep: own });
  expect(spec.implementations.map(({ build, search }) => [build.M, search.map(({ efSearch }) => efSearch)])).toEqual([
    [8, [10, 20]],
    [16, [10, 20, 40, 80]],
  ]);
  expect(plannedPoints(spec)).toBe(2 * 6);
});

test('all threads are as many as there are cores', () => {
  expect(plan({ threads: 0 }).threads).toBe(4);
  expect(plan({ threads: 3 }).threads).toBe(3);
});

test('the dummy is there for who asks', () => {
  expect(plan({ implementations: ['dummy'] }).implementations).toEqual([{ name: 'dummy', build: {}, search: [{}] }]);
  expect(context.benchmark.implementations.filter(({ hidden }) => hidden).map(({ name }) => name)).toEqual(['dummy', ...peerNames]);
});

test('a sweep that multiplies beyond sense is refused before it is made', async () => {
  const many = Array.from({ length: 200 }, (_, index) => index + 2).join(', ');
  const own = await sweep(`implementations: {hnsw: {build: {M: [${many}], efConstruction: [${many}]}, search: {efSearch: [${many}]}}}`);
  expect(() => plan({ implementations: ['hnsw'] }, { sweep: own })).toThrow(/8000000 points/);
});

const mine = { name: 'mine', file: 'mine.cpp', sha256: 'a'.repeat(64), from: '/home/you/mine.cpp' };
const source = { file: 'mine.cpp', sha256: mine.sha256, from: mine.from };

test("a person's own file is planned once, with what it was", () => {
  const own = new Map([
    ['./mine.cpp', mine],
    ['mine', mine],
  ]);
  const spec = plan({ implementations: ['./mine.cpp', 'naive', 'mine'] }, { own });
  expect(spec.implementations).toEqual([
    { name: 'mine', build: {}, search: [{}], source },
    { name: 'naive', build: {}, search: [{}] },
  ]);
});

test("a sweep file gives a person's own file any parameters", async () => {
  const swept = await sweep('implementations: {naive: {}, mine: {build: {trees: [4, 8]}, search: {probes: [1, 2.5]}}}');
  const spec = plan({ implementations: ['mine'] }, { sweep: swept, own: new Map([['mine', mine]]) });
  expect(spec.implementations).toEqual([
    { name: 'mine', build: { trees: 4 }, search: [{ probes: 1 }, { probes: 2.5 }], source },
    { name: 'mine', build: { trees: 8 }, search: [{ probes: 1 }, { probes: 2.5 }], source },
  ]);
  // A name in the sweep that no file has.
  expect(() => plan({ implementations: ['mine'] }, { sweep: swept })).toThrow(/no implementation "mine"/);
  await expect(sweep('implementations: {mine: {build: {trees: [many]}}}')).rejects.toThrow(/trees.*a number/);
});

test('files may not take the name of a built-in one, nor of each other', () => {
  const clash = new Map([['./hnsw.cpp', { ...mine, name: 'hnsw', file: 'hnsw.cpp' }]]);
  expect(() => plan({ implementations: ['./hnsw.cpp'] }, { own: clash })).toThrow(/hnsw.cpp needs another name/);
  const two = new Map([
    ['./mine.cpp', mine],
    ['./b/mine.cpp', { ...mine, from: '/home/you/b/mine.cpp' }],
  ]);
  expect(() => plan({ implementations: ['./mine.cpp', './b/mine.cpp'] }, { own: two })).toThrow(/Two implementations are called mine/);
});
