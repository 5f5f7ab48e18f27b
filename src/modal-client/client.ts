/** The typed door to the helper: started when something is asked, started again when it died, ended when nothing was asked for a while. */
import { UserError } from '../errors/errors.ts';
import * as answers from './answers.ts';
import type { Where } from './environment.ts';
import { ModalError } from './errors.ts';
import { type Ask, type Helper, HelperGone, startHelper } from './helper.ts';
import { modalProgram } from './program.ts';
import type { Read } from './shape.ts';
import type { CallOptions, Contact, LogBatch, ModalClient } from './types.ts';

export type ModalClientOptions = Where & {
  /** Milliseconds without a request until the helper ends. */
  readonly idleMs?: number;
  /** Without the person's own profile file and tokens: for signing in, and over a file that cannot be read. */
  readonly bare?: boolean;
};

/** What says who a person is. */
const credentials = [
  'MODAL_TOKEN_ID',
  'MODAL_TOKEN_SECRET',
  'MODAL_OAUTH_REFRESH_TOKEN',
  'MODAL_OAUTH_CLIENT_ID',
  'MODAL_OAUTH_CLIENT_SECRET',
  'MODAL_OAUTH_JWT_KEY',
  'MODAL_PROFILE',
];

const anonymous = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !credentials.includes(name))),
  MODAL_CONFIG_PATH: '/dev/null',
});

/** Seconds. */
const soon = 15;
const act = 30;
const large = 120;

/** How often a request is made again because the helper died under it. All of them may be repeated. */
const mostStarts = 3;

