/** What Modal's errors mean and what to do about each. In order: the first that fits is taken, so the particular stands before the general. */
import { exitCodes } from '../errors/errors.ts';

/** What a program can switch on. */
export type ModalKind =
  | 'auth'
  | 'unreachable'
  | 'spend-limit'
  | 'not-found'
  | 'build'
  | 'timeout'
  | 'oom'
  | 'preempted'
  | 'cancelled'
  | 'usage'
  | 'other';

export type ErrorContext = {
  /** The run's name, for the hints. */
  readonly run?: string;
  /** The `modal` program, should it not be on the PATH. */
  readonly program?: string;
  /** What was kept, where the caller knows better. */
  readonly kept?: string;
  /** Name of the gRPC status: "RESOURCE_EXHAUSTED". */
  readonly status?: string;
  /** The helper says that Modal was not reached. */
  readonly unreachable?: boolean;
};

/** `text` is on one line and clean. */
export type Said = { readonly type: string; readonly text: string; readonly context: ErrorContext };

type Words = string | ((found: RegExpExecArray, said: Said) => string);

export type Cause = {
  readonly kind: ModalKind;
  /** Of one of these types… */
  readonly types?: readonly string[];
  /** …or with these words. */
  readonly sign?: RegExp;
  readonly what: Words;
  /** A command; without one the failure has none. */
  readonly hint?: Words;
  /** What helps and cannot be typed: told behind the why. */
  readonly advice?: string;
  readonly kept?: string;
  readonly exitCode?: number;
};

const { usage, refused } = exitCodes;

const modal = ({ context }: Said): string => (context.program === undefined ? 'modal' : `'${context.program}'`);
const again = ({ context }: Said): string => (context.run === undefined ? 'ann-tui doctor' : `ann-tui resume ${context.run}`);
const signIn = 'ann-tui auth';
const runGoesOn = 'whatever runs at Modal goes on';
const resultsStay = 'what is finished is on the results volume';

/** Types that only the way to Modal has; a job's own ConnectionError comes as the failure of its call, with a status of its own. */
const contactTypes = [
  'ConnectionError',
  'StreamTerminatedError',
  'DeadlineExceeded',
  'RetryTimeoutError',
  'Silent',
  'ClientClosed',
  'gaierror',
];

