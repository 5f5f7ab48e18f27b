/**
 * What the rest of the program may know of what is run. A workload is one entry of `registry.ts`; outside its own folders the program speaks of
 * runs, parts, units, progress and results only. `docs/adding-a-workload.md` says how to add one.
 */
import type { DatasetKind, RecordingsEntry, VectorsEntry } from '../config/datasets.ts';
import type { Envelope } from '../events/event.ts';
import type { HardwareRow } from '../prices/container-price.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import type { SourceRef } from '../user-code/source-ref.ts';
import type { SharedChoices, SharedContext } from './shared-plan.ts';

/** An event of a type that only its workload knows; checked against the workload's own schema. */
export type WorkloadEvent = Envelope & { readonly type: string };

/** Sizes of a dataset, from the catalogue. */
export type VectorSizes = Pick<VectorsEntry, 'of' | 'dimension' | 'train' | 'queries' | 'bytes'>;
export type RecordingSizes = Pick<RecordingsEntry, 'of' | 'patients' | 'recordings' | 'hours' | 'bytes'>;
export type Sizes = VectorSizes | RecordingSizes;

/** What a guess about time may rest on: the data, and the cores that work. */
export type Known = { readonly sizesOf?: ((dataset: string) => Sizes | undefined) | undefined; readonly cores?: number | undefined };

/** A piece of a run that a container of its own can do. */
export type Part = {
  /** The name its container has: "w1"…, in the order in which parts are handed out. */
  readonly name: string;
  /** Units that it adds to the results. */
  readonly units: number;
  /** What it takes, in comparison with the other parts of the run. */
  readonly weight: number;
  /** Seconds, roughly; absent where nothing is known of the data. */
  readonly seconds?: number;
  /** Seconds before it that parts which share them need only once on one machine; containers need them each. */
  readonly before?: { readonly what: string; readonly seconds: number };
};

/** What the speed of earlier runs says of one whose work is another. */
export type Paced = { readonly seconds: number; readonly basis: string };

/** What the work would take on a container that is none of this machine, and what it is of it: "training alone". */
export type There = { readonly seconds: number; readonly dollars: number; readonly of: string };

/** How a run is begun anew: the command, and what is to be done before it is typed. */
export type Anew = { readonly command: string; readonly first?: string };

/** Where a job is to run, as its file tells it. */
export type JobPlace = {
  /** Folder of the datasets; absent where the job itself knows. */
  readonly dataDir?: string;
  /** Cores that build. */
  readonly cores: number;
  /** Where the run's copy of a source stands. */
  readonly sourceAt: (source: SourceRef) => string;
  /** Where something that the workload `carries` stands there; absent on this machine, where it stands as it is named. */
  readonly carriedAt?: (local: string) => string;
};

/** What one unit of useful work costs where it was billed. */
export type ResultPrice = {
  readonly dollars: number;
  /** What it is the price of. */
  readonly of: string;
  /** Its fields in `--json` and CSV, by the names of `PriceOfResults.fields`. */
  readonly record: Readonly<Record<string, string | number>>;
};

/** What earlier runs found a result to cost, by the rows of the price list that they ran on. */
export type KnownPrices = {
  /** "@ 0.95" */
  readonly condition: string;
  /** One at most for a row. `at`: when the run was over, in milliseconds; `words`: what it is the price of. */
  readonly rows: readonly {
    readonly hardware: string;
    readonly run: string;
    readonly at: number;
    readonly dollars: number;
    readonly words: string;
  }[];
};

/** A column of the table of costs. */
export type PriceOfResults<S extends Spec = Spec, R = unknown> = {
  /** "1M queries" */
  readonly head: string;
  /** "@ 0.95" */
  readonly condition: string;
  readonly fields: readonly string[];
  /** Undefined before there is anything to price. */
  of(run: RunState<S, R>): ResultPrice | undefined;
  /** Before a run: what the same work cost on `rows` in earlier runs, at the prices that these have now. */
  known?(spec: S, rows: readonly Pick<HardwareRow, 'id' | 'label' | 'dollarsPerHour'>[], earlier: readonly RunState[]): KnownPrices;
};

/** Private environments that jobs run in: numpy and the C++ core; PyTorch and friends, made on first need. */
export type Runtime = 'core' | 'training';

