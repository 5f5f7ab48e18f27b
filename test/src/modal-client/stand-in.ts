/** Modal's stand-in and the private client for these tests: real processes, real connections. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../src/paths.ts';
import { type ModalClientStatus, modalClientStatus } from '../../../src/setup/modal-client.ts';
import { searchFolder } from '../../support/leaks.ts';

/** `npm test` installs Modal's client there. */
const preparedHome = process.env.ANN_TUI_TEST_HOME ?? path.join(packageRoot, '.dev/home');

export const usePreparedHome = (): void => {
  process.env.ANN_TUI_HOME = preparedHome;
};

export const preparedClient = async (): Promise<Extract<ModalClientStatus, { ready: true }>> => {
  usePreparedHome();
  const status = await modalClientStatus();
  if (!status.ready) throw new Error(`Modal's client is not in ${preparedHome}: ${status.why}. npm test prepares it.`);
  return status;
};

export type StandIn = {
  readonly url: string;
  /** What makes a client talk to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The tests' own door. */
  admin(path: string, body?: unknown): Promise<unknown>;
  fault(kind: string, match?: object, options?: object, times?: number | null): Promise<void>;
  clear(): Promise<void>;
  stop(): Promise<void>;
};

/** Variables that a test sets for the client, with a home that has no profile file. */
export const clientEnv = (more: Readonly<Record<string, string>>): { set(): void; restore(): void } => {
  const names = Object.keys(process.env).filter(name => name.startsWith('MODAL_'));
  const before = { ...process.env };
  return {
    set: () => {
      for (const name of names) delete process.env[name];
      Object.assign(process.env, more);
    },
    restore: () => {
      for (const name of Object.keys(more)) delete process.env[name];
      Object.assign(process.env, before);
    },
  };
};

export const startStandIn = async (): Promise<StandIn> => {
  const { python } = await preparedClient();
  const child: ChildProcess = spawn(python, [path.join(packageRoot, 'test/modal-stand-in')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The stand-in left with ${code}`)));
  died.catch(() => {});
  const [line] = (await Promise.race([once(lines, 'line'), died])) as [string];
  const { url, admin, root, token_id, token_secret } = JSON.parse(line) as Record<string, string>;
  const home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-modal-home-'));
  const ask = async (where: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<unknown> => {
    const answer = await fetch(`${admin}${where}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${where}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  return {
    url: url ?? '',
    env: {
      MODAL_SERVER_URL: url ?? '',
      MODAL_TOKEN_ID: token_id ?? '',
      MODAL_TOKEN_SECRET: token_secret ?? '',
      MODAL_CONFIG_PATH: path.join(home, 'modal.toml'),
    },
    admin: ask,
    fault: async (kind, match = {}, options = {}, times = 1) => {
      await ask('/faults', { kind, match, options, times });
    },
    clear: async () => {
      await ask('/faults', undefined, 'DELETE');
    },
    stop: async () => {
      searchFolder(root ?? '');
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(home, { recursive: true, force: true });
    },
  };
};

/** Asks until there is an answer; `seconds` is for a busy machine. */
export const until = async <T>(question: () => Promise<T | undefined> | T | undefined, what: string, seconds = 200): Promise<T> => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s for: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
};
