/** Everything a screen may ask for. Screens get one of these; they never spawn or read files themselves. */
import type { Accounts } from './auth/account.ts';
import type { SignInOptions } from './auth/sign-in.ts';
import type { Token } from './auth/token.ts';
import type { SweepConfig } from './config/benchmark.ts';
import type { JobEvent } from './events/event.ts';
import type { ModalEnvironment, SignedIn } from './modal-client/types.ts';
import type { Moment } from './money/clock.ts';
import type { CloudEstimate } from './money/estimate-cloud.ts';
import type { Failure } from './runs/journal-entry.ts';
import type { BenchSpec, TargetName } from './runs/spec.ts';
import type { RunState } from './runs/state.ts';
import type { UnreadableRun } from './runs/store.ts';
import type { KnownSecret } from './secrets/known.ts';
import type { SecretInfo } from './secrets/secrets.ts';
import type { RunOptions } from './selftest/check.ts';
import type { SelftestPlan } from './selftest/modal/plan.ts';
import type { Stranger } from './strangers/stranger.ts';

export type Unsubscribe = () => void;

/** A bounded window on a log file that is growing. Lines are numbered from 0; old ones leave the ring but stay on disk. */
export type LogView = {
  /** Called at most 10 times a second when something changed. */
  subscribe(onChange: () => void): Unsubscribe;
  /** Lines seen so far; also the number that the next line will get. */
  total(): number;
  /** Number of the oldest line still in the ring. */
  first(): number;
  /** Cleaned lines `start`…`start + count - 1`, fewer at the edges. */
  window(start: number, count: number): readonly string[];
  /** Number of the next line that contains a text (case-insensitive), or is `wanted`, after/before `from`; undefined when none in the ring. */
  find(wanted: string | ((line: string) => boolean), from: number, direction: 1 | -1): number | undefined;
  /** Unix milliseconds when the last line came; undefined when none did. */
  lastAt(): number | undefined;
  /** What was written before has been read: what is not found is not there. Subscribers are called when it becomes true. */
  caughtUp(): boolean;
  /** The file with every line. */
  readonly file: string;
  close(): void;
};

/** A text that a run has: its log, one container's, or what was said while the image was built. */
export type LogSource = {
  /** "job" is the run's whole log; "image"; else a container's name: "w1". */
  readonly id: string;
  readonly title: string;
};

/** How things stand with Modal, as far as they could be seen. */
export type ModalStatus =
  | {
      readonly state: 'ready';
      readonly workspace: string;
      readonly environment: string;
      readonly profile: string;
      /** Unix milliseconds, where the token says. */
      readonly expiresAt?: number;
      readonly user?: string;
      /** Tokens in the variables override every profile. */
      readonly tokenFrom?: 'environment' | 'profile';
      /** The workspace's environments, with what may be spent and run in each; absent where Modal did not say. */
      readonly environments?: readonly ModalEnvironment[];
    }
  /** `client`: not installed; `auth`: no token or not accepted; `unreachable`: no answer; `refused`: anything else that it said. */
  | { readonly state: 'client' | 'auth' | 'unreachable' | 'refused'; readonly failure: Failure };

export type ImplementationInfo = {
  readonly name: string;
  readonly title: string;
  readonly points: number;
  /** Chosen when nothing else is. */
  readonly default: boolean;
};

/** A file of a person's own that can be measured. */
export type OwnImplementation = {
  /** "mine" */
  readonly name: string;
  /** Its absolute path: what `BenchChoices.implementations` takes. */
  readonly file: string;
  /** As it is shown: "./mine.cpp". */
  readonly shown: string;
};

export type DatasetState = 'absent' | 'partial' | 'verified';

export type DatasetInfo = {
  readonly name: string;
  readonly title: string;
  readonly distance: 'euclidean' | 'angular';
  readonly dimension: number;
  readonly train: number;
  readonly queries: number;
  readonly bytes: number;
  readonly url: string | null;
  /** "Debian's dataset-fashion-mnist: --from /usr/share/datasets/fashion-mnist" and the like. */
  readonly note?: string;
  /** Made by the harness itself: the run does it. */
  readonly made?: boolean;
  /** A person's own, in no catalogue. */
  readonly own?: boolean;
  readonly state: DatasetState;
  /** Bytes on this disk, partial ones included. */
  readonly bytesHere: number;
};

/** What the datasets volume has, as far as it could be seen. */
export type VolumeDatasets =
  | {
      readonly state: 'ready';
      /** Its name: "ann-datasets". */
      readonly volume: string;
      /** What is not in it is absent there. */
      readonly datasets: ReadonlyMap<string, { readonly state: DatasetState; readonly bytes: number }>;
    }
  | {
      readonly state: 'unknown';
      readonly volume: string;
      readonly failure: Failure;
      /** Modal was never set up here: nobody waits for its word. */
      readonly never?: true;
    };

