/** The client against a control plane that only tests know not to be Modal. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModalClient, ModalError, runModal } from '../../../src/modal-client/index.ts';
import type { Contact, LogBatch, ModalClient } from '../../../src/modal-client/types.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';
import { until } from '../../support/until.ts';

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

afterAll(async () => {
  await client?.close();
  variables?.restore();
  await standIn?.close();
});

const app = path.join(import.meta.dirname, 'fixtures/app.py');

type Launched = { readonly app: string; readonly call: string };

/** Launches as a run is launched: detached, by the real program. */
const launch = async (what: string, count = 0): Promise<Launched> => {
  const { code, stdout, stderr } = await runModal(['run', '--detach', app, '--what', what, '--count', String(count)], { seconds: 120 });
  const line = stdout.split('\n').find(one => one.startsWith('{"ann_tui"'));
  if (code !== 0 || line === undefined) throw new Error(`modal run left with ${code}: ${stdout}\n${stderr}`);
  return JSON.parse(line) as Launched;
};

const stdoutOf = (batches: readonly LogBatch[]): string =>
  batches.flatMap(({ pieces }) => pieces.filter(({ fd }) => fd === 'stdout').map(({ text }) => text)).join('');

const follow = (id: string, options: { from?: string; onContact?: (contact: Contact) => void } = {}) => {
  const batches: LogBatch[] = [];
  const stop = new AbortController();
  const done = client.logs(id, { ...options, onBatch: batch => void batches.push(batch), signal: stop.signal });
  done.catch(() => {});
  return { batches, done, stop: () => stop.abort(new Error('enough')) };
};

const expectedLines = (count: number): string => Array.from({ length: count }, (_, number) => `line ${number} äöü\n`).join('');

describe('a call', () => {
  test('that returns, and its app', async () => {
    const { app: id, call } = await launch('nothing');
    expect(await client.callEnd(call)).toMatchObject({ state: 'done', value: { code: 0, failure: null }, at: expect.any(Number) });
    expect(await client.call(call)).toMatchObject({ state: 'done' });
    expect((await client.apps()).find(one => one.id === id)).toMatchObject({ name: 'fixture', created: expect.any(Number) });
    await client.stopApp(id);
    await until('the app to stop', async () => (await client.appState(id)).state === 'stopped');
    await client.stopApp(id);
    expect(await client.appState(id)).toMatchObject({ id, state: 'stopped', stopped: expect.any(Number) });
  });

  test('that raises is told with its own type and words', async () => {
    const { call } = await launch('raise');
    const state = await client.callEnd(call);
    expect(state).toMatchObject({ state: 'failed', error: { type: 'ValueError', status: 'failure' } });
    expect(state.state === 'failed' && state.error.text).toContain('the vectors are crooked');
  });

  test('that returns much, and one that returns no plain value', async () => {
    const [large, odd] = [await launch('large', 3_000_000), await launch('unplain')];
    const state = await client.callEnd(large.call);
    expect(state.state === 'done' && (state.value as { text: string }).text.length).toBe(3_000_000);
    expect(await client.callEnd(odd.call)).toMatchObject({ state: 'unknown', why: expect.stringContaining('cannot be read') });
  });

  test('that is cancelled while it runs; its container meanwhile', async () => {
    const { app: id, call } = await launch('wait', 50);
    expect(await client.call(call)).toEqual({ state: 'running' });
    const [container] = await until('a container that runs', async () => {
      const found = await client.containers(id);
      return found[0]?.started ? found : undefined;
    });
    const task = container?.task ?? '';
    expect(await client.taskInfo(task)).toMatchObject({
      task,
      app: id,
      started: expect.any(Number),
      finished: null,
      gpu: null,
      result: null,
    });
    await client.cancelCall(call, { terminate: true });
    const state = await client.callEnd(call);
    expect(state).toMatchObject({ state: 'failed', error: { type: 'Cancelled', status: 'terminated' } });
    await client.stopApp(id);
    await until('the container to end', async () => (await client.taskInfo(task))?.finished ?? undefined);
    expect(await client.containers(id)).toEqual([]);
  });
});