export const causes: readonly Cause[] = [
  {
    kind: 'spend-limit',
    sign: /spend(ing)? limit/i,
    what: "The workspace's spend limit is reached",
    advice: 'it is raised at https://modal.com/settings/usage',
    hint: (_found, said) => again(said),
    kept: resultsStay,
    exitCode: refused,
  },
  {
    kind: 'spend-limit',
    sign: /payment method|credit card|add a card/i,
    what: 'Modal wants a payment method on file',
    advice: 'one is added at https://modal.com/settings/billing',
    hint: (_found, said) => again(said),
    kept: 'nothing was started',
    exitCode: refused,
  },
  {
    kind: 'auth',
    sign: /Modal profile '([^']+)' was not found/,
    what: ([, name]) => `There is no Modal profile "${name}"`,
    hint: ([, name]) => `ann-tui auth --profile ${name}`,
    kept: runGoesOn,
    exitCode: refused,
  },
  {
    kind: 'auth',
    sign: /More than one Modal profile is active/,
    what: 'Several Modal profiles are active',
    advice: '--activate and a name make one the active one',
    hint: 'ann-tui auth --status',
    kept: runGoesOn,
    exitCode: refused,
  },
  {
    kind: 'auth',
    sign: /No Modal profile is active/,
    what: 'No Modal profile is active',
    advice: '--activate and a name make one the active one',
    hint: 'ann-tui auth --status',
    kept: runGoesOn,
    exitCode: refused,
  },
  {
    kind: 'auth',
    sign: /Error when reading the modal configuration from `([^`]+)`/,
    what: "Modal's profile file cannot be read",
    hint: ([, file]) => `\${EDITOR:-vi} '${file}'`,
    kept: runGoesOn,
    exitCode: refused,
  },
  {
    kind: 'auth',
    types: ['ProfileFileBroken'],
    what: "Modal's profile file cannot be read",
    advice: '--replace keeps it as a copy and begins a new one',
    hint: 'ann-tui auth --replace',
    kept: 'the file is as it was',
    exitCode: refused,
  },
  {
    kind: 'auth',
    types: ['ProfileFileError'],
    what: "Modal's profile file cannot be written",
    hint: 'ann-tui doctor',
    kept: 'the file is as it was',
    exitCode: refused,
  },
  {
    kind: 'auth',
    types: ['NoSuchProfile'],
    what: 'There is no such Modal profile',
    hint: 'ann-tui auth --status',
    kept: 'nothing was changed',
    exitCode: usage,
  },
  {
    kind: 'auth',
    types: ['SignInDenied'],
    what: 'The sign-in was declined on the page',
    hint: signIn,
    kept: 'nothing was changed',
    exitCode: refused,
  },
  {
    kind: 'auth',
    types: ['SignInExpired'],
    what: 'The sign-in page has run out',
    hint: signIn,
    kept: 'nothing was changed',
    exitCode: refused,
  },
  {
    kind: 'auth',
    types: ['TomlDecodeError'],
    what: "Modal's profile file cannot be read",
    hint: `\${EDITOR:-vi} "\${MODAL_CONFIG_PATH:-$HOME/.modal.toml}"`,
    kept: runGoesOn,
    exitCode: refused,
  },
  { kind: 'auth', sign: /Token missing\b/, what: 'Nobody is signed in to Modal', hint: signIn, kept: runGoesOn, exitCode: refused },
  {
    kind: 'auth',
    sign: /\btoken\b.{0,40}\bexpired|expired.{0,20}\btoken\b/i,
    what: 'The Modal token has expired',
    hint: signIn,
    kept: runGoesOn,
    exitCode: refused,
  },
  {
    kind: 'auth',
    types: ['AuthError'],
    sign: /\btoken (id |secret )?(not found|is invalid|is malformed|was revoked|disabled)|invalid token\b|\bunauthenticated\b/i,
    what: 'Modal did not accept the token',
    hint: signIn,
    kept: runGoesOn,
    exitCode: refused,
  },
  {
    kind: 'auth',
    types: ['PermissionDeniedError'],
    what: 'Modal does not allow this to you',
    advice: 'the owner of the workspace can allow it; or use another profile',
    hint: 'ann-tui auth --status',
    kept: runGoesOn,
    exitCode: refused,
  },
  {
    kind: 'other',
    types: ['VersionError'],
    sign: /client version.{0,60}(not supported|unsupported|deprecated|too old|no longer)/i,
    what: 'Modal no longer accepts this version of its client',
    hint: 'npx ann-tui@latest setup',
  },
  {
    kind: 'build',
    types: ['ImageBuildError'],
    sign: /Image build (for (im-\w+) )?(failed|was terminated|timed out)/,
    what: 'The image could not be built',
    hint: ([, , image], said) => (image === undefined ? again(said) : `${modal(said)} image logs ${image}`),
    kept: 'nothing was measured, and what was measured before stays',
  },
  {
    kind: 'oom',
    types: ['OutOfMemory'],
    sign: /exit code:? 137|out of memory|\bOOM\b|^MemoryError\b/i,
    what: 'The container ran out of memory',
    advice: 'a run with more --memory may do',
    hint: (_found, { context }) => (context.run === undefined ? 'ann-tui bench --help' : `ann-tui logs ${context.run}`),
    kept: resultsStay,
  },
  {
    kind: 'timeout',
    sign: /start-?up.{0,30}time(d )?out|time(d )?out.{0,40}(start-?up|starting|initializ)/i,
    what: 'The container did not start in time',
    advice: 'startup_timeout in your copy of configs/modal.yaml gives it longer',
    hint: (_found, said) => again(said),
    kept: resultsStay,
  },
  {
    kind: 'timeout',
    types: ['FunctionTimeoutError'],
    sign: /hit its timeout of/,
    what: 'The time limit is reached',
    advice: 'what is left needs another go; --timeout can be 24h at most',
    hint: (_found, said) => again(said),
    kept: resultsStay,
  },
  {
    kind: 'preempted',
    sign: /worker preemption|\bpreempted\b/i,
    what: 'Modal took the machine for somebody else',
    advice: 'it starts again by itself and goes on where it was; --nonpreemptible avoids it, for a price',
    hint: (_found, { context }) => (context.run === undefined ? 'ann-tui runs' : `ann-tui attach ${context.run}`),
    kept: resultsStay,
  },
  {
    kind: 'cancelled',
    types: ['Cancelled', 'InputCancellation', 'AppStopped'],
    sign: /cancelled by user|cancellation signal|canceled input|app (was|is) stopped|local client disconnected/i,
    what: 'The run was stopped at Modal',
    hint: (_found, said) => again(said),
    kept: resultsStay,
  },
  {
    kind: 'usage',
    sign: /mount bucket '?([\w.-]+)'?.*(?:InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|Forbidden|\b403\b|no credentials)/i,
    what: ([, name]) => `The bucket ${name} cannot be read with the keys of its secret`,
    advice: 'configs/modal.yaml names the secret',
    hint: 'ann-tui secrets create aws-s3-secret --overwrite',
    kept: 'nothing was written, neither there nor in the bucket',
    exitCode: refused,
  },
  {
    kind: 'usage',
    sign: /mount bucket '?([\w.-]+)'?.*(?:PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|\bregion\b|\b301\b)/i,
    what: ([, name]) => `The bucket ${name} is in another region than its secret says`,
    advice: "AWS_REGION in the secret has to be the bucket's own",
    hint: 'ann-tui secrets create aws-s3-secret --overwrite',
    kept: 'nothing was written, neither there nor in the bucket',
    exitCode: usage,
  },
  {
    kind: 'usage',
    sign: /mount bucket '?([\w.-]+)'?/i,
    what: ([, name]) => `The bucket ${name} cannot be mounted`,
    advice: 'it is named in configs/modal.yaml: `ann-tui info` says where your own copy lies',
    hint: 'ann-tui info',
    kept: 'nothing was written, neither there nor in the bucket',
    exitCode: usage,
  },
  {
    kind: 'usage',
    types: ['AlreadyHere'],
    what: 'There are other files of these names here',
    advice: '--force writes over them',
    hint: '--force',
    kept: 'nothing was fetched, nothing was changed',
    exitCode: usage,
  },
  {
    kind: 'usage',
    types: ['AlreadyThere'],
    what: 'The volume has files of these names already',
    advice: '--force writes over them',
    hint: '--force',
    kept: 'nothing was sent, nothing was changed',
    exitCode: usage,
  },
  {
    kind: 'usage',
    sign: /Volume '?([\w.-]+)'? already exists/i,
    what: ([, name]) => `There is a volume ${name} already`,
    hint: ([, name]) => `ann-tui volumes inspect ${name}`,
    kept: 'nothing was changed',
    exitCode: usage,
  },
  {
    kind: 'other',
    types: ['Changed', 'NotVerified', 'PutFailed', 'PutRefused'],
    what: 'The upload did not get through',
    advice: 'the same again goes on where it stopped',
    hint: 'ann-tui doctor',
    kept: 'what was sent; it is not sent again',
  },
  {
    kind: 'not-found',
    sign: /Volume '?([\w.-]+)'? (was )?not found/i,
    what: ([, name]) => `There is no volume ${name}`,
    hint: 'ann-tui volumes',
  },
  {
    kind: 'not-found',
    sign: /Secret '?([\w.-]+)'?.{0,40}(missing|does not have).{0,30}keys?\b/i,
    what: ([, name]) => `The secret ${name} lacks a key`,
    hint: ([, name]) => `ann-tui secrets create ${name} --overwrite`,
    exitCode: refused,
  },
  {
    kind: 'not-found',
    sign: /Secret '?([\w.-]+)'? (was )?not found/i,
    what: ([, name]) => `There is no secret ${name}`,
    hint: ([, name]) => `ann-tui secrets create ${name}`,
    exitCode: refused,
  },
  {
    kind: 'not-found',
    sign: /Environment '?([\w.-]+)'? (was )?not found/i,
    what: ([, name]) => `There is no environment ${name}`,
    hint: 'ann-tui auth --status',
    exitCode: usage,
  },
  {
    kind: 'not-found',
    types: ['NotFoundError', 'NotFound', 'FileNotFoundError'],
    sign: /^No (App|such file)\b.*/i,
    what: 'Modal does not know it',
    hint: 'ann-tui runs',
  },
  {
    kind: 'usage',
    sign: /No such option '?(--?[\w-]+)/,
    what: "Modal's client did not take the command",
    hint: 'ann-tui doctor',
    kept: 'nothing was started',
    exitCode: usage,
  },
  {
    kind: 'usage',
    types: ['BadRequest', 'UsageError'],
    sign: /unexpected extra arguments?|No such command|Missing (option|argument|parameter)|Invalid value for|Could not find '.+' in the '.+' file/,
    what: "Modal's client did not take the command",
    hint: 'ann-tui doctor',
    kept: 'nothing was started',
    exitCode: usage,
  },
  {
    kind: 'usage',
    sign: /timeout.{0,60}(86,?400|24 ?h)|(86,?400|24 ?h).{0,60}timeout/i,
    what: 'Modal runs nothing for longer than 24 hours',
    hint: '--timeout 24h',
    kept: 'nothing was started',
    exitCode: usage,
  },
  {
    kind: 'usage',
    sign: /(unknown|invalid|unsupported|unrecognized) gpu|gpu.{0,30}(unknown|invalid|not supported|not available)/i,
    what: 'Modal does not have this GPU',
    hint: 'ann-tui prices',
    kept: 'nothing was started',
    exitCode: usage,
  },
  {
    kind: 'usage',
    sign: /(unknown|invalid|unsupported|unrecognized) (cloud )?region|\bregion\b.{0,30}(unknown|invalid|not supported|not available|does not exist)/i,
    what: 'Modal does not have this region',
    advice: 'a whole part of the world, such as us, leaves the place to Modal',
    hint: 'ann-tui prices --region us',
    kept: 'nothing was started',
    exitCode: usage,
  },
  {
    kind: 'usage',
    sign: /\b(cpu|memory|cores?|disk)\b.{0,60}(exceeds?|too (large|much|many|high)|at most|maximum|must be (less|between|at most))/i,
    what: 'Modal has no container of that size',
    hint: 'ann-tui prices',
    kept: 'nothing was started',
    exitCode: usage,
  },
  {
    kind: 'other',
    sign: /rate limit|too many requests/i,
    what: 'Modal asks for fewer requests',
    advice: 'a minute later it may do',
    hint: (_found, said) => again(said),
  },
  {
    kind: 'other',
    types: ['ResourceExhaustedError'],
    sign: /(container|gpu|concurren|workspace|plan).{0,40}limit (is |was )?(reached|exceeded)/i,
    what: 'A limit of the workspace is reached',
    advice: 'stop what runs there, or ask for less by --cpu and --memory',
    hint: 'ann-tui runs',
    exitCode: refused,
  },
  {
    kind: 'unreachable',
    types: contactTypes,
    sign: /Could not connect to the Modal server|^Connection lost|Deadline Exceeded$/,
    what: 'Modal cannot be reached',
    advice: 'what follows a run tries again by itself',
    hint: 'ann-tui doctor',
    kept: runGoesOn,
  },
  {
    kind: 'other',
    types: ['HelperGone'],
    what: 'The helper that asks Modal ended',
    hint: 'ann-tui doctor',
    kept: runGoesOn,
  },
  {
    kind: 'other',
    types: ['InitFailure'],
    what: 'The container did not start',
    hint: (_found, { context }) => (context.run === undefined ? 'ann-tui runs' : `ann-tui logs ${context.run}`),
    kept: resultsStay,
  },
  {
    kind: 'other',
    types: ['InternalFailure', 'InternalError', 'ServiceError', 'DataLossError'],
    what: 'Modal has trouble of its own',
    advice: 'https://status.modal.com may say more',
    hint: (_found, said) => again(said),
    kept: resultsStay,
  },
  {
    kind: 'other',
    sign: /exit code:? (-?\d+)/i,
    what: ([, code]) => `The container ended with exit code ${code}`,
    hint: (_found, { context }) => (context.run === undefined ? 'ann-tui runs' : `ann-tui logs ${context.run}`),
    kept: resultsStay,
  },
  {
    kind: 'other',
    sign: /No space left on device|Errno 28/,
    what: 'The disk of this machine is full',
    advice: 'what is there is not fetched twice',
    hint: 'df -h',
    kept: 'what was fetched so far',
  },
  {
    kind: 'other',
    types: ['PermissionError'],
    sign: /Errno 13|Errno 30/,
    what: 'A file of this machine may not be written',
    hint: 'ann-tui doctor',
    kept: 'what was fetched so far',
  },
];

/** The one that fits, with what its sign found. */
export const causeOf = (said: Said): { readonly cause: Cause; readonly found: RegExpExecArray } | undefined => {
  const nothing = [''] as unknown as RegExpExecArray;
  // The helper has seen the exception itself, which knows best.
  const list = said.context.unreachable ? causes.filter(({ kind }) => kind === 'unreachable') : causes;
  for (const cause of list) {
    const found = cause.sign?.exec(said.text);
    if (found) return { cause, found };
    if (said.context.unreachable || cause.types?.includes(said.type)) return { cause, found: nothing };
  }
  return undefined;
};

export const wordsOf = (words: Words, found: RegExpExecArray, said: Said): string =>
  typeof words === 'string' ? words : words(found, said);