/** How a dataset gets onto the volume: fetched there by a small container, or uploaded from this disk. */
export type SyncPlan =
  | {
      readonly how: 'cloud';
      readonly volume: string;
      /** The container: "0.5 cores · 1 GiB". */
      readonly container: string;
      readonly dollarsPerHour: number;
      readonly seconds: { readonly low: number; readonly likely: number; readonly high: number };
      /** Modal's own timer ends it after so many seconds. */
      readonly limitSeconds: number;
      /** One is under way already: joining it costs nothing more. */
      readonly underWay: boolean;
    }
  | {
      readonly how: 'upload';
      readonly volume: string;
      readonly bytes: number;
      /** Dollars a month to keep it, once the free part is used up. */
      readonly dollarsPerMonth: number;
    };

/** How far a transfer to Modal is. */
export type SyncStep = {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly bytesPerSecond?: number;
  readonly etaSeconds?: number;
};

/** A row of the price table: one whole container. */
export type HardwareRow = {
  readonly id: string;
  readonly label: string;
  readonly gpu: string | null;
  readonly vramGiB: number | null;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly dollarsPerHour: number;
  readonly use: string;
  /** Dense fp16 TFLOPS by the maker's data sheet; null where none is known. */
  readonly tflops?: number | null;
  /** What a person should know before choosing it. */
  readonly note?: string;
};

/** What is asked of a container beside its size; both raise its price. */
export type PriceDemands = { readonly region?: string; readonly nonpreemptible?: boolean };

export type PriceTable = {
  readonly rows: readonly HardwareRow[];
  /** ISO date of the rates. */
  readonly date: string;
  /** Where the rates come from, for a person: "configs/prices.yaml". */
  readonly source: string;
  /** Of one's own workspace, asked for within a day. */
  readonly live?: boolean;
};

/** A long thing under way: one line now, and how far. */
export type Progress = {
  readonly step: string;
  /** 0…1 when it can be known. */
  readonly fraction?: number;
  readonly detail?: string;
  readonly etaSeconds?: number;
};

export type SetupStatus = { readonly ready: boolean; readonly why?: string; readonly folder: string };

export type CheckResult = {
  readonly name: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** The command that mends it. */
  readonly fix?: string;
};

/** What a person chose in the wizard or on the command line, not yet validated. */
export type BenchChoices = {
  /** Built-in names, or files of a person's own: "hnsw", "./mine.cpp", "mine". */
  readonly implementations: readonly string[];
  readonly datasets: readonly string[];
  readonly target: TargetName;
  /** Id of the hardware row that prices the run. */
  readonly hardware: string;
  readonly k?: number;
  /** 0: as many as there are cores. */
  readonly threads?: number;
  readonly subset?: number;
  /** A sweep file, or what would stand in one; absent: configs/benchmark.yaml. */
  readonly sweep?: string | SweepConfig;
  readonly budget?: number;
  readonly timeout?: number;
  /** On Modal: as many containers measure at once at most. */
  readonly containers?: number;
  readonly profile?: string;
  readonly environment?: string;
  /** "us", "eu-west"; absent: anywhere. */
  readonly region?: string;
  readonly nonpreemptible?: boolean;
};

export type Estimate = {
  readonly seconds: { readonly low: number; readonly likely: number; readonly high: number };
  /** "3 earlier runs like this one here", "rough: from dataset size". */
  readonly basis: string;
  /** What the likely time costs on `spec.hardware`; nothing is billed on this machine. */
  readonly dollarsThere: number;
  /** Of a run on Modal, part by part. */
  readonly cloud?: CloudEstimate;
};

/** Which of a person's accounts, and which of its environments; what is absent is the one that was chosen last. */
export type AccountChoice = { readonly profile?: string | null; readonly environment?: string | null };

export type Preferences = {
  readonly implementations?: readonly string[];
  readonly datasets?: readonly string[];
  readonly hardware?: string;
  /** At Modal; null forgets it. */
  readonly profile?: string | null;
  readonly environment?: string | null;
};

/** What belongs into a secret that we know by name. */
export type { KnownSecret, SecretKey } from './secrets/known.ts';
export type { SecretInfo } from './secrets/secrets.ts';

/** `plan`: at Modal, for what it says; absent: this machine. */
export type SelftestOptions = RunOptions & { readonly plan?: SelftestPlan };

export type SelftestEnd = {
  /** The report. */
  readonly file: string;
  /** What could not be removed at Modal. */
  readonly problems: readonly string[];
  readonly seconds: number;
  /** Dollars, by the job's own account. */
  readonly spent?: number;
};

