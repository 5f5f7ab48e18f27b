/** What goes wrong at Modal, provoked: the client's kind, words and exit code for each. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  createModalClient,
  explainModal,
  type ModalClient,
  ModalError,
  type ModalKind,
  runModal,
} from '../../../src/modal-client/index.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';

let standIn: StandIn;
let client: ModalClient;
let variables: ReturnType<typeof clientEnv>;

beforeAll(async () => {
  await preparedClient();
  standIn = await startStandIn();
  variables = clientEnv(standIn.env);
  variables.set();
  client = createModalClient();
});
afterEach(() => standIn.clear());
afterAll(async () => {
  await client?.close();
  variables?.restore();
  await standIn?.close();
});

const app = path.join(import.meta.dirname, 'fixtures/app.py');
const run = (what: string) => runModal(['run', '--detach', app, '--what', what], { seconds: 120 });

const failureOf = async (asked: Promise<unknown>): Promise<ModalError> => {
  const error = await asked.then(
    value => expect.fail(`answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModalError);
  return error as ModalError;
};

test.each<readonly [string, string, ModalKind, number, string]>([
  ['a token that is not known', 'bad_token', 'auth', 3, 'Modal did not accept the token'],
  ['a token that has expired', 'expired_token', 'auth', 3, 'The Modal token has expired'],
])('%s, asked by helper and by program', async (_name, fault, kind, exitCode, what) => {
  await standIn.fault(fault, {}, {}, null);
  const asked = await failureOf(client.apps());
  expect([asked.kind, asked.exitCode, asked.failure.what]).toEqual([kind, exitCode, what]);
  const { code, stdout, stderr } = await run('nothing');
  expect(code).toBe(1);
  expect(explainModal('', `${stdout}\n${stderr}`)).toMatchObject({ kind, exitCode, failure: { what } });
  // Signed in anew, the same client goes on.
  await standIn.clear();
  expect(await client.apps()).toEqual(expect.any(Array));
});

test('the spend limit refuses a launch', async () => {
  await standIn.fault('spend_limit', {}, {}, null);
  const { code, stdout, stderr } = await run('nothing');
  expect(code).toBe(1);
  expect(explainModal('', `${stdout}\n${stderr}`)).toMatchObject({ kind: 'spend-limit', exitCode: 3 });
});

test('an answer that is late is unreachable, not wrong; the next one is right', async () => {
  await standIn.fault('delay', { rpc: 'AppList' }, { seconds: 30 });
  const late = await failureOf(client.apps({ deadline: 1 }));
  expect([late.kind, late.type]).toEqual(['unreachable', 'DeadlineExceeded']);
  expect(await client.apps()).toEqual(expect.any(Array));
});

test('while the server is gone every question says so, and afterwards all is well', async () => {
  await client.apps();
  await standIn.admin('outage', { seconds: 8 });
  expect((await failureOf(client.apps({ deadline: 4 }))).kind).toBe('unreachable');
  expect((await failureOf(client.call('fc-1', { deadline: 2 }))).kind).toBe('unreachable');
  for (let tries = 0; ; tries++) {
    const answer = await client.apps({ deadline: 4 }).catch((error: unknown) => error);
    if (Array.isArray(answer)) break;
    expect(answer).toMatchObject({ kind: 'unreachable' });
    expect(tries).toBeLessThan(20);
  }
});

test('a single refused request, in the words of its status', async () => {
  const { kind, failure } = await (async () => {
    await standIn.fault('error', { rpc: 'TaskList' }, { status: 'PERMISSION_DENIED', message: 'not yours' });
    return await failureOf(client.containers());
  })();
  expect([kind, failure.what]).toEqual(['auth', 'Modal does not allow this to you']);
  expect(failure.why).toMatch(/^not yours; the owner of the workspace can allow it/);
});

test('no token ever stands in an error', async () => {
  const secret = standIn.env.MODAL_TOKEN_SECRET ?? '';
  await standIn.fault('error', { rpc: 'TaskList' }, { status: 'INVALID_ARGUMENT', message: `wrong: ${secret}` });
  expect(JSON.stringify((await failureOf(client.containers())).failure)).not.toContain(secret);
});

/** Launches, waits for the end of the call, and explains it. */
const endOf = async (what: string) => {
  const { stdout, stderr } = await run(what);
  const line = stdout.split('\n').find(one => one.startsWith('{"ann_tui"'));
  if (line === undefined) throw new Error(`${stdout}\n${stderr}`);
  const { app: id, call } = JSON.parse(line) as { app: string; call: string };
  const state = await client.callEnd(call);
  await client.stopApp(id);
  if (state.state !== 'failed') throw new Error(`the call ended as ${JSON.stringify(state)}`);
  return { error: state.error, explained: explainModal(state.error.type, state.error.text) };
};

test.each<readonly [string, string, object, string, ModalKind, string]>([
  ['its timeout', 'function_timeout', { seconds: 1 }, 'wait', 'timeout', 'The time limit is reached'],
  ['its memory', 'oom', { after: 0.5 }, 'wait', 'oom', 'The container ran out of memory'],
])('a call that exceeds %s', async (_name, fault, options, what, kind, words) => {
  await standIn.fault(fault, { function: 'work' }, options, null);
  const { explained } = await endOf(what);
  expect(explained).toMatchObject({ kind, exitCode: 1, failure: { what: words, kept: 'what is finished is on the results volume' } });
});

test('an image that does not build: its command to read the log, and the log itself', async () => {
  await standIn.fault('image_build', {}, { log: 'No matching distribution found\n', exception: 'exit status 1' }, null);
  const { code, stdout, stderr } = await runModal(['run', '--detach', app, '--what', 'build'], {
    seconds: 120,
    env: { TEST_STEP: 'never built before' },
  });
  expect(code).toBe(1);
  const { kind, failure } = explainModal('', `${stdout}\n${stderr}`);
  expect([kind, failure.what]).toEqual(['build', 'The image could not be built']);
  const image = /image logs (im-\w+)/.exec(failure.hint ?? '')?.[1] ?? '';
  const log: string[] = [];
  const end = await failureOf(client.imageLogs(image, { onText: text => void log.push(text) }));
  expect(end.kind).toBe('build');
  expect(log.join('')).toContain('No matching distribution found');
});