export const createModalClient = ({ idleMs = 60_000, bare = false, ...where }: ModalClientOptions = {}): ModalClient => {
  let current: Promise<Helper> | undefined;
  const retired = new Set<Helper>();
  let idle: NodeJS.Timeout | undefined;

  const start = async (): Promise<Helper> => {
    const { python, program, env } = await modalProgram(where);
    // A program of our own is not on the PATH: hints name it whole.
    const helper: Helper = startHelper({ python, env: bare ? anonymous(env) : env, context: { program }, onIdle: () => settle(helper) });
    return helper;
  };

  /** Nothing is under way: one that was retired ends now, the current one a while later. */
  const settle = (helper: Helper): void => {
    if (retired.delete(helper)) {
      void helper.close();
      return;
    }
    clearTimeout(idle);
    idle = setTimeout(() => void close(), idleMs);
    idle.unref();
  };

  const helperNow = (): Promise<Helper> => {
    clearTimeout(idle);
    current ??= start();
    return current;
  };

  /** New requests get a new helper: this one has read an old token, or is gone. */
  const retire = async (starting: Promise<Helper>): Promise<void> => {
    if (current === starting) current = undefined;
    const helper = await starting.catch(() => undefined);
    if (helper === undefined || !helper.alive()) return;
    if (helper.pending() === 0) await helper.close();
    else retired.add(helper);
  };

  const close = async (): Promise<void> => {
    clearTimeout(idle);
    const closing = [...retired];
    retired.clear();
    const helper = await current?.catch(() => undefined);
    current = undefined;
    if (helper !== undefined) closing.push(helper);
    await Promise.all(closing.map(one => one.close()));
  };

  const askOnce = async (what: string, ask: Ask): Promise<unknown> => {
    const starting = helperNow();
    try {
      return await (await starting).ask(what, ask);
    } catch (error) {
      if (!(error instanceof ModalError) || error.kind === 'auth') void retire(starting);
      throw error;
    }
  };

  /** `ask` is made anew for each start, so that a stream goes on where it was. */
  const request = async <T>(what: string, read: Read<T>, ask: () => Ask): Promise<T> => {
    for (let starts = 1; ; starts++) {
      try {
        return checked(read, await askOnce(what, ask()), what);
      } catch (error) {
        if (!(error instanceof HelperGone)) throw error;
        const closed = error.message === 'it was closed';
        if (closed || starts === mostStarts) throw new ModalError('HelperGone', error.message);
      }
    }
  };

  const options = ({ deadline, signal }: CallOptions, seconds?: number) => ({ deadline: deadline ?? seconds, signal });

  const nothing: Read<void> = () => undefined;

  const control = <T>(act_: string, dict: string, key: string, read: Read<T>, given: CallOptions, value?: unknown): Promise<T> =>
    request('control', read, () => ({ given: { act: act_, dict, key, value }, ...options(given, act) }));

  const onContactOf =
    (onContact: ((contact: Contact) => void) | undefined, onOther: (item: unknown) => void) =>
    (item: unknown): void => {
      const word = answers.contact(item);
      if (word === undefined) onOther(item);
      else onContact?.(word);
    };

  return {
    hello: (given = {}) => request('hello', answers.hello, () => options(given, 10)),
    apps: (given = {}) => request('apps', answers.apps, () => options(given, soon)),
    appState: (app, given = {}) => request('appState', answers.appLifecycle, () => ({ given: { app }, ...options(given, soon) })),
    stopApp: (app, given = {}) => request('stopApp', nothing, () => ({ given: { app }, ...options(given, act) })),
    containers: (app, given = {}) =>
      request('containers', answers.containers, () => ({ given: app === undefined ? {} : { app }, ...options(given, soon) })),
    taskInfo: (task, given = {}) => request('taskInfo', answers.taskInfo, () => ({ given: { task }, ...options(given, soon) })),
    call: (call, given = {}) => request('call', answers.callState, () => ({ given: { call }, ...options(given, soon) })),
    callEnd: (call, given = {}) =>
      request('callEnd', answers.callState, () => ({
        given: { call },
        ...options(given),
        onItem: onContactOf(given.onContact, () => {}),
      })),
    cancelCall: (call, { terminate = false, ...given } = {}) =>
      request('cancelCall', nothing, () => ({ given: { call, terminate }, ...options(given, act) })),
    logs: (app, { from = '', task, function: of, call, onBatch, onContact, ...given }) => {
      let entry = from;
      const onItem = onContactOf(onContact, item => {
        const batch: LogBatch = checked(answers.logBatch, item, 'logs');
        onBatch(batch);
        if (batch.entry !== '') entry = batch.entry;
      });
      return request('logs', nothing, () => ({ given: clean({ app, from: entry, task, function: of, call }), ...options(given), onItem }));
    },
    imageLogs: async (image, { onText, ...given }) => {
      // Begun again after a crash of the helper it comes from the beginning: what was told already is left out.
      let told = 0;
      const end = await request('imageLogs', answers.imageEnd, () => {
        let heard = 0;
        const onItem = onContactOf(undefined, item => {
          const { text } = checked(answers.imageText, item, 'imageLogs');
          const fresh = text.slice(Math.max(0, told - heard));
          heard += text.length;
          if (heard <= told) return;
          told = heard;
          onText(fresh);
        });
        return { given: { image }, ...options(given), onItem };
      });
      if (end.status !== 'success') throw new ModalError('ImageBuildError', `Image build for ${image} failed: ${end.text}`);
    },
    volumeList: (volume, path, { recursive = false, ...given } = {}) =>
      request('volumeList', answers.volumeEntries, () => ({ given: { volume, path, recursive }, ...options(given, large) })),
    volumeRead: async (volume, path, { offset = 0, length = 0, ...given } = {}) => {
      let pieces: Buffer[] = [];
      const { size } = await request('volumeRead', answers.volumeSize, () => {
        pieces = [];
        const onItem = (item: unknown) => void pieces.push(Buffer.from(checked(answers.volumeData, item, 'volumeRead').data, 'base64'));
        return { given: { volume, path, offset, length }, ...options(given, large), onItem };
      });
      return { bytes: Buffer.concat(pieces), size };
    },
    volumeFetch: (volume, path, folder, { verify = false, as, overwrite = true, onProgress, ...given } = {}) =>
      request('volumeFetch', answers.fetched, () => ({
        given: { volume, path, folder, verify, as: as ?? null, overwrite },
        ...options(given),
        onItem: item => onProgress?.(checked(answers.fetchProgress, item, 'volumeFetch')),
      })),
    volumes: (given = {}) => request('volumes', answers.volumes, () => options(given, soon)),
    volumeCreate: (volume, version, given = {}) =>
      request('volumeCreate', nothing, () => ({ given: { volume, version }, ...options(given, act) })),
    volumeDelete: (volume, given = {}) => request('volumeDelete', nothing, () => ({ given: { volume }, ...options(given, act) })),
    volumeRemove: (volume, path, given = {}) =>
      request('volumeRemove', nothing, () => ({ given: { volume, path }, ...options(given, large) })),
    volumeUsage: (volume, given = {}) =>
      request('volumeUsage', answers.volumeUsage, () => ({ given: { volume }, ...options(given, large) })),
    volumeUpload: (volume, path, local, { manifest, create, force = false, names, as, onProgress, ...given }) =>
      request('volumeUpload', answers.uploaded, () => ({
        given: { volume, path, local, manifest, create: create ?? null, force, names: names ?? null, as: as ?? null },
        ...options(given),
        onItem: item => onProgress?.(checked(answers.uploadProgress, item, 'volumeUpload')),
      })),
    controlGet: async (dict, run, given = {}) => (await control('get', dict, run, answers.control, given)) ?? undefined,
    controlPut: (dict, run, value, given = {}) => control('put', dict, run, nothing, given, value),
    controlDelete: (dict, run, given = {}) => control('delete', dict, run, nothing, given),
    dictGet: (dict, key, given = {}) => control('get', dict, key, value => value, given),
    dictPut: (dict, key, value, given = {}) => control('put', dict, key, nothing, given, value),
    dictDelete: (dict, given = {}) => request('dictDelete', nothing, () => ({ given: { dict }, ...options(given, act) })),
    secrets: (given = {}) => request('secretList', answers.secrets, () => options(given, soon)),
    secretCheck: (name, keys, given = {}) =>
      request('secretCheck', answers.secretCheck, () => ({ given: { name, keys }, ...options(given, soon) })),
    secretCreate: (name, values, { overwrite = false, ...given } = {}) =>
      request('secretCreate', nothing, () => ({ given: { name, values, overwrite }, ...options(given, act) })),
    secretDelete: (name, given = {}) => request('secretDelete', nothing, () => ({ given: { name }, ...options(given, act) })),
    rates: (given = {}) => request('rates', answers.rates, () => options(given, soon)),
    billingReport: (wanted, given = {}) =>
      request('billingReport', answers.bill, () => ({ given: { ...wanted }, ...options(given, large) })),
    environments: (given = {}) => request('environments', answers.environments, () => options(given, soon)),
    profiles: (given = {}) => request('profiles', answers.profiles, () => options(given, soon)),
    profileFile: (file, given = {}) => request('profileFile', answers.profileFile, () => ({ given: { file }, ...options(given, soon) })),
    profileWorkspaces: (file, given = {}) =>
      request('profileWorkspaces', answers.profileWorkspaces, () => ({ given: { file }, ...options(given, soon) })),
    profileActivate: (file, profile, given = {}) =>
      request('profileActivate', answers.profileChange, () => ({ given: { file, profile }, ...options(given, soon) })),
    reach: (given = {}) => request('reach', nothing, () => options(given, 10)),
    signIn: (target, { onStep, ...given }) =>
      request('signIn', answers.signedIn, () => ({
        given: { ...target },
        ...options(given),
        onItem: item => onStep(checked(answers.signInStep, item, 'signIn')),
      })),
    takeToken: ({ id, secret }, target, { onStep, ...given } = {}) =>
      request('takeToken', answers.signedIn, () => ({
        given: { ...target, id, secret },
        ...options(given, act),
        onItem: item => onStep?.(checked(answers.signInStep, item, 'takeToken')),
      })),
    close,
  };
};

const clean = (given: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));

const checked = <T>(read: Read<T>, value: unknown, what: string): T => {
  try {
    return read(value, what);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof TypeError)) throw error;
    throw new ModalError('BadAnswer', `the answer to ${what} does not fit: ${error.message}`);
  }
};
