/** The whole back of the program in memory: what a screen test drives. */

import path from 'node:path';
import type { ModalStatus } from '../../../src/accounts/modal-status.ts';
import type { Preferences } from '../../../src/config/preferences.ts';
import type { DatasetInfo } from '../../../src/datasets/dataset-info.ts';
import type { Notice } from '../../../src/datasets/notices.ts';
import type { VolumeDatasets } from '../../../src/datasets/places.ts';
import { UserError } from '../../../src/errors/errors.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import type { Estimate } from '../../../src/metering/estimate.ts';
import type { ModalEnvironment, SignedIn } from '../../../src/modal-client/types.ts';
import type { Orphan } from '../../../src/orphans/orphan.ts';
import type { HardwareRow } from '../../../src/prices/container-price.ts';
import type { LogSource } from '../../../src/runs/files.ts';
import type { Spec } from '../../../src/runs/spec.ts';
import type { RunState } from '../../../src/runs/state.ts';
import type { UnreadableRun } from '../../../src/runs/store.ts';
import { knownSecrets } from '../../../src/secrets/known.ts';
import type { SecretInfo } from '../../../src/secrets/secrets.ts';
import type { Services } from '../../../src/services/services.ts';
import type { BenchChoices } from '../../../src/workloads/bench/plan.ts';
import { isBench } from '../../../src/workloads/bench/spec.ts';
import type { OwnImplementation } from '../../../src/workloads/bench/user-code/list.ts';
import type { EvaluateResults } from '../../../src/workloads/evaluate/results.ts';
import { readTrace, type Trace } from '../../../src/workloads/evaluate/trace-signal.ts';
import { type MeasureChoices, planMeasure } from '../../../src/workloads/measure/plan.ts';
import type { PredictChoices } from '../../../src/workloads/predict/plan.ts';
import { usualSettings } from '../../../src/workloads/prepare/config.ts';
import { unitsOf, workloadOf } from '../../../src/workloads/registry.ts';
import { forecastTraining } from '../../../src/workloads/train/forecast.ts';
import { presetOffers } from '../../../src/workloads/train/offers.ts';
import type { TrainChoices } from '../../../src/workloads/train/plan.ts';
import { traceFileOf } from '../../support/evaluation.ts';
import { predictSpec } from '../../support/predict.ts';
import { recordingsContext } from '../../support/recordings.ts';
import { pairedRuns, trainSpec } from '../../support/training.ts';
import { createFakeLog, type FakeLog } from './log-view.ts';
import { chbMit, madeHere, tusz } from './recordings.ts';
import { appId, cloudSpec, created, finished, points, running, spec } from './states.ts';

/** What the real estimate says of the hardware that prices it. */
const priceOf = (wanted: Spec): Partial<Estimate> => {
  const { usesGpu, there } = workloadOf(wanted);
  if (!usesGpu) return { dollarsThere: (14 / 3600) * wanted.hardware.dollarsPerHour };
  const found = there?.(wanted, hardware, [], 2);
  return found === undefined ? {} : { dollarsThere: found.dollars, there: found };
};

export const hardware: readonly HardwareRow[] = [
  {
    id: 'cpu-32',
    label: '32 cores · 32 GiB',
    gpu: null,
    vramGiB: null,
    cores: 32,
    memoryGiB: 32,
    dollarsPerHour: 1.7654,
    use: 'benchmarks, parallel build',
  },
  {
    id: 'cpu-16',
    label: '16 cores · 32 GiB',
    gpu: null,
    vramGiB: null,
    cores: 16,
    memoryGiB: 32,
    dollarsPerHour: 1.0109,
    use: 'smaller benchmarks',
  },
  { id: 'cpu-8', label: '8 cores · 16 GiB', gpu: null, vramGiB: null, cores: 8, memoryGiB: 16, dollarsPerHour: 0.5051, use: 'trying out' },
  {
    id: 'a100-80',
    label: 'A100 80 GB · 8 cores · 64 GiB',
    gpu: 'A100-80GB',
    vramGiB: 80,
    cores: 8,
    memoryGiB: 64,
    dollarsPerHour: 3.3902,
    tflops: 312,
    use: 'training',
  },
  {
    id: 'h100',
    label: 'H100 · 16 cores · 128 GiB',
    gpu: 'H100',
    vramGiB: 80,
    cores: 16,
    memoryGiB: 128,
    dollarsPerHour: 5.7265,
    tflops: 989,
    use: 'training, fastest',
  },
  {
    id: 't4',
    label: 'T4 · 4 cores · 16 GiB',
    gpu: 'T4',
    vramGiB: 16,
    cores: 4,
    memoryGiB: 16,
    dollarsPerHour: 0.8132,
    tflops: 65,
    use: 'trying training out',
  },
  {
    id: 'l4',
    label: 'L4 · 8 cores · 32 GiB',
    gpu: 'L4',
    vramGiB: 24,
    cores: 8,
    memoryGiB: 32,
    dollarsPerHour: 1.4336,
    tflops: 121,
    use: 'small models',
  },
];