export type Services = {
  readonly version: string;
  /** Runs as they stand, newest first, and those that cannot be read; called again when anything changed. */
  watchRuns(onChange: (runs: readonly RunState[], unreadable: readonly UnreadableRun[]) => void): Unsubscribe;
  /** One run, followed closely. */
  watchRun(run: string, onChange: (state: RunState) => void): Unsubscribe;
  /** `source`: id of a `LogSource`; by default the run's whole log. */
  openLog(run: string, source?: string): LogView;
  /** The texts that this run has by now; one on this machine. */
  logSources(run: string): readonly LogSource[];
  /** The run's page at Modal; undefined on this machine or before it has one. */
  dashboard(state: RunState): string | undefined;
  /** Opens an address in the person's browser; false when there is none. */
  openInBrowser(url: string): Promise<boolean>;
  launch(spec: BenchSpec): Promise<string>;
  stop(run: string): Promise<void>;
  /** `budget`: dollars, when it is another from now on. */
  resume(run: string, budget?: number): Promise<void>;
  /** Another budget (dollars) for a run on Modal that goes on; throws `UserError` when it cannot be had any more. */
  setBudget(run: string, dollars: number): Promise<void>;
  /** Now, by every clock of this machine: what meter and forecast take. */
  moment(): Moment;
  remove(run: string): Promise<void>;
  /** Bytes that the run takes on this disk. */
  runBytes(run: string): Promise<number>;

  /** Apps of ours at Modal that no run here looks after; asked in the background. Rejects where Modal cannot be asked. */
  strangers(): Promise<readonly Stranger[]>;
  stopStranger(stranger: Stranger): Promise<void>;
  /** It becomes a run of this machine's too; returns its name. */
  adoptStranger(stranger: Stranger): Promise<string>;

  implementations(): Promise<readonly ImplementationInfo[]>;
  /** Files of a person's own: in this folder, and those that runs were made with and that are still there. */
  ownImplementations(): Promise<readonly OwnImplementation[]>;
  /** A name that a fresh file may have here. */
  freeOwnName(): string;
  /** Writes NAME.cpp into this folder; throws `UserError`, never writes over anything. `header`: where its ann.h is, as it is shown. */
  createOwn(name: string): Promise<OwnImplementation & { readonly header: string }>;
  datasets(): Promise<readonly DatasetInfo[]>;
  /** Which datasets are on Modal; an answer within seconds. Never throws. */
  volumeDatasets(): Promise<VolumeDatasets>;
  /** What bringing it to Modal takes; throws `UserError` when it cannot be brought. */
  planVolumeSync(name: string): Promise<SyncPlan>;
  /** Does it. Aborted, what the cloud fetches goes on there without us; what is uploaded stops and is gone on with next time. */
  syncToVolume(name: string, onStep: (step: SyncStep) => void, signal: AbortSignal): Promise<void>;
  prices(demands?: PriceDemands): Promise<PriceTable>;
  /** Validates and freezes; throws `UserError`. */
  plan(choices: BenchChoices): Promise<BenchSpec>;
  estimate(spec: BenchSpec): Promise<Estimate>;
  /** Why this spec cannot start now; undefined when it can. */
  check(spec: BenchSpec): Promise<Failure | undefined>;

  /** Asks Modal who we are; an answer within a few seconds, whatever the network does. Never throws. */
  modalStatus(account?: AccountChoice): Promise<ModalStatus>;
  /** Modal's own sign-in: tells the page, waits until the person was there or `signal` ends it, keeps the token. */
  signIn(options: SignInOptions): Promise<SignedIn>;
  /** The same with a token that the person has. */
  takeToken(token: Token, options: SignInOptions): Promise<SignedIn>;
  /** The profiles that there are, whose they are, and which is used. */
  accounts(): Promise<Accounts>;
  /** Remembers the account to use; null goes back to what Modal's own file says. */
  chooseAccount(choice: AccountChoice): Promise<void>;
  /** Puts Modal's client into its private environment; nothing to do when it is there. */
  installModalClient(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>;

  /** Named secrets at Modal, with what those that we know lack. */
  secrets(): Promise<readonly SecretInfo[]>;
  /** The secrets that we know by name. */
  knownSecrets(): readonly KnownSecret[];
  /** Sends it; throws `UserError` for what does not fit, and where there is one that may not be written over. */
  createSecret(name: string, values: Readonly<Record<string, string>>, overwrite: boolean): Promise<void>;
  deleteSecret(name: string): Promise<void>;

  setupStatus(): Promise<SetupStatus>;
  setup(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>;
  sync(name: string, from: string | undefined, onEvent: (event: JobEvent) => void, signal: AbortSignal): Promise<void>;
  doctor(): Promise<readonly CheckResult[]>;
  /** What a self-test at Modal costs; throws `UserError` where its rates do not allow it. */
  selftestPlan(): Promise<SelftestPlan>;
  /** Aborted, it cleans up and resolves. Throws `UserError` where it cannot begin. */
  selftest(options: SelftestOptions): Promise<SelftestEnd>;
  /** Mends what needs nobody: a volume, the mode of a file. What was done; undefined when there is nothing that it can do. */
  mend(check: CheckResult): Promise<string | undefined>;
  /** The person's editor, as VISUAL or EDITOR say; undefined where neither does. */
  editor(): string | undefined;
  /** Opens it at a line, counted from 1, and waits for its end; what went wrong, for a person. The terminal must be free. */
  edit(file: string, line: number): string | undefined;
  /** This machine in a few words: "2 cores · AMD EPYC". */
  machine(): { readonly cores: number; readonly cpu: string; readonly memoryGiB: number };

  preferences(): Promise<Preferences>;
  savePreferences(preferences: Preferences): Promise<void>;
};
