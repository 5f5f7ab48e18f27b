/**
 * What can be asked of Modal. Every method may reject with a `ModalError` (errors.ts): switch on its `kind`, show its `failure`.
 * Times are unix milliseconds by the control plane's clock; `null` where it says nothing.
 */

/** For every method. */
export type CallOptions = {
  /** Seconds until a `ModalError` of kind `unreachable`; each method has a sensible one. Streams have none once they run. */
  readonly deadline?: number;
  /** Aborted: the request is dropped, and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
};

export type Hello = {
  /** Version of Modal's client: "1.6.4". */
  readonly version: string;
  readonly server: string;
  /** Profile of ~/.modal.toml that is used. */
  readonly profile: string;
  /** Where the token comes from: tokens in the environment override every profile. */
  readonly tokenFrom: 'environment' | 'profile';
  readonly workspace: string;
  /** The environment that names are looked up in; "" is the workspace's own default. */
  readonly environment: string;
  readonly user: string | null;
  readonly tokenName: string | null;
  readonly tokenExpires: number | null;
};

export type AppState = 'initializing' | 'ephemeral' | 'detached' | 'deployed' | 'stopping' | 'stopped' | 'disabled' | 'unknown';

export type App = {
  /** "ap-…" */
  readonly id: string;
  /** The name it was run or deployed with: "ann-tui-RUN-ATTEMPT". */
  readonly name: string;
  readonly state: AppState;
  readonly created: number | null;
  readonly stopped: number | null;
  /** Containers that are running now. */
  readonly tasks: number;
};

export type AppLifecycle = Pick<App, 'id' | 'created' | 'stopped'> & {
  /** `gone`: Modal does not know the app, in the workspace that is signed in. */
  readonly state: AppState | 'gone';
  readonly createdBy: string | null;
  readonly stoppedBy: string | null;
};

/** A live container: queued, starting, or running. */
export type Container = {
  /** "ta-…" */
  readonly task: string;
  readonly app: string;
  readonly appName: string;
  readonly enqueued: number | null;
  readonly started: number | null;
};

export type TaskInfo = {
  readonly task: string;
  readonly app: string;
  readonly enqueued: number | null;
  readonly started: number | null;
  readonly finished: number | null;
  /** "A100-80GB"; null without one. */
  readonly gpu: string | null;
  readonly gpuCount: number;
  /** How it ended; null while it lives, or where Modal does not say. */
  readonly result: { readonly status: ResultStatus; readonly exitCode: number | null; readonly text: string } | null;
};

/** Modal's own words for how something ended. */
export type ResultStatus =
  | 'success'
  | 'failure'
  | 'terminated'
  | 'timeout'
  | 'init-failure'
  | 'internal-failure'
  | 'idle-timeout'
  | 'out-of-memory'
  | 'unknown';

/**
 * A function call. `failed` is what Modal says of the call; trouble on the way there is never a state but a rejected promise. `unknown`: Modal
 * no longer keeps the outcome (a week) or does not know the call, or the outcome cannot be read.
 */
export type CallState =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly value: unknown; readonly at: number | null }
  | { readonly state: 'failed'; readonly error: CallFailure; readonly at: number | null }
  | { readonly state: 'unknown'; readonly why: string };

/** A failed call in Modal's words: what `explainModal` takes. */
export type CallFailure = {
  /** The job's own exception ("ValueError"), or Modal's: "FunctionTimeoutError", "Cancelled", "OutOfMemory", "RemoteError"… */
  readonly type: string;
  readonly text: string;
  readonly status?: ResultStatus;
  readonly exitCode?: number | null;
};

/** Lost: nothing can be heard now and it goes on trying. Back: it goes on exactly where it was. */
export type Contact = { readonly contact: 'lost'; readonly why: string } | { readonly contact: 'back' };

export type LogPiece = {
  readonly fd: 'stdout' | 'stderr' | 'system';
  /** A chunk, not a line: it may begin and end anywhere, and several containers take turns. */
  readonly text: string;
  readonly time: number;
  /** "fc-…"; "" when it belongs to none. */
  readonly call: string;
};

/** What came in one go. `entry` is the place to go on from once it is dealt with; "": not yet, more of the same batch follows. */
export type LogBatch = {
  readonly entry: string;
  /** "ta-…" */
  readonly task: string;
  /** "fu-…" */
  readonly function: string;
  readonly pieces: readonly LogPiece[];
  /** What containers went through: "queued", "loading image", "active", "preempted", "completed"… */
  readonly states: readonly { readonly task: string; readonly state: string; readonly time: number }[];
};