describe('a log', () => {
  test('is whole, with its streams apart, and ends with the app', async () => {
    const { app: id, call } = await launch('print', 3000);
    const log = follow(id);
    await client.callEnd(call);
    await client.stopApp(id);
    await log.done;
    expect(stdoutOf(log.batches)).toBe(expectedLines(3000));
    expect(log.batches.flatMap(({ pieces }) => pieces).find(({ fd }) => fd === 'stderr')).toMatchObject({
      text: expect.stringContaining('an error'),
      call,
    });
    // From any place on it goes on exactly there.
    const middle = log.batches.findIndex(({ entry }) => entry !== '');
    const rest = follow(id, { from: log.batches[middle]?.entry ?? '' });
    await rest.done;
    expect(stdoutOf(log.batches.slice(0, middle + 1)) + stdoutOf(rest.batches)).toBe(expectedLines(3000));
  });

  test('goes on where it was after an outage, and says so', async () => {
    const { app: id, call } = await launch('wait', 8);
    const words: Contact[] = [];
    const log = follow(id, { onContact: contact => void words.push(contact) });
    await until('the first line', () => stdoutOf(log.batches).includes('waiting'));
    await standIn.admin('outage', { seconds: 4 });
    await until('the loss', () => words.find(({ contact }) => contact === 'lost'));
    await until('the return', () => words.find(({ contact }) => contact === 'back'));
    expect(await client.callEnd(call)).toMatchObject({ state: 'done' });
    await client.stopApp(id);
    await log.done;
    expect(stdoutOf(log.batches)).toBe('waiting\n');
    expect(words.map(({ contact }) => contact)).toEqual(['lost', 'back']);
  });

  test('that floods does not hold up answers; a stopped one is silent', async () => {
    const { app: id, call } = await launch('print', 100_000);
    await client.callEnd(call);
    const stop = new AbortController();
    let batches = 0;
    const log = client.logs(id, {
      onBatch: () => {
        batches += 1;
        // A reader that is slow.
        const until_ = performance.now() + 5;
        while (performance.now() < until_);
      },
      signal: stop.signal,
    });
    await until('the first batch', () => batches > 0);
    const started = performance.now();
    await client.profiles();
    expect(performance.now() - started).toBeLessThan(10_000);
    stop.abort(new Error('enough'));
    await expect(log).rejects.toThrow('enough');
    const told = batches;
    await client.profiles();
    expect(batches).toBe(told);
    await client.stopApp(id);
  });
});