const oddities: readonly Notice[] = [
  { kind: 'interpolated', says: 'lack Fz and Pz: interpolated', file: '/data/tusz/edf/train/aaaaaaaa/a_s001_t000.edf', line: 0 },
];

const datasets: readonly DatasetInfo[] = [
  {
    of: 'vectors',
    name: 'quick',
    title: 'Clustered vectors made here',
    distance: 'euclidean',
    dimension: 64,
    train: 20_000,
    queries: 500,
    bytes: 5_500_000,
    url: null,
    made: true,
    state: 'verified',
    bytesHere: 5_500_000,
  },
  {
    of: 'vectors',
    name: 'fashion-mnist-784-euclidean',
    title: 'Fashion-MNIST',
    distance: 'euclidean',
    dimension: 784,
    train: 60_000,
    queries: 10_000,
    bytes: 217_000_000,
    url: 'https://ann-benchmarks.com/fashion-mnist-784-euclidean.hdf5',
    note: "Debian's dataset-fashion-mnist: --from /usr/share/datasets/fashion-mnist",
    state: 'absent',
    bytesHere: 0,
  },
  {
    of: 'vectors',
    name: 'gist-960-euclidean',
    title: 'GIST',
    distance: 'euclidean',
    dimension: 960,
    train: 1_000_000,
    queries: 1_000,
    bytes: 3_600_000_000,
    url: 'https://ann-benchmarks.com/gist-960-euclidean.hdf5',
    state: 'partial',
    bytesHere: 1_200_000_000,
  },
  madeHere,
  chbMit,
  tusz,
];

export type FakeOptions = {
  readonly runs?: readonly RunState[];
  readonly unreadable?: readonly UnreadableRun[];
  /** The Python environment is there. @default true */
  readonly ready?: boolean;
  /** Milliseconds between the points of a launched run. @default 5 */
  readonly pace?: number;
  readonly preferences?: Preferences;
  /** Files of a person's own in the folder. */
  readonly own?: readonly OwnImplementation[];
  /** How things stand with Modal, or the answers to one question after another. @default its client is not installed */
  readonly modal?: ModalStatus | (() => Promise<ModalStatus>);
  /** What the datasets volume has. @default nobody can be asked */
  readonly volume?: () => Promise<VolumeDatasets>;
  /** Where `openInBrowser` finds one. @default false */
  readonly browser?: boolean;
  /** The texts of a run on Modal. */
  readonly sources?: readonly LogSource[];
  /** What comes of a sign-in; `waits` until it is left. @default it succeeds */
  readonly signingIn?: 'succeeds' | 'waits' | Failure;
  /** Apps of ours that no run here looks after, or how Modal is asked for them. @default there are none */
  readonly orphans?: readonly Orphan[] | (() => Promise<readonly Orphan[]>);
  /** What EDITOR says. @default nothing */
  readonly editor?: string;
  /** Profiles of the file, the first of them active. */
  readonly profiles?: readonly string[];
};

export const page = { url: 'https://modal.com/token-flow/tf-0123456789abcdefghijkl', code: 'BCDF-GHJK' };

/** An account with a budget, as Modal tells of it. */
export const funded = (more: Partial<ModalEnvironment> = {}): ModalEnvironment => ({
  name: 'main',
  default: true,
  budget: null,
  spendLimit: 30,
  usage: 17.66,
  limitReached: false,
  containers: { now: 0, most: 100 },
  gpus: { now: 0, most: 10 },
  ...more,
});

