/** Modal's control plane on this machine, as a process of its own: what the real client is pointed at in tests. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/util/paths.ts';
import { searchFolder } from './leaks.ts';

/** The prepared home of the tests; `npm test` makes it. */
export const testHome = (): string => process.env.ANN_TUI_TEST_HOME ?? path.join(packageRoot, '.dev/home');

/** The prepared Python environments, for a home of a test's own. */
export const linkPython = (home: string): void => {
  mkdirSync(path.join(home, 'data'), { recursive: true });
  symlinkSync(path.join(testHome(), 'data/python'), path.join(home, 'data/python'));
};

export const pythonBelow = (prefix: string): string => {
  const folder = path.join(testHome(), 'data', 'python');
  // The newest: those of earlier sources may still be there.
  const made = (name: string): number => statSync(path.join(folder, name)).mtimeMs;
  const name = readdirSync(folder)
    .filter(entry => entry.startsWith(prefix))
    .toSorted((a, b) => made(b) - made(a))[0];
  if (name === undefined) throw new Error(`${folder} has no ${prefix}…: run \`npm test\` once`);
  return path.join(folder, name, 'bin', 'python');
};

/** Python with Modal's client. */
export const modalPython = (): string => pythonBelow('modal-');
/** Python with the benchmark harness. */
export const harnessPython = (): string => pythonBelow('py');

export type StandIn = {
  readonly url: string;
  /** For the environment of whatever is to talk to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly root: string;
  /** Asks the door that Modal does not have. */
  readonly admin: (what: string, body?: object, method?: string) => Promise<unknown>;
  /** From now on `times` calls that match go wrong; null: all of them. */
  readonly fault: (kind: string, match?: object, options?: object, times?: number | null) => Promise<void>;
  /** No more faults. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Hello = {
  readonly url: string;
  readonly admin: string;
  readonly root: string;
  readonly token_id: string;
  readonly token_secret: string;
};

/** `env`: more variables of its own process, which neither clients nor containers have. */
export const startStandIn = async (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<StandIn> => {
  const home = mkdtempSync(path.join(tmpdir(), 'ann-tui-modal-'));
  const folder = path.join(packageRoot, 'test', 'modal-stand-in');
  const child = spawn(modalPython(), [folder, '--container-python', harnessPython(), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const lines = createInterface({ input: child.stdout });
  const hello = await new Promise<Hello>((resolve, reject) => {
    lines.once('line', line => resolve(JSON.parse(line) as Hello));
    child.once('exit', code => reject(new Error(`the stand-in left with code ${code}`)));
    child.once('error', reject);
  });
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const admin: StandIn['admin'] = async (what, body, method) => {
    const answer = await fetch(`${hello.admin}/${what}`, {
      ...(method === undefined ? {} : { method }),
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  return {
    url: hello.url,
    env: {
      MODAL_SERVER_URL: hello.url,
      MODAL_TOKEN_ID: hello.token_id,
      MODAL_TOKEN_SECRET: hello.token_secret,
      MODAL_CONFIG_PATH: path.join(home, 'modal.toml'),
    },
    root: hello.root,
    admin,
    fault: async (kind, match = {}, options = {}, times = 1) => {
      await admin('faults', { kind, match, options, times });
    },
    clear: async () => {
      await admin('faults', undefined, 'DELETE');
    },
    close: async () => {
      // Volumes, with the logs of containers: it removes them itself.
      searchFolder(hello.root);
      child.stdin.end();
      child.kill('SIGTERM');
      await gone;
      rmSync(home, { recursive: true, force: true });
    },
  };
};