describe('a volume', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-fetch-'));
    const { app: id, call } = await launch('write', 20_000);
    expect(await client.callEnd(call)).toMatchObject({ state: 'done' });
    await client.stopApp(id);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const log = Array.from({ length: 20_000 }, (_, number) => `line ${number}\n`).join('');

  test('lists', async () => {
    const entries = await client.volumeList('ann-results', '/runs/r1', { recursive: true });
    expect(entries.find(({ path: at }) => at === 'runs/r1/log')).toMatchObject({
      type: 'file',
      bytes: log.length,
      modified: expect.any(Number),
    });
    expect(entries.find(({ path: at }) => at === 'runs/r1/parts')).toMatchObject({ type: 'folder' });
  });

  test('reads a file, or a stretch of it', async () => {
    const whole = await client.volumeRead('ann-results', '/runs/r1/log');
    expect([whole.bytes.toString(), whole.size]).toEqual([log, log.length]);
    const read = async (offset: number, length?: number) =>
      (await client.volumeRead('ann-results', 'runs/r1/log', { offset, ...(length === undefined ? {} : { length }) })).bytes.toString();
    expect(await read(1000, 500)).toBe(log.slice(1000, 1500));
    expect(await read(log.length - 10)).toBe(log.slice(-10));
    expect(await read(log.length)).toBe('');
    expect(await read(log.length + 10)).toBe('');
    const { bytes } = await client.volumeRead('ann-results', 'runs/r1/parts/big', { offset: 8 * 1024 * 1024 - 3, length: 6 });
    expect([...bytes]).toEqual([253, 254, 255, 0, 1, 2]);
    expect((await client.volumeRead('ann-results', 'runs/r1/parts/empty')).bytes.length).toBe(0);
  });

  test('is fetched: whole files, and only what is not here', async () => {
    const progress: number[] = [];
    const first = await client.volumeFetch('ann-results', 'runs/r1', folder, { onProgress: ({ bytes }) => void progress.push(bytes.done) });
    expect(first).toEqual({ files: 3, kept: 0, bytes: log.length + 20_480_000 + 0 });
    expect(progress.at(-1)).toBe(first.bytes);
    expect(readFileSync(path.join(folder, 'log'), 'utf8')).toBe(log);
    expect(statSync(path.join(folder, 'parts/big')).size).toBe(20_480_000);
    expect(readdirSync(path.join(folder, 'parts')).toSorted()).toEqual(['big', 'empty']);
    expect(await client.volumeFetch('ann-results', 'runs/r1', folder)).toEqual({ files: 3, kept: 3, bytes: 0 });
    // Changed here: of another time.
    writeFileSync(path.join(folder, 'log'), log.replace('line 7\n', 'line 9\n'));
    utimesSync(path.join(folder, 'log'), 1, 1);
    expect(await client.volumeFetch('ann-results', 'runs/r1', folder)).toMatchObject({ kept: 2 });
    expect(readFileSync(path.join(folder, 'log'), 'utf8')).toBe(log);
    expect(await client.volumeFetch('ann-results', 'runs/r1/log', folder, { verify: true })).toEqual({
      files: 1,
      kept: 0,
      bytes: log.length,
    });
  });

  test('that is not there, and a path that is not there', async () => {
    for (const asked of [
      client.volumeList('no-such', '/'),
      client.volumeRead('ann-results', 'runs/nobody/log'),
      client.volumeFetch('ann-results', 'runs/nobody', folder),
    ]) {
      const error = await asked.then(
        value => expect.fail(`answered ${JSON.stringify(value)}`),
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ModalError);
      expect((error as ModalError).kind).toBe('not-found');
    }
    await expect(client.volumeRead('no-such', 'x')).rejects.toMatchObject({ failure: { what: 'There is no volume no-such' } });
  });
});

test('the word for a run is put, read and taken away', async () => {
  expect(await client.controlGet('ann-tui-control', 'r1')).toBeUndefined();
  await client.controlPut('ann-tui-control', 'r1', { stop: 'asked', budget: 1.5 });
  expect(await client.controlGet('ann-tui-control', 'r1')).toEqual({ stop: 'asked', budget: 1.5 });
  await client.controlDelete('ann-tui-control', 'r1');
  await client.controlDelete('ann-tui-control', 'r1');
  expect(await client.controlGet('ann-tui-control', 'r1')).toBeUndefined();
});

test('the bill is asked for; a plan without a report is refused in words', async () => {
  const day = 86_400_000;
  const from = Math.floor(Date.now() / day) * day;
  expect(await client.billingReport({ from, until: from + day, resolution: 'day' })).toEqual(expect.any(Array));
  await standIn.admin('workspaces/acme', { plan: 'starter' });
  try {
    const refused = client.billingReport({ from, until: from + day, resolution: 'hour' });
    await expect(refused).rejects.toMatchObject({ type: 'PermissionDeniedError', failure: { why: expect.stringContaining('Team') } });
  } finally {
    await standIn.admin('workspaces/acme', { plan: 'team' });
  }
});

test('the account: who, where, at which rates', async () => {
  expect(await client.hello()).toMatchObject({ version: '1.6.4', server: standIn.url, workspace: 'acme', tokenFrom: 'environment' });
  expect(await client.profiles()).toEqual([]);
  expect(await client.rates()).toMatchObject({ cpu_hour_cost: 0.0473 });
  expect(await client.environments()).toMatchObject([{ name: 'main', default: true }]);
});