const stored: SignedIn = {
  profile: 'acme',
  workspace: 'acme',
  file: '/home/you/.modal.toml',
  mended: false,
  reformatted: false,
  copy: null,
};

export const signedIn: Extract<ModalStatus, { state: 'ready' }> = {
  state: 'ready',
  workspace: 'acme',
  environment: 'main',
  profile: 'acme',
};

/** What stands in the way, each in the words of the door to Modal. */
export const obstacles = {
  client: {
    state: 'client',
    failure: { what: "Modal's client is not installed", why: 'the private environment has none', hint: 'ann-tui setup' },
  },
  auth: {
    state: 'auth',
    failure: { what: 'You are not signed in to Modal', why: 'there is no token in ~/.modal.toml or the environment', hint: 'ann-tui auth' },
  },
  unreachable: {
    state: 'unreachable',
    failure: { what: 'Modal does not answer', why: 'api.modal.com: connection refused' },
  },
  refused: {
    state: 'refused',
    failure: { what: 'Modal refused', why: 'workspace billing cycle spend limit reached' },
  },
} as const satisfies Record<string, ModalStatus>;

export type FakeServices = Services & {
  readonly log: FakeLog;
  /** The other texts of a run, by the id of the source. */
  readonly logs: (source: string) => FakeLog;
  readonly calls: string[];
  /** How often Modal was asked for orphans. */
  readonly orphansAsked: () => number;
  /** Values that were sent to Modal. */
  readonly sentSecrets: readonly Readonly<Record<string, string>>[];
  /** How often Modal was asked. */
  readonly asked: () => number;
  set(state: RunState): void;
};

const wait = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds));