export type LogOptions = CallOptions & {
  /** `entry` of the last batch that was dealt with; "" from the beginning. */
  readonly from?: string;
  /** Only of one of them. */
  readonly task?: string;
  readonly function?: string;
  readonly call?: string;
  /** Called in order; the next batch waits until it has returned. */
  readonly onBatch: (batch: LogBatch) => void;
  readonly onContact?: (contact: Contact) => void;
};

export type ImageLogOptions = CallOptions & { readonly onText: (text: string) => void };

export type VolumeEntry = {
  /** Relative to the volume's root, without a slash in front: "runs/r1/log". */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
  readonly bytes: number;
  readonly modified: number | null;
};

export type VolumeListOptions = CallOptions & { readonly recursive?: boolean };

export type VolumeReadOptions = CallOptions & {
  /** Bytes to leave out at the beginning. */
  readonly offset?: number;
  /** Bytes at most; all there is without it. */
  readonly length?: number;
};

export type VolumeChunk = {
  readonly bytes: Buffer;
  /** Size of the whole file now. */
  readonly size: number;
};

export type FetchProgress = {
  /** The file that is being fetched, relative. */
  readonly file: string;
  readonly files: { readonly done: number; readonly total: number };
  readonly bytes: { readonly done: number; readonly total: number };
};

export type FetchOptions = CallOptions & {
  /** Fetch again what has the right size and time already. */
  readonly verify?: boolean;
  /** The name here of the one file that is fetched; else its own. */
  readonly as?: string;
  /** Write over other files of these names (true): else it fails with type `AlreadyHere` before anything is fetched. */
  readonly overwrite?: boolean;
  readonly onProgress?: (progress: FetchProgress) => void;
};

/** `kept` were there already. */
export type Fetched = { readonly files: number; readonly kept: number; readonly bytes: number };

export type Volume = {
  readonly name: string;
  /** "vo-…" */
  readonly id: string;
  readonly version: number;
  readonly created: number | null;
  readonly createdBy: string | null;
};

/** What a volume stores, counted entry by entry: Modal tells no totals. */
export type VolumeUsage = {
  readonly files: number;
  readonly bytes: number;
  /** Each thing at the top. */
  readonly tops: readonly { readonly name: string; readonly folder: boolean; readonly files: number; readonly bytes: number }[];
};

export type UploadProgress = {
  readonly stage: 'compare' | 'send' | 'verify';
  /** The file that is being sent, relative. */
  readonly file: string;
  readonly files: { readonly done: number; readonly total: number };
  /** Bytes that are settled: sent, or there already. */
  readonly bytes: { readonly done: number; readonly total: number };
  readonly hashed: number;
  /** Bytes that really went out, retries not counted. */
  readonly sent: number;
  /** Bytes that the volume had already. */
  readonly there: number;
};

export type UploadOptions = CallOptions & {
  /** The file that remembers what was done; absolute. The same one goes on where it was cut off. */
  readonly manifest: string;
  /** Make the volume, of this version, when it is missing. */
  readonly create?: 1 | 2;
  /** Write over files that came from elsewhere. */
  readonly force?: boolean;
  /** Only these, below `local`, committed in this order. */
  readonly names?: readonly string[];
  /** The name there of the one file that `local` is; else its own. */
  readonly as?: string;
  readonly onProgress?: (progress: UploadProgress) => void;
};

/** `kept` files were committed before; `sent` and `there` are bytes. */
export type Uploaded = {
  readonly files: number;
  readonly kept: number;
  readonly bytes: number;
  readonly sent: number;
  readonly there: number;
};

export type ControlValue = { readonly stop: string | null; readonly budget: number | null };

/** A named secret. Its values cannot be read back. */
export type Secret = {
  readonly name: string;
  readonly created: number | null;
  readonly createdBy: string | null;
  /** When a container was last given it. */
  readonly used: number | null;
  /** Names of its keys; null where Modal does not tell. */
  readonly keys: readonly string[] | null;
};

/** Which of the keys that were asked for are missing; all of them when there is no such secret. */
export type SecretCheck = { readonly exists: boolean; readonly missing: readonly string[] };

