/** The helper as a process: started on demand, restarted, ended; unreachable servers; nothing secret in what it says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createModalClient, type ModalClient, ModalError } from '../../../src/modal-client/index.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { plant } from '../../support/planted.ts';
import { until } from '../../support/until.ts';

let folder: string;
let client: ModalClient | undefined;
let variables: ReturnType<typeof clientEnv> | undefined;

beforeAll(async () => {
  await preparedClient();
});

afterEach(async () => {
  await client?.close();
  variables?.restore();
  rmSync(folder, { recursive: true, force: true });
});

/** A client whose profile file says `toml`, with further variables. */
const clientOf = (toml: string | undefined, more: Readonly<Record<string, string>> = {}, idleMs?: number): ModalClient => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-helper-'));
  const file = path.join(folder, 'modal.toml');
  if (toml !== undefined) writeFileSync(file, toml);
  variables = clientEnv({ MODAL_CONFIG_PATH: file, MODAL_SERVER_URL: 'http://127.0.0.1:1', ...more });
  variables.set();
  client = createModalClient(idleMs === undefined ? {} : { idleMs });
  return client;
};

const failureOf = async (asked: Promise<unknown>): Promise<ModalError> => {
  const error = await asked.then(
    value => expect.fail(`answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModalError);
  return error as ModalError;
};

/** Helpers that this process has started and that still run. */
const helpers = (): readonly number[] =>
  execFileSync('ps', ['-ewwo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap(found => (found?.[2] === String(process.pid) && found[3]?.includes('modal/helper') ? [Number(found[1])] : []));

const token = { MODAL_TOKEN_ID: 'ak-somebody', MODAL_TOKEN_SECRET: plant('as-') };

test('many questions that end with one signal are no leak that a person is warned of', async () => {
  const warned: string[] = [];
  const hear = ({ name }: Error) => warned.push(name);
  process.on('warning', hear);
  try {
    const asked = clientOf(undefined, token);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 12 }, () => asked.profiles({ signal })));
    // Node warns in its next turn.
    await new Promise(resolve => setImmediate(resolve));
    expect(warned).toEqual([]);
  } finally {
    process.off('warning', hear);
  }
});

test('a port where nobody answers: unreachable within the deadline, and other requests go on meanwhile', async () => {
  const server = createServer(() => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    const asked = clientOf(undefined, { ...token, MODAL_SERVER_URL: `http://127.0.0.1:${port}` });
    const hello = failureOf(asked.hello({ deadline: 3 }));
    expect(await asked.profiles()).toEqual([]);
    const { kind, failure, exitCode } = await hello;
    expect([kind, exitCode]).toEqual(['unreachable', 1]);
    expect(failure).toMatchObject({ what: 'Modal cannot be reached', kept: 'whatever runs at Modal goes on' });
  } finally {
    server.close();
  }
});

test('one helper for many requests; it ends when idle, and the next request has another', async () => {
  const asked = clientOf('[one]\ntoken_id="ak-x"\ntoken_secret="as-x"\nactive=true\n', {}, 300);
  await Promise.all([asked.profiles(), asked.profiles(), asked.profiles()]);
  expect(helpers().length).toBe(1);
  await until('the idle helper to end', () => helpers().length === 0);
  expect(await asked.profiles()).toEqual([{ name: 'one', active: true, environment: null, token: true }]);
});

test('a helper that is killed is replaced, and the request is answered all the same', async () => {
  const asked = clientOf(undefined, { ...token, MODAL_SERVER_URL: 'http://127.0.0.1:1' });
  await asked.profiles();
  const [first] = helpers();
  const hello = failureOf(asked.hello({ deadline: 4 }));
  process.kill(first as number, 'SIGKILL');
  expect((await hello).kind).toBe('unreachable');
  expect(helpers()).not.toContain(first);
});

test('a closed client rejects what is under way, ends its helper, and can be asked again', async () => {
  const asked = clientOf(undefined, token);
  const log = failureOf(asked.logs('ap-x', { onBatch: () => {} }));
  await asked.profiles();
  await asked.close();
  expect((await log).type).toBe('HelperGone');
  expect(helpers()).toEqual([]);
  expect(await asked.profiles()).toEqual([]);
});

test('a signal drops a request at once', async () => {
  const asked = clientOf(undefined, token);
  const stop = new AbortController();
  const hello = asked.hello({ signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 200);
  await expect(hello).rejects.toThrow('enough');
  await expect(asked.hello({ signal: stop.signal })).rejects.toThrow('enough');
});

test('an error of the caller’s own in the middle of a stream ends that stream only', async () => {
  const asked = clientOf(undefined, token);
  const boom = new Error('boom');
  const end = asked.callEnd('fc-x', {
    onContact: () => {
      throw boom;
    },
  });
  await expect(end).rejects.toBe(boom);
  expect(await asked.profiles()).toEqual([]);
});

test('sign-in that changed is read by the next request', async () => {
  const asked = clientOf('[broken');
  expect((await failureOf(asked.hello({ deadline: 20 }))).failure.what).toBe("Modal's profile file cannot be read");
  writeFileSync(path.join(folder, 'modal.toml'), '[good]\ntoken_id="ak-x"\ntoken_secret="as-x"\nactive=true\n');
  expect((await failureOf(asked.hello({ deadline: 3 }))).kind).toBe('unreachable');
});

test('no token stands in the arguments of the helper', async () => {
  const asked = clientOf(undefined, token);
  await asked.profiles();
  const [pid] = helpers();
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  expect(args).not.toContain('verysecret');
});