export const createFakeServices = ({
  runs = [],
  ready = true,
  pace = 5,
  preferences = {},
  own: files = [],
  modal = obstacles.client,
  volume = async () => ({ state: 'unknown', volume: 'ann-datasets', failure: obstacles.unreachable.failure }),
  browser = false,
  sources = [],
  signingIn = 'succeeds',
  orphans: others = [],
  profiles = [],
  editor,
  unreadable = [],
}: FakeOptions = {}): FakeServices => {
  let own = files;
  let ownModels = [{ word: '/home/you/mine.py', shown: './mine.py', says: 'a file of your own' }];
  let strange = others;
  let orphansAsked = 0;
  let all = runs;
  let broken = unreadable;
  let isReady = ready;
  let kept = preferences;
  const catalogue = [...datasets];
  const log = createFakeLog();
  const logs = new Map<string, FakeLog>();
  const logOf = (source: string): FakeLog => {
    if (source === 'job') return log;
    const known = logs.get(source) ?? createFakeLog();
    logs.set(source, known);
    return known;
  };
  let secrets: readonly SecretInfo[] = [];
  const sentSecrets: Readonly<Record<string, string>>[] = [];
  let installed = false;
  let asked = 0;
  const calls: string[] = [];
  const watchers = new Set<() => void>();
  const set = (state: RunState) => {
    all = all.some(({ run }) => run === state.run) ? all.map(old => (old.run === state.run ? state : old)) : [state, ...all];
    for (const watcher of watchers) watcher();
  };
  const find = (run: string) => all.find(state => state.run === run);
  const unitsIn = (state: RunState | undefined) => (state === undefined ? 0 : unitsOf(state).done);
  const watch = (tell: () => void) => {
    watchers.add(tell);
    queueMicrotask(tell);
    return () => {
      watchers.delete(tell);
    };
  };
  const work = async (run: string) => {
    const at = Date.now();
    for (let done = 0; done <= points.length; done++) {
      if (find(run)?.status === 'ended') return;
      set(running(run, done, at));
      log.add(`[main] ef=${done * 10} recall=${points[done]?.recall ?? 1} qps=${points[done]?.qps ?? 0} (best of 3)`);
      await wait(pace);
    }
    set({ ...finished(run, at), endedAt: Date.now() });
  };
  return {
    version: '0.1.0',
    log,
    calls,
    set,
    logs: logOf,
    asked: () => asked,
    orphansAsked: () => orphansAsked,
    sentSecrets,
    runs: {
      watchAll: onChange => watch(() => onChange(all, broken)),
      watch: (run, onChange) =>
        watch(() => {
          const state = find(run);
          if (state !== undefined) onChange(state);
        }),
      openLog: (_, source = 'job') => logOf(source),
      logSources: () => [{ id: 'job', title: 'log' }, ...sources],
      dashboard: ({ handle }) => (handle !== undefined && 'call' in handle ? `https://modal.com/id/${appId}` : undefined),
      async launch(wanted) {
        const run = `bench-${String(all.length + 1).padStart(4, '0')}`;
        const paid = wanted.cloud === undefined ? '' : ` modal ${wanted.cloud.containers} ${wanted.budget}`;
        const names = isBench(wanted) ? wanted.implementations.map(({ name }) => name).join() : wanted.kind;
        calls.push(`launch ${names} ${wanted.datasets.map(({ name }) => name).join()} ${wanted.hardware.id}${paid}`);
        set({ ...created(run), spec: wanted });
        void work(run);
        return run;
      },
      async stop(run) {
        calls.push(`stop ${run}`);
        const state = find(run);
        if (state !== undefined) set({ ...state, status: 'ended', outcome: 'stopped', endedAt: Date.now(), exitCode: 130 });
      },
      async setBudget(run, dollars) {
        calls.push(`budget ${run} ${dollars}`);
        const state = find(run);
        if (state !== undefined) set({ ...state, budget: dollars });
      },
      async resume(run) {
        calls.push(`resume ${run}`);
        void work(run);
      },
      bytes: async run => (broken.some(one => one.run === run) ? 1200 : unitsIn(find(run)) * 100_000),
      async remove(run) {
        calls.push(`remove ${run}`);
        all = all.filter(state => state.run !== run);
        broken = broken.filter(one => one.run !== run);
        for (const watcher of watchers) watcher();
      },
    },
    plans: {
      prices: async () => ({ rows: hardware, date: '2026-10-30', source: 'configs/prices.yaml' }),
      async plan(choices) {
        if (choices.kind === 'predict') return predictSpec(choices as PredictChoices);
        if (choices.kind === 'measure') return planMeasure(choices as MeasureChoices, await recordingsContext(), trainSpec());
        const row = hardware.find(({ id }) => id === choices.hardware);
        if (row === undefined) throw new UserError({ what: 'No such hardware', why: choices.hardware });
        const priced = { id: row.id, label: row.label, dollarsPerHour: row.dollarsPerHour, pricesDate: '2026-10-30' };
        if (choices.kind === 'train') {
          const { config = 'laptop', model, seeds = '1' } = choices as TrainChoices;
          const { config: usual, ...wanted } = trainSpec({ seeds: Array.from({ length: Number(seeds) }, (_, n) => n) });
          const named = { ...usual, model: { ...usual.model, name: model ?? usual.model.name } };
          return {
            ...wanted,
            preset: config,
            config: named,
            datasets: choices.datasets.map(name => ({ name, url: null })),
            hardware: priced,
          };
        }
        return {
          ...(choices.target === 'modal' ? cloudSpec({ containers: choices.containers ?? 1, budget: choices.budget ?? null }) : spec),
          datasets: choices.datasets.map(name => ({ name, url: null })),
          implementations: (choices as BenchChoices).implementations.map(name => {
            const known = spec.implementations.find(other => other.name === name);
            const { recalls } = choices as BenchChoices;
            if (known !== undefined && name === 'hnsw' && recalls !== undefined) return { ...known, search: [], atRecall: recalls };
            return known ?? { name: own.find(({ file }) => file === name)?.name ?? name, build: {}, search: [{}] };
          }),
          hardware: priced,
        };
      },
      estimate: async wanted => ({
        seconds: { low: 8, likely: 14, high: 40 },
        basis: 'rough: from dataset size',
        ...priceOf(wanted),
      }),
      check: async ({ target }) =>
        target === 'local' && !isReady
          ? { what: 'This machine is not set up yet', why: 'there is no Python environment', hint: 'ann-tui setup' }
          : undefined,
    },
    datasets: {
      list: async () => catalogue,
      look: async name => ({
        info: catalogue.find(info => info.name === name) ?? madeHere,
        free: 65_000_000_000,
        prepareSeconds: 7800,
        changed: undefined,
        notices: oddities,
      }),
      async sync(name, from, onEvent, signal) {
        calls.push(`sync ${name}${from === undefined ? '' : ` from ${from}`}`);
        const at = catalogue.findIndex(info => info.name === name);
        const info = catalogue[at];
        if (info === undefined) throw new UserError({ what: 'No such dataset', why: name });
        if (from === '/nowhere')
          throw new UserError({
            what: 'The dataset could not be read',
            why: '/nowhere: no such file or folder',
            kept: 'nothing was changed',
          });
        for (let n = 1; n <= 4; n++) {
          if (signal.aborted) return;
          onEvent({
            v: 1,
            seq: n,
            container: 'sync',
            time: 0,
            type: 'progress',
            phase: 'download',
            done: (info.bytes * n) / 4,
            total: info.bytes,
            unit: 'bytes',
            eta_seconds: 4 - n,
          });
          await wait(pace);
        }
        catalogue[at] = { ...info, state: 'verified', bytesHere: info.bytes };
      },
      onVolume: async () => await volume(),
      planVolumeSync: async name => {
        const info = catalogue.find(one => one.name === name);
        if (info?.url === null && !info.made)
          return { how: 'upload', volume: 'ann-datasets', bytes: info.bytes, dollarsPerMonth: (info.bytes / 2 ** 30) * 0.09 };
        return {
          how: 'cloud',
          volume: 'ann-datasets',
          container: '0.5 cores · 1 GiB',
          dollarsPerHour: 0.0317,
          seconds: { low: 20, likely: 90, high: 700 },
          limitSeconds: 14_400,
          underWay: false,
        };
      },
      syncToVolume: async (name, onStep, signal) => {
        calls.push(`syncToVolume ${name}`);
        for (let part = 1; part <= 4; part++) {
          if (signal.aborted) throw new Error('aborted');
          onStep({ label: 'download', done: part * 25e6, total: 100e6, unit: 'bytes', bytesPerSecond: 25e6, etaSeconds: 4 - part });
          await wait(pace);
        }
      },
    },
    accounts: {
      async status() {
        asked += 1;
        if (typeof modal === 'function') return modal();
        return installed ? signedIn : modal;
      },
      async signIn({ onStep, signal }) {
        calls.push('signIn');
        onStep(page);
        await new Promise<void>((resolve, reject) => {
          const timer = signingIn === 'waits' ? undefined : setTimeout(resolve, pace);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            calls.push('signIn left');
            reject(signal.reason);
          });
        });
        if (typeof signingIn === 'object') throw new UserError(signingIn, 3);
        onStep({ step: 'checking' });
        installed = true;
        return stored;
      },
      async takeToken({ id }, { onStep }) {
        calls.push(`takeToken ${id}`);
        onStep({ step: 'checking' });
        await wait(pace);
        if (typeof signingIn === 'object') throw new UserError(signingIn, 3);
        installed = true;
        return stored;
      },
      list: async () => ({
        file: {
          file: '/home/you/.modal.toml',
          exists: profiles.length > 0,
          mode: 0o600,
          problem: null,
          profiles: profiles.map((name, n) => ({ name, active: n === 0, environment: null, token: true })),
        },
        workspaces: profiles.map(name => ({ profile: name, workspace: name, problem: null })),
        chosen: { profile: null, environment: null },
        environmentToken: false,
      }),
      async choose(choice) {
        calls.push(`choose ${choice.profile ?? ''}/${choice.environment ?? ''}`);
      },
    },
    secrets: {
      list: async () => secrets,
      known: () => knownSecrets,
      create: async (name, values, overwrite) => {
        if (!overwrite && secrets.some(one => one.name === name))
          throw new UserError({ what: `There is a secret ${name} already`, why: 'its values cannot be seen' });
        calls.push(`createSecret ${name} ${Object.keys(values).join()} ${overwrite}`);
        sentSecrets.push(values);
        const made: SecretInfo = { name, created: Date.now(), createdBy: 'ada', used: null, keys: Object.keys(values), missing: [] };
        secrets = [made, ...secrets.filter(one => one.name !== name)];
      },
      delete: async name => {
        calls.push(`deleteSecret ${name}`);
        secrets = secrets.filter(one => one.name !== name);
      },
    },
    orphans: {
      async list() {
        orphansAsked += 1;
        return typeof strange === 'function' ? await strange() : strange;
      },
      async stop({ app }) {
        calls.push(`stopOrphan ${app}`);
        strange = (typeof strange === 'function' ? await strange() : strange).filter(other => other.app !== app);
      },
      async adopt({ app, run }) {
        calls.push(`adoptOrphan ${app}`);
        if (run === undefined) throw new UserError({ what: 'It is no run', why: app });
        strange = (typeof strange === 'function' ? await strange() : strange).filter(other => other.app !== app);
        set(running(run, 2, Date.now() - 60_000));
        return run;
      },
    },
    setup: {
      status: async () =>
        isReady
          ? { ready: true, folder: '/home/you/.local/share/ann-tui/python' }
          : { ready: false, why: 'The Python environment was not made yet.', folder: '/home/you/.local/share/ann-tui/python' },
      trainingTakes: async () => 'PyTorch 2.13.0 for CPUs: about 260 MB to fetch, 1.2 GB on disk, 2 to 5 minutes',
      async install(runtime, onProgress, signal) {
        calls.push(`install ${runtime}`);
        const steps = ['Python environment', 'numpy and h5py', 'C++ core'];
        for (const [n, step] of steps.entries()) {
          if (signal.aborted) return;
          onProgress({ step, detail: `step ${n + 1} of ${steps.length}`, fraction: n / steps.length });
          await wait(pace);
        }
        isReady = true;
      },
      async installModalClient(onProgress, signal) {
        calls.push('installModalClient');
        for (const step of ['Python environment', "Modal's client"]) {
          if (signal.aborted) return;
          onProgress({ step, detail: 'modal 1.6.4' });
          await wait(pace);
        }
        installed = true;
      },
      doctor: async () => [
        { name: 'Node', verdict: 'ok', found: '20.20.2' },
        { name: 'Python', verdict: 'ok', found: '3.11.2 in /usr/bin' },
        { name: 'C++ compiler', verdict: 'fail', found: 'no g++ or clang++ on the PATH', fix: 'apt-get install g++' },
        { name: 'Environment', verdict: 'warn', found: 'not made yet', fix: 'ann-tui setup' },
      ],
      async mend({ name, fix }) {
        calls.push(`mend ${name}`);
        return fix?.startsWith('ann-tui volumes create') ? `Made the volume ${fix.split(' ').at(3)}.` : undefined;
      },
      selftestPlan: async () => ({
        container: '0.5 cores · 1 GiB',
        cores: 0.5,
        memoryGiB: 1,
        containers: 9,
        rates: { lead: 0.0951, probe: 0.0317 },
        budget: 0.1,
        likely: 0.0084,
        most: 0.0683,
        timers: { startup: 300, lead: 900, probe: 180, hang: 5, train: 90 },
        seconds: { likely: 240, most: 1200 },
      }),
      selftest: async ({ plan, onStart, onChecked, signal }) => {
        calls.push(`selftest ${plan === undefined ? 'local' : 'modal'}`);
        const verdicts = ['ok', 'warn', 'fail', 'skipped'] as const;
        for (const [at, verdict] of verdicts.entries()) {
          if (signal.aborted) break;
          onStart?.(`check ${at}`);
          await wait(pace);
          onChecked?.({ name: `check ${at}`, assumes: 'it is so', verdict, found: `it is ${verdict}`, seconds: 1 });
        }
        const problems = signal.aborted ? ['the volume x (locked); delete it: ann-tui volumes delete x'] : [];
        return { file: '/home/ada/selftest.txt', problems, seconds: 4, ...(plan === undefined ? {} : { spent: 0.0031 }) };
      },
    },
    host: {
      machine: () => ({ cores: 2, cpu: 'AMD EPYC', memoryGiB: 7.7 }),
      moment: () => ({ wall: Date.now(), uptime: Date.now(), boot: '-' }),
      async openInBrowser(url) {
        calls.push(`open ${url}`);
        return browser;
      },
      editor: () => editor,
      edit: (file, line) => {
        calls.push(`edit ${file}:${line}`);
        return undefined;
      },
    },
    preferences: {
      read: async () => kept,
      save: async wanted => {
        kept = wanted;
        calls.push('savePreferences');
      },
    },
    workloads: {
      bench: {
        implementations: async () => [
          { name: 'naive', title: 'Brute force, exact', points: 1, default: true },
          { name: 'hnsw', title: 'Hierarchical navigable small world graph', points: 8, atRecall: 4, default: true },
          { name: 'student', title: 'Yours to write', points: 1, default: false },
        ],
        ownImplementations: async () => own,
        freeOwnName: () => (own.length === 0 ? 'mine' : `mine${own.length + 1}`),
        async createOwn(name) {
          calls.push(`createOwn ${name}`);
          const taken = own.find(other => other.name === name);
          if (taken !== undefined) throw new UserError({ what: `${taken.shown} is there already`, why: 'nothing is written over' });
          const made = { name, file: `/home/you/${name}.cpp`, shown: `./${name}.cpp` };
          own = [...own, made];
          return { ...made, header: '/opt/ann-tui/modal/annbench/include/ann.h' };
        },
        async report(run) {
          calls.push(`report ${run}`);
          const shown = `./${run}.html`;
          return { file: `/home/you/${run}.html`, shown, bytes: 85_600, drawn: 4, of: 4, says: `4 plots, also in ./${run}-plots` };
        },
      },
      evaluate: {
        async trace(run, file) {
          const ref = (find(run)?.results as EvaluateResults | undefined)?.traces.find(one => one.file === file);
          if (ref === undefined) throw new UserError({ what: 'The trace cannot be read', why: `${file}: there is no such file here` });
          return readTrace(traceFileOf(ref)) as Trace;
        },
        predictions: async (_, dataset, detector) => `~/.local/share/ann-tui/predictions/${dataset}/${detector}`,
        paired: async (one, other) => {
          calls.push(`paired ${one} ${other}`);
          return [pairedRuns()];
        },
        async report(run) {
          calls.push(`report ${run}`);
          const of = (find(run)?.results as EvaluateResults | undefined)?.traces.length ?? 0;
          return { file: `/home/you/${run}.html`, shown: `./${run}.html`, bytes: 1_234_567, drawn: of, of, says: `all ${of} traces` };
        },
      },
      prepare: { settings: async () => usualSettings },
      train: {
        presets: async () => presetOffers(),
        models: async () => [
          { word: 'tiny', shown: 'tiny', says: 'trains on a laptop in minutes' },
          { word: 'small', shown: 'small', says: 'for a corpus of tens of hours and more' },
          ...ownModels,
        ],
        async report(run) {
          calls.push(`report ${run}`);
          return { file: `/home/you/${run}.html`, shown: `./${run}.html`, bytes: 234_567, drawn: 0, of: 0, says: 'no trace' };
        },
        forecast: async (wanted, rows) => forecastTraining(wanted, { rows, cores: 2, paces: [] }),
        ownModels: async () => ownModels,
        freeModelName: () => `mine${ownModels.length + 1}`,
        async createModel(name) {
          calls.push(`createModel ${name}`);
          const file = { word: `/home/you/${name}.py`, shown: `./${name}.py`, says: 'a file of your own' };
          if (ownModels.some(({ word }) => word === file.word))
            throw new UserError({ what: `${file.shown} is there already`, why: 'nothing is written over' });
          ownModels = [...ownModels, file];
          return file;
        },
        async checkModel(file) {
          calls.push(`checkModel ${file}`);
          const model = path.basename(file, '.py');
          if (model === 'mine') return { model, verdict: 'ok', what: 'nothing speaks against it', why: '', parameters: 49_089 };
          const why = 'ValueError: no (mine2.py:7)';
          return { model, verdict: 'crashed', what: `${model}.py crashed while it was imported`, why, hint: 'look at line 7', line: 7 };
        },
        folder: (run, file) => `~/.local/share/ann-tui/runs/${run}/job/${file}`,
      },
    },
  };
};