/** Dollars an hour by Modal's own keys: "cpu_hour_cost", "mem_gib_hour_cost", "gpu_hour_cost_a100_80gb"… */
export type ModalRates = Readonly<Record<string, number>>;

/** Unix milliseconds; an interval that `until` cuts is left out. */
export type BillingWanted = { readonly from: number; readonly until: number; readonly resolution: 'hour' | 'day' };

export type ModalEnvironment = {
  readonly name: string;
  readonly default: boolean;
  readonly budget: number | null;
  readonly spendLimit: number | null;
  /** Dollars of this billing cycle. */
  readonly usage: number | null;
  readonly limitReached: boolean;
  readonly containers: { readonly now: number | null; readonly most: number | null };
  readonly gpus: { readonly now: number | null; readonly most: number | null };
};

/** A profile of the file, read without asking Modal. */
export type ModalProfile = {
  readonly name: string;
  readonly active: boolean;
  readonly environment: string | null;
  /** It has a token of its own. */
  readonly token: boolean;
};

/** The profile file as it stands, without its secrets. */
export type ProfileFile = {
  readonly file: string;
  readonly exists: boolean;
  /** Permission bits; null without a file. */
  readonly mode: number | null;
  /** Why it cannot be read. Lines are numbered from 1. */
  readonly problem: { readonly line: number | null; readonly text: string } | null;
  readonly profiles: readonly ModalProfile[];
};

/** Whose token a profile has; `problem` where Modal does not say. */
export type ProfileWorkspace = { readonly profile: string; readonly workspace: string | null; readonly problem: string | null };

/** Where a sign-in goes. */
export type SignInTarget = {
  /** The profile file, absolute. */
  readonly file: string;
  /** Name of the profile; absent: the workspace's. */
  readonly profile?: string;
  /** A file that cannot be read is kept as a copy and begun anew; without it, it is refused. */
  readonly replace?: boolean;
};

/** The page to open, with the code to type there; then that the token is tried. */
export type SignInStep = { readonly url: string; readonly code: string | null } | Contact | { readonly step: 'checking' };

export type ProfileChange = {
  readonly file: string;
  /** Others could read it before. */
  readonly mended: boolean;
  /** It was written in words that could not be edited in place: comments are gone, every value is there. */
  readonly reformatted: boolean;
  /** Where the unreadable one is kept. */
  readonly copy: string | null;
};

export type SignedIn = ProfileChange & { readonly profile: string; readonly workspace: string };

