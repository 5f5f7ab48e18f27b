/** The shape of every answer of the helper. */
import { anything, boolean, list, map, nullable, number, object, oneOf, type Read, text } from './shape.ts';
import type {
  App,
  CallState,
  Contact,
  Container,
  ControlValue,
  LogBatch,
  ProfileChange,
  ProfileFile,
  ResultStatus,
  Secret,
  SecretCheck,
  SignedIn,
  SignInStep,
  TaskInfo,
  Uploaded,
  UploadProgress,
  Volume,
  VolumeEntry,
  VolumeUsage,
} from './types.ts';

const time = nullable(number);

const appStates = ['initializing', 'ephemeral', 'detached', 'deployed', 'stopping', 'stopped', 'disabled', 'unknown'] as const;
const appState: Read<App['state']> = oneOf(appStates);

export const hello = object({
  version: text,
  server: text,
  profile: text,
  tokenFrom: oneOf(['environment', 'profile']),
  workspace: text,
  environment: text,
  user: nullable(text),
  tokenName: nullable(text),
  tokenExpires: time,
});

export const apps: Read<readonly App[]> = list(
  object({ id: text, name: text, state: appState, created: time, stopped: time, tasks: number }),
);

export const appLifecycle = object({
  id: text,
  state: oneOf([...appStates, 'gone']),
  created: time,
  stopped: time,
  createdBy: nullable(text),
  stoppedBy: nullable(text),
});

export const containers: Read<readonly Container[]> = list(object({ task: text, app: text, appName: text, enqueued: time, started: time }));

const status: Read<ResultStatus> = oneOf([
  'success',
  'failure',
  'terminated',
  'timeout',
  'init-failure',
  'internal-failure',
  'idle-timeout',
  'out-of-memory',
  'unknown',
]);

export const taskInfo: Read<TaskInfo | null> = nullable(
  object({
    task: text,
    app: text,
    enqueued: time,
    started: time,
    finished: time,
    gpu: nullable(text),
    gpuCount: number,
    result: nullable(object({ status, exitCode: nullable(number), text })),
  }),
);

const running = object({ state: oneOf(['running']) });
const done = object({ state: oneOf(['done']), value: anything, at: time });
const failed = object({
  state: oneOf(['failed']),
  error: object({ type: text, text, status, exitCode: nullable(number) }),
  at: time,
});
const unknown = object({ state: oneOf(['unknown']), why: text });

export const callState: Read<CallState> = (value, at) => {
  const { state } = object({ state: oneOf(['running', 'done', 'failed', 'unknown']) })(value, at);
  return { running, done, failed, unknown }[state](value, at);
};

/** Of a stream: either word of the connection, or something else. */
export const contact = (value: unknown): Contact | undefined => {
  if (typeof value !== 'object' || value === null || !('contact' in value)) return undefined;
  if (value.contact === 'back') return { contact: 'back' };
  return { contact: 'lost', why: 'why' in value && typeof value.why === 'string' ? value.why : 'no answer' };
};

export const logBatch: Read<LogBatch> = object({
  entry: text,
  task: text,
  function: text,
  pieces: list(object({ fd: oneOf(['stdout', 'stderr', 'system']), text, time: number, call: text })),
  states: list(object({ task: text, state: text, time: number })),
});

export const imageText = object({ text });
export const imageEnd = object({ status, exitCode: nullable(number), text });

export const volumeEntries: Read<readonly VolumeEntry[]> = list(
  object({ path: text, type: oneOf(['file', 'folder', 'link', 'other']), bytes: number, modified: time }),
);
export const volumeData = object({ data: text });
export const volumeSize = object({ size: number });

const part = object({ done: number, total: number });
export const fetchProgress = object({ file: text, files: part, bytes: part });
export const fetched = object({ files: number, kept: number, bytes: number });

export const volumes: Read<readonly Volume[]> = list(
  object({
    name: text,
    id: text,
    version: number,
    created: time,
    createdBy: nullable(text),
  }),
);
export const volumeUsage: Read<VolumeUsage> = object({
  files: number,
  bytes: number,
  tops: list(object({ name: text, folder: boolean, files: number, bytes: number })),
});
export const uploadProgress: Read<UploadProgress> = object({
  stage: oneOf(['compare', 'send', 'verify']),
  file: text,
  files: part,
  bytes: part,
  hashed: number,
  sent: number,
  there: number,
});
export const uploaded: Read<Uploaded> = object({ files: number, kept: number, bytes: number, sent: number, there: number });

export const control: Read<ControlValue | null> = nullable(object({ stop: nullable(text), budget: nullable(number) }));

export const secrets: Read<readonly Secret[]> = list(
  object({ name: text, created: time, createdBy: nullable(text), used: time, keys: nullable(list(text)) }),
);
export const secretCheck: Read<SecretCheck> = object({ exists: boolean, missing: list(text) });

export const rates = map(number);

export const bill = list(
  object({ object: text, description: text, environment: text, from: number, until: number, cost: number, resources: map(number) }),
);

const nowAndMost = object({ now: nullable(number), most: nullable(number) });
export const environments = list(
  object({
    name: text,
    default: boolean,
    budget: nullable(number),
    spendLimit: nullable(number),
    usage: nullable(number),
    limitReached: boolean,
    containers: nowAndMost,
    gpus: nowAndMost,
  }),
);

export const profiles = list(object({ name: text, active: boolean, environment: nullable(text), token: boolean }));

export const profileFile: Read<ProfileFile> = object({
  file: text,
  exists: boolean,
  mode: nullable(number),
  problem: nullable(object({ line: nullable(number), text })),
  profiles,
});

export const profileWorkspaces = list(object({ profile: text, workspace: nullable(text), problem: nullable(text) }));

const change = { file: text, mended: boolean, reformatted: boolean, copy: nullable(text) };
export const profileChange: Read<ProfileChange> = object(change);
export const signedIn: Read<SignedIn> = object({ ...change, profile: text, workspace: text });

const page = object({ url: text, code: nullable(text) });
const checking = object({ step: oneOf(['checking']) });

export const signInStep: Read<SignInStep> = (value, at) => {
  const word = contact(value);
  if (word !== undefined) return word;
  return typeof value === 'object' && value !== null && 'url' in value ? page(value, at) : checking(value, at);
};
