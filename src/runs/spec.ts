/** What to run, resolved once, validated and frozen: the first line of a run's journal. */
export type TargetName = 'local' | 'modal';
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

/** A container with this GPU. `cores`, `memoryGiB`: where they are not those of the run's other containers. */
export type GpuChoice = { readonly gpu: string; readonly dollarsPerHour: number; readonly cores?: number; readonly memoryGiB?: number };

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
  /** Where several GPUs will do: each with its price, the first choice first. `hardware` is priced by the dearest. */
  readonly choices?: readonly GpuChoice[];
  /** Each part is for one of the choices, in their order, and for no other. */
  readonly each?: true;
  /** Seconds without a machine after which the next of them is asked for; a part that is for one alone goes without. */
  readonly patience?: number;
  /** Containers without a GPU that have recordings ready before the others begin; so many at once at most. */
  readonly preparer?: { readonly cores: number; readonly memoryGiB: number; readonly dollarsPerHour: number; readonly containers: number };
  /** Seconds of one call: then the next container goes on. Absent: a day. */
  readonly longestCall?: number;
  /** As many measure at once at most. */
  readonly containers: number;
  /** The small container that hands out the parts and stays until the last is done. */
  readonly coordinator: { readonly cores: number; readonly memoryGiB: number; readonly dollarsPerHour: number };
  readonly volumes: { readonly datasets: string; readonly results: string };
  /** `datasets`: read from there, in place of the volume. `recordings`: those of it are read there, where one of the datasets lies in it. */
  readonly buckets?: Buckets;
  /** The Dict through which a running job is told to stop. */
  readonly control: string;
  /** Seconds a container may take to start. */
  readonly startupTimeout: number;
};
/** What the spec of every run has, whatever its workload adds to it (`src/workloads/`). */
export type Spec = {
  readonly v: 1;
  /** The workload: "bench". */
  readonly kind: string;
  readonly target: TargetName;
  readonly datasets: readonly DatasetRef[];
  readonly hardware: PricedHardware;
  /** Dollars; null where nothing is billed. */
  readonly budget: number | null;
  /** Seconds of running after which the run is stopped; null for none. */
  readonly timeout: number | null;
  /** It goes on though it looks like costing more than its budget, until that is used up. */
  readonly overBudget?: true;
  /** Present exactly when `target` is modal. */
  readonly cloud?: CloudPlan;
};

export type Buckets = { readonly datasets?: BucketConfig; readonly recordings?: BucketConfig };

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