export type ModalClient = {
  /** Who is signed in where. Fails with kind `auth` when nobody is. */
  hello(options?: CallOptions): Promise<Hello>;
  /** Live and recently stopped apps of the environment. */
  apps(options?: CallOptions): Promise<readonly App[]>;
  appState(app: string, options?: CallOptions): Promise<AppLifecycle>;
  /** Stops the app and every container of it. An app that has stopped already is fine, and one that Modal does not know. */
  stopApp(app: string, options?: CallOptions): Promise<void>;
  /** Live containers, of one app or of all. */
  containers(app?: string, options?: CallOptions): Promise<readonly Container[]>;
  /** null: Modal does not know it. */
  taskInfo(task: string, options?: CallOptions): Promise<TaskInfo | null>;
  call(call: string, options?: CallOptions): Promise<CallState>;
  /** Waits until the call has ended, however long and across lost connections. */
  callEnd(call: string, options?: CallOptions & { readonly onContact?: (contact: Contact) => void }): Promise<CallState>;
  /** A call that Modal does not know is fine. */
  cancelCall(call: string, options?: CallOptions & { readonly terminate?: boolean }): Promise<void>;
  /** Follows an app's log across lost connections; resolves when the app is done, or Modal does not know it. */
  logs(app: string, options: LogOptions): Promise<void>;
  /** The build log of an image, from its beginning; resolves when the build has ended. */
  imageLogs(image: string, options: ImageLogOptions): Promise<void>;
  volumeList(volume: string, path: string, options?: VolumeListOptions): Promise<readonly VolumeEntry[]>;
  /** A stretch of a file. Fails with kind `not-found`. An offset behind the end gives no bytes. */
  volumeRead(volume: string, path: string, options?: VolumeReadOptions): Promise<VolumeChunk>;
  /** Copies a folder (or a file) of a volume into a local folder: each file appears whole, those that are there stay; repeat to go on. */
  volumeFetch(volume: string, path: string, folder: string, options?: FetchOptions): Promise<Fetched>;
  /** Every volume of the environment, newest first. */
  volumes(options?: CallOptions): Promise<readonly Volume[]>;
  /** Fails with kind `usage` when there is one of that name. */
  volumeCreate(volume: string, version: 1 | 2, options?: CallOptions): Promise<void>;
  /** For good, with everything on it. */
  volumeDelete(volume: string, options?: CallOptions): Promise<void>;
  /** A file, or a folder with everything in it, for good. */
  volumeRemove(volume: string, path: string, options?: CallOptions): Promise<void>;
  volumeUsage(volume: string, options?: CallOptions): Promise<VolumeUsage>;
  /** Copies a local file or folder into a folder of a volume and verifies it there. Repeated, it sends only what is missing. */
  volumeUpload(volume: string, path: string, local: string, options: UploadOptions): Promise<Uploaded>;
  /** The word left for a run's containers; undefined when there is none. */
  controlGet(dict: string, run: string, options?: CallOptions): Promise<ControlValue | undefined>;
  controlPut(dict: string, run: string, value: ControlValue, options?: CallOptions): Promise<void>;
  controlDelete(dict: string, run: string, options?: CallOptions): Promise<void>;
  /** What a modal.Dict has under a key, plain JSON; null when there is nothing. */
  dictGet(dict: string, key: string, options?: CallOptions): Promise<unknown>;
  dictPut(dict: string, key: string, value: unknown, options?: CallOptions): Promise<void>;
  /** For good, with everything in it; one that is not there is fine. */
  dictDelete(dict: string, options?: CallOptions): Promise<void>;
  /** Named secrets of the environment, newest first. */
  secrets(options?: CallOptions): Promise<readonly Secret[]>;
  secretCheck(name: string, keys: readonly string[], options?: CallOptions): Promise<SecretCheck>;
  /** Fails with type `AlreadyExistsError` where there is one and it may not be written over; written over, its old keys are gone. */
  secretCreate(
    name: string,
    values: Readonly<Record<string, string>>,
    options?: CallOptions & { readonly overwrite?: boolean },
  ): Promise<void>;
  /** Fails with kind `not-found`. */
  secretDelete(name: string, options?: CallOptions): Promise<void>;
  rates(options?: CallOptions): Promise<ModalRates>;
  /** What each app cost in each whole hour or day, before credits. Fails with kind `refused` where the plan has no report. */
  billingReport(wanted: BillingWanted, options?: CallOptions): Promise<readonly BillItem[]>;
  environments(options?: CallOptions): Promise<readonly ModalEnvironment[]>;
  /** Reads the profile file; no network. */
  profiles(options?: CallOptions): Promise<readonly ModalProfile[]>;
  /** Reads the profile file, broken or not; no network. */
  profileFile(file: string, options?: CallOptions): Promise<ProfileFile>;
  /** Asks Modal whose token each profile of the file has. */
  profileWorkspaces(file: string, options?: CallOptions): Promise<readonly ProfileWorkspace[]>;
  /** Makes a profile the active one. */
  profileActivate(file: string, profile: string, options?: CallOptions): Promise<ProfileChange>;
  /** Resolves when Modal answers at all, signed in or not. */
  reach(options?: CallOptions): Promise<void>;
  /** Modal's own sign-in in a browser anywhere: tells the page, waits for the person without an end, tries the token and keeps it. */
  signIn(target: SignInTarget, options: CallOptions & { readonly onStep: (step: SignInStep) => void }): Promise<SignedIn>;
  /** Tries a token that a person has already, and keeps it. */
  takeToken(
    token: { readonly id: string; readonly secret: string },
    target: SignInTarget,
    options?: CallOptions & { readonly onStep?: (step: SignInStep) => void },
  ): Promise<SignedIn>;
  /** Ends the helper; what is under way is rejected. Asked again afterwards it starts anew. */
  close(): Promise<void>;
};

/** One line of Modal's billing report: what one object cost in one interval. Unix milliseconds, dollars before credits. */
export type BillItem = {
  /** "ap-…" for an app. */
  readonly object: string;
  /** An app's name. */
  readonly description: string;
  readonly environment: string;
  readonly from: number;
  readonly until: number;
  readonly cost: number;
  /** Dollars by resource, where the report says. */
  readonly resources?: Readonly<Record<string, number>>;
};
