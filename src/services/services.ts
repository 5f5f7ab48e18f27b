/** Everything a screen may ask for. Screens get one of these; they never spawn or read files themselves. */
import type { AccountChoice, Accounts } from '../accounts/account.ts';
import type { ModalStatus } from '../accounts/modal-status.ts';
import type { SignInOptions } from '../accounts/sign-in.ts';
import type { Token } from '../accounts/token.ts';
import type { Preferences } from '../config/preferences.ts';
import type { DatasetInfo } from '../datasets/catalogue.ts';
import type { VolumeDatasets } from '../datasets/places.ts';
import type { SyncPlan } from '../datasets/sync-plan.ts';
import type { SyncStep } from '../datasets/upload.ts';
import type { Failure } from '../errors/failure.ts';
import type { JobEvent } from '../events/event.ts';
import type { LogView } from '../logs/log-view.ts';
import type { Estimate } from '../metering/estimate.ts';
import type { Moment } from '../metering/plane-clock.ts';
import type { SignedIn } from '../modal-client/types.ts';
import type { Stranger } from '../orphans/orphan.ts';
import type { PriceDemands, PriceTable } from '../prices/container-price.ts';
import type { LogSource } from '../runs/files.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import type { UnreadableRun } from '../runs/store.ts';
import type { KnownSecret } from '../secrets/known.ts';
import type { SecretInfo } from '../secrets/secrets.ts';
import type { SelftestPlan } from '../selftest/modal/plan.ts';
import type { SelftestEnd, SelftestOptions } from '../selftest/start.ts';
import type { CheckResult } from '../setup/check-result.ts';
import type { SetupStatus } from '../setup/environment.ts';
import type { Progress } from '../setup/making.ts';
import type { ImplementationInfo } from '../workloads/bench/implementation-info.ts';
import type { OwnImplementation } from '../workloads/bench/user-code/list.ts';
import type { SharedChoices } from '../workloads/shared-plan.ts';

export type Unsubscribe = () => void;
/** What belongs into a secret that we know by name. */
export type { KnownSecret, SecretKey } from '../secrets/known.ts';
export type { SecretInfo } from '../secrets/secrets.ts';
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
  launch(spec: Spec): Promise<string>;
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
  plan(choices: SharedChoices): Promise<Spec>;
  estimate(spec: Spec): Promise<Estimate>;
  /** Why this spec cannot start now; undefined when it can. */
  check(spec: Spec): Promise<Failure | undefined>;

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
