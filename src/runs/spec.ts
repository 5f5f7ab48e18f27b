/** What to run, resolved once, validated and frozen: the first line of a run's journal. */
export type TargetName = 'local' | 'modal';

/** A file of a person's own as it was when the run was planned; the run keeps a copy of it. */
export type SourceRef = {
  /** "mine.cpp": its name, and that of the copy. */
  readonly file: string;
  readonly sha256: string;
  /** Where it was, an absolute path. */
  readonly from: string;
};

/** One implementation with one build and the search settings swept over that build. */
export type ImplementationPlan = {
  readonly name: string;
  readonly build: Readonly<Record<string, number | string>>;
  readonly search: readonly Readonly<Record<string, number | string>>[];
  /** Absent for a built-in one. */
  readonly source?: SourceRef;
};

export type DatasetRef = {
  readonly name: string;
  readonly url: string | null;
  readonly mirrors?: readonly string[];
  readonly sha256?: string;
};

/** The hardware a run is priced by. On this machine nothing is billed; the rate answers "what would it cost there?". */
export type PricedHardware = {
  /** Id in configs/hardware: "cpu-32". */
  readonly id: string;
  /** "32 cores · 32 GiB". */
  readonly label: string;
  /** Dollars an hour for the whole container, multipliers included. */
  readonly dollarsPerHour: number;
  /** The day the rates were true, ISO date. */
  readonly pricesDate: string;
};

/** Where and how a run is done on Modal; frozen with the spec, so that a later change of configs changes no run. */
export type CloudPlan = {
  /** null: the active one of ~/.modal.toml, or what MODAL_PROFILE says. */
  readonly profile: string | null;
  /** null: the profile's own. */
  readonly environment: string | null;
  /** One container of the measurement; cores are physical ones, as Modal counts them. */
  readonly container: {
    readonly cores: number;
    readonly memoryGiB: number;
    readonly gpu: string | null;
    readonly region: string | null;
    readonly nonpreemptible: boolean;
  };
  /** As many measure at once at most. */
  readonly containers: number;
  /** The small container that hands out the parts and stays until the last is done. */
  readonly coordinator: { readonly cores: number; readonly memoryGiB: number; readonly dollarsPerHour: number };
  readonly volumes: { readonly datasets: string; readonly results: string };
  /** `datasets`: read from there, in place of the volume. */
  readonly buckets?: { readonly datasets?: BucketConfig };
  /** The Dict through which a running job is told to stop. */
  readonly control: string;
  /** Seconds a container may take to start. */
  readonly startupTimeout: number;
};

export type BenchSpec = {
  readonly v: 1;
  readonly kind: 'bench';
  readonly target: TargetName;
  readonly datasets: readonly DatasetRef[];
  /** By how much the two rules of recall can differ at this k, by data set: where it was known and is more than 0.001. */
  readonly recallRules?: Readonly<Record<string, number>>;
  readonly implementations: readonly ImplementationPlan[];
  readonly k: number;
  /** Threads that search; building uses every core. */
  readonly threads: number;
  readonly subset: number | null;
  readonly repeats: number;
  readonly seed: number;
  readonly hardware: PricedHardware;
  /** Dollars; null where nothing is billed. */
  readonly budget: number | null;
  /** Seconds of running after which the supervisor stops the run; null for none. */
  readonly timeout: number | null;
  /** Present exactly when `target` is modal. */
  readonly cloud?: CloudPlan;
};

/** Training joins here when it is built. */
export type Spec = BenchSpec;

/** Points the whole sweep will have. */
export const plannedPoints = (spec: Spec): number =>
  spec.datasets.length * spec.implementations.reduce((sum, { search }) => sum + search.length, 0);

const names = (named: readonly { readonly name: string }[]): string => [...new Set(named.map(({ name }) => name))].join(', ');

/** "hnsw, naive on quick"; an implementation built in several ways is named once. */
export const specTitle = (spec: Spec): string => `${names(spec.implementations)} on ${names(spec.datasets)}`;

/** A bucket that takes the place of a volume. */
export type BucketConfig = {
  readonly bucket: string;
  /** A folder of it: "" or with a slash at its end. */
  readonly prefix: string;
  /** Name of the secret with its keys; null for a bucket that everybody may read. */
  readonly secret: string | null;
  /** Of another store than AWS's. */
  readonly endpoint: string | null;
};