export type Workload<S extends Spec = Spec, R = unknown, C extends SharedChoices = SharedChoices> = {
  /** Also the name of its command, and the beginning of its runs' names. */
  readonly kind: string;
  /** What a run of it is, in a word: "benchmark". */
  readonly name: string;
  /** Whether a GPU that is paid for is of use. Then the time of this machine says nothing of a container's: what it takes there is told by `there`. */
  readonly usesGpu: boolean;
  /** Id in configs/hardware.yaml of what it is run on at Modal where nothing else was chosen. */
  readonly usualHardware: string;
  /** The kind of datasets of the catalogue that it works on; with false nobody is asked for one. */
  readonly usesDatasets: DatasetKind | false;
  /** What its results are counted in: "12 of 24 steps". */
  readonly noun: { readonly one: string; readonly many: string };

  /** The field of its own that keeps `value` from being a spec of this kind; undefined when none does. The shared fields are checked elsewhere. */
  misfit(value: Readonly<Record<string, unknown>>): string | undefined;
  /** "hnsw, naive on quick" */
  title(spec: S): string;
  /** Units that the whole run will have. */
  total(spec: S): number;
  /** The one derivation of parts: estimate, forecast, budget and containers take it. Never empty. */
  parts(spec: S, known?: Known): readonly Part[];
  /** What the seconds of its parts rest on while nothing like them was measured: "dataset size". */
  readonly guessedFrom: string;
  /** The truth is at most so many times as much, or as little. @default 3 */
  readonly guessedWithin?: number;
  /** On this machine with so many cores. `earlier`: of any kind. Absent where speed is nothing that carries over; undefined before there is any. */
  paced?(spec: S, earlier: readonly RunState[], cores: number): Paced | undefined;
  /**
   * On `spec.hardware`, one of the `rows` of the price list; undefined where nothing is known of it. Absent where the work takes the time there
   * that it takes here.
   */
  there?(spec: S, rows: readonly HardwareRow[], earlier: readonly RunState[], cores: number): There | undefined;
  /** At Modal: seconds on so many cores that it takes to have recordings ready, which other containers do before; absent where none do. */
  readySeconds?(spec: S, cores: number): number;
  /** What decides how long the work takes, beside the machine: runs with equal JSON of it may be compared. */
  work(spec: S): unknown;

  /** What a run's state keeps beside what every run has: a pure fold over the workload's own events. */
  readonly results: {
    readonly empty: R;
    fold(results: R, event: WorkloadEvent): R;
    /** Without what only counts while an attempt runs. */
    settled(results: R): R;
    /** Whether a value out of a snapshot can be results. */
    fits(value: unknown): boolean;
  };
  /** Units in the results. */
  done(run: RunState<S, R>): number;
  /** Likewise of each part, in the order of `parts`. */
  doneOf(run: RunState<S, R>): readonly number[];
  /** Those of the units done that a resumed run does not do again, where that is not all. */
  kept?(run: RunState<S, R>): number;
  /** What lists need of the results, as plain JSON; `notedGist` finds it again for a run whose results are not in memory. */
  gist(run: RunState<S, R>): unknown;
  /** What came out, in a few words; empty before there is anything. */
  headline(run: RunState<S, R>): string;
  /** Columns that this headline needs beside the usual ones. */
  headlineMore(run: RunState<S, R>): number;
  /** What went wrong in the person's own code: whose name, and in a few words. */
  bad(run: RunState<S, R>): readonly { readonly name: string; readonly words: string }[];
  /** Of a run whose job failed, where going on with it would end the same; undefined where it may help. Absent: it always may. */
  anew?(run: RunState<S, R>): Anew | undefined;
  /** What runs of one title may differ in, in the same order for every spec: short for a narrow list, long for a wide one. */
  traits(spec: S): readonly { readonly short: string; readonly long: string }[];
  /** What lists sort by, the highest first. */
  readonly rating: { readonly name: string; of(run: RunState<S, R>): number };
  /** Absent where a result has no price of its own. */
  readonly price?: PriceOfResults<S, R>;

  /** Files of a person's own that a run keeps copies of. */
  sources(spec: S): readonly SourceRef[];
  /** Files and folders of this machine, beside sources, that its job reads; absent where there are none. */
  carries?(spec: S): readonly string[];
  /** The one builder of `job.json`, wherever the job runs. */
  job(spec: S, place: JobPlace): object;
  /** The Python module that does it: `python -m MODULE run job.json --out .`; `python -m MODULE info` is how set-up tries it. */
  readonly module: string;
  /** Which private environment that module needs. */
  runtime(spec: S): Runtime;
  /** Folders of modal/ that the private environment has for it beside jobkit, each before what is built on it. */
  readonly packages: readonly string[];
  /** Folders that its job leaves beside results.json: they come here from Modal, and `results --get` copies them. */
  readonly folders: readonly string[];
  /** Its app in modal/apps. */
  readonly app: string;
  /** At Modal, whose kernels PyTorch computes with: the image has them. Absent where the job does without PyTorch. */
  torch?(spec: S): 'torch' | 'mamba-ssm' | undefined;
  /** Variables that its job gets on this machine, and names of those that are passed on to it. `compiled`, `peers`: the folders of compiled user code and of libraries of others. */
  environment(folders: { readonly compiled: string; readonly peers: string }): {
    readonly set: Readonly<Record<string, string>>;
    readonly passed: readonly string[];
  };

  /** Names of the datasets that are meant where none was chosen: a config's. Absent where there are no such. */
  meant?(choices: C): Promise<readonly string[]>;
  /** What a person chose → a spec. Throws a usage error for the first choice that cannot be. */
  plan(choices: C, context: SharedContext): Promise<S>;
  /** What a person would choose to run the same again. */
  choicesOf(spec: S): C;
};
