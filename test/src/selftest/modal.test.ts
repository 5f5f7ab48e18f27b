/** The self-test at Modal, with the real client against the stand-in: as it should be, and each assumption broken once. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadPrices } from '../../../src/config/prices.ts';
import { createModalClient } from '../../../src/modal-client/index.ts';
import { type Checked, runChecks } from '../../../src/selftest/check.ts';
import { checksOf, modalChecks } from '../../../src/selftest/modal/checks.ts';
import { mostDollars, planSelftest, type SelftestPlan } from '../../../src/selftest/modal/plan.ts';
import { clearLeftBehind } from '../../../src/selftest/modal/run.ts';
import { createTrial, endTrial, type Trial } from '../../../src/selftest/modal/trial.ts';
import { givenSharedHome } from '../../support/home.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { marker } from '../../support/planted.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';
import { program } from '../cli/program.ts';

let standIn: StandIn;
let variables: ReturnType<typeof clientEnv>;
const shared = givenSharedHome();
const { signal } = new AbortController();
const where = { profile: null, environment: null };

beforeAll(async () => {
  await preparedClient();
  shared.begin();
  standIn = await startStandIn();
  variables = clientEnv(standIn.env);
  variables.set();
});
afterAll(async () => {
  variables.restore();
  await standIn.close();
  shared.end();
});
afterEach(() => standIn.clear());

type App = { readonly app: string; readonly state: string; readonly description: string };
const apps = async () => (await standIn.admin('apps')) as readonly App[];
const running = async () => (await apps()).filter(({ state }) => !['APP_STATE_STOPPED', 'APP_STATE_STOPPING'].includes(state));
const volumes = async () => {
  const client = createModalClient(where);
  try {
    return (await client.volumes()).map(({ name }) => name);
  } finally {
    await client.close();
  }
};
const nothingIsLeft = async () => {
  expect(await running()).toEqual([]);
  expect((await volumes()).filter(name => name.includes('selftest'))).toEqual([]);
};

const newTrial = async (): Promise<Trial> =>
  createTrial(createModalClient(where), where, planSelftest((await loadPrices()).value, mostDollars, false));

const told = (checks: readonly Checked[]) => checks.map(({ name, verdict }) => [name, verdict]);

describe('before anything is there', () => {
  test('without a terminal --yes is needed, and a no starts nothing', async () => {
    const unasked = await program(['selftest', '--target', 'modal']);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('ann-tui selftest --target modal --yes') });
    const refused = await program(['selftest', '--target', 'modal'], { interactive: true, answer: '' });
    expect(refused).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was started.') });
    expect(refused.stdout).toMatch(/about 6m 00s: \$0\.0\d+, an estimate; at most \$0\.1/);
    expect(refused.stdout).toMatch(/a training in miniature on 2 of T4 · 1 core · 4 GiB/);
    const dear = await program(['selftest', '--target', 'modal', '--budget', '1', '--yes']);
    expect(dear).toMatchObject({ code: 2, stderr: expect.stringContaining('0.1 at the most') });
    expect(await apps()).toEqual([]);
  });

  /** Run with all that it needs; what comes before is as it should be. */
  const alone = async (...names: readonly string[]): Promise<readonly Checked[]> => {
    const trial = await newTrial();
    try {
      return await runChecks(modalChecks, trial, { only: names, signal });
    } finally {
      await standIn.clear();
      expect(await endTrial(trial)).toEqual([]);
      await trial.client.close();
    }
  };

  test('volume version: another one is made than was asked for', async () => {
    await standIn.fault('volume_version', {}, {}, null);
    expect(told(await alone('volume version'))).toEqual([['volume version', 'fail']]);
  });

  test('image: a step of it fails', async () => {
    await standIn.fault('image_build', {}, { command: 'pip', exception: 'no such package' }, null);
    expect(told(await alone('image', 'launch'))).toEqual([
      ['volume version', 'ok'],
      ['image', 'fail'],
      ['launch', 'skipped'],
    ]);
  });

  test('launch: the app is refused', async () => {
    await standIn.fault('error', { rpc: 'AppPublish' }, { status: 'FAILED_PRECONDITION', message: 'not now' }, null);
    expect(told(await alone('image', 'launch'))).toEqual([
      ['volume version', 'ok'],
      ['image', 'skipped'],
      ['launch', 'fail'],
    ]);
  });

  test('detached: the app ends with its client', async () => {
    await standIn.fault('detach_ignored', {}, {}, null);
    expect(told(await alone('detached'))).toEqual([
      ['volume version', 'ok'],
      ['launch', 'ok'],
      ['detached', 'fail'],
    ]);
  });
});

test('all of it is as assumed, within the price that was said; nothing is left, and the report names nobody', async () => {
  const before = (await apps()).length;
  const { code, records, stderr, stdout } = await program(['selftest', '--target', 'modal', '--no-training', '--yes', '--json']);
  const checks = records.filter(({ type }) => type === 'check');
  expect(
    checks.filter(({ verdict }) => verdict !== 'ok'),
    stderr,
  ).toEqual([]);
  const plan = records.find(({ type }) => type === 'plan') as unknown as SelftestPlan;
  expect(checks.map(({ name }) => name)).toEqual(checksOf(plan).map(({ name }) => name));
  expect(checks.length).toBe(modalChecks.length - 2);
  expect(code).toBe(0);
  await nothingIsLeft();
  const ours = (await apps()).slice(before).map(({ app }) => app);
  let billed = 0;
  for (const app of ours) billed += Number(((await standIn.admin(`bill?app=${app}`)) as { total: string }).total);
  expect(billed).toBeGreaterThan(0);
  expect(billed).toBeLessThan(plan.most);
  expect(plan.most).toBeLessThanOrEqual(plan.budget);
  const { file, cost } = records.at(-1) as { file: string; cost: { spent: number } };
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('✓ interruption');
  expect(text).toContain(`at most $${plan.most.toFixed(4)}`);
  expect(cost.spent).toBeGreaterThan(0);
  for (const word of [/\bacme\b/, /\bada\b/, /\b(ak|as)-\w{6}/, new RegExp(`${process.env.HOME}/`), new RegExp(marker)])
    expect(text).not.toMatch(word);
  expect(stdout).not.toContain(marker);
});

describe('one app, and each assumption broken in turn', () => {
  let trial: Trial;

  beforeAll(async () => {
    trial = await newTrial();
    const checks = await runChecks(modalChecks, trial, { only: ['volume version', 'image', 'detached', 'app list', 'Dict'], signal });
    expect(checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  });
  afterAll(async () => {
    await standIn.clear();
    await endTrial(trial);
    await trial.client.close();
    await nothingIsLeft();
  });
  beforeEach(() => {
    for (const key of trial.once.keys()) if (key !== 'lead') trial.once.delete(key);
  });

  /** That check alone; what it needs is there. `patience`: seconds for what never comes. */
  const look = async (name: string, patience = 60): Promise<Checked> => {
    const check = modalChecks.find(one => one.name === name);
    if (check === undefined) throw new Error(`there is no check ${name}`);
    trial.patience = patience;
    const [checked] = await runChecks([{ ...check, needs: [] }], trial, { signal });
    trial.patience = 60;
    return checked as Checked;
  };

  type Broken = {
    readonly name: string;
    readonly kind: string;
    readonly match?: object;
    readonly options?: object;
    /** Seconds. */
    readonly patience?: number;
    readonly verdict?: Checked['verdict'];
    readonly found: RegExp;
  };

  const broken: readonly Broken[] = [
    {
      name: 'rates',
      kind: 'error',
      match: { rpc: 'WorkspaceBillingRates' },
      options: { status: 'UNIMPLEMENTED', message: 'no rates' },
      found: /no rates/,
    },
    { name: 'app list', kind: 'app_unlisted', patience: 2, found: /not in the list/ },
    { name: 'Dict', kind: 'dict_lost', patience: 3, found: /has not answered within 3 s/ },
    { name: 'container times', kind: 'times_missing', patience: 2, found: /no start in the list/ },
    { name: 'call', kind: 'outcome_lost', match: { function: 'probe' }, found: /no longer keeps the outcome/ },
    {
      name: 'container end',
      kind: 'slow_exit',
      match: { function: 'probe' },
      options: { seconds: 600 },
      patience: 3,
      found: /no end 3 s after/,
    },
    {
      name: 'volume commit',
      kind: 'volume_commit',
      options: { message: 'not today' },
      found: /refused with no file open: .*not today/,
    },
    {
      name: 'volume commit',
      kind: 'commit_reload',
      verdict: 'ok',
      found: /with a file open: .*there are open files/,
    },
    { name: 'volume reload', kind: 'volume_stale', found: /not there/ },
    {
      name: 'volume upload',
      kind: 'error',
      match: { rpc: 'VolumePutFiles2' },
      options: { status: 'RESOURCE_EXHAUSTED', message: 'no room for it' },
      found: /no room for it/,
    },
    {
      name: 'function timeout',
      kind: 'function_timeout',
      match: { function: 'hang' },
      options: { seconds: 600 },
      patience: 3,
      found: /it still ran \d+ s after/,
    },
    {
      name: 'call of a call',
      kind: 'children_end',
      match: { function: 'probe' },
      found: /(ended with the one that had asked for it|did not begin): .*cancelled/,
    },
    { name: 'only one', kind: 'dict_overwrites', found: /20 of 20 were made by both/ },
    { name: 'volume, taken up', kind: 'volume_old', verdict: 'ok', found: /seen after it was asked for, not from its start/ },
    { name: 'interruption', kind: 'stop_kills', match: { function: 'probe' }, found: /ended without a word/ },
    {
      name: 'budget',
      kind: 'slow_exit',
      match: { function: 'probe' },
      options: { seconds: 14 },
      found: /more was billed: its budget was 13 s/,
    },
    { name: 'own C++', kind: 'container_env', options: { CXX: '/no/such' }, found: /compile-error: .*compiler/ },
    {
      name: 'sizes',
      kind: 'function_refused',
      match: { function: 'most' },
      options: { message: 'at most 32 cores' },
      found: /at most 32 cores/,
    },
    {
      name: 'bill',
      kind: 'error',
      match: { rpc: 'WorkspaceBillingReport' },
      options: { status: 'NOT_FOUND', message: 'no report' },
      found: /no report/,
    },
    { name: 'log as it comes', kind: 'logs_slow', options: { seconds: 5, items: 1 }, patience: 2, found: /lines were seen after 2 s/ },
    { name: 'stop', kind: 'stop_ignored', patience: 2, found: /the app is detached and \d+ containers? run/ },
  ];

  test.each(broken)('$name: $kind', async ({ name, kind, match, options, patience, verdict = 'fail', found }) => {
    await standIn.fault(kind, match, options, null);
    expect(await look(name, patience)).toMatchObject({ name, verdict, found: expect.stringMatching(found) });
  });

  test('limits of the account: nothing is left to spend', async () => {
    await standIn.admin('environments/acme/main', { cycle_budget_dollars: 0 });
    expect(await look('limits of the account')).toMatchObject({ verdict: 'fail', found: expect.stringMatching(/limit is reached/) });
    await standIn.admin('environments/acme/main', { cycle_budget_dollars: null });
  });

  test('bill: a plan without a report is no fault', async () => {
    await standIn.admin('workspaces/acme', { plan: 'starter' });
    expect(await look('bill')).toMatchObject({ verdict: 'warn', found: expect.stringMatching(/cannot be had here/) });
    await standIn.admin('workspaces/acme', { plan: 'team' });
  });

  test('clocks at Modal: its clock is ahead; leading container and the log afterwards; what cannot be removed', async () => {
    expect((await look('log as it comes')).verdict).toBe('ok');
    await standIn.admin('time', { seconds: 100 });
    expect(await look('clocks at Modal')).toMatchObject({ verdict: 'warn', found: expect.stringMatching(/Modal's clock is 10\d\.\d s/) });
    const containers = (await standIn.admin('containers')) as readonly { container: string; function: string; alive: boolean }[];
    const lead = containers.find(one => one.function === 'lead' && one.alive);
    await standIn.admin(`containers/${lead?.container}/kill`, {});
    expect(await look('leading container', 10)).toMatchObject({ verdict: 'fail', found: expect.stringMatching(/has ended/) });
    expect((await look('stop')).verdict).toBe('ok');
    await standIn.fault('logs_dropped', {}, { entries: 3 }, null);
    expect(await look('log afterwards')).toMatchObject({ verdict: 'fail', found: expect.stringMatching(/lines are missing/) });
    await standIn.clear();
    expect((await look('log afterwards')).verdict).toBe('ok');
    await standIn.fault('error', { rpc: 'VolumeDelete' }, { status: 'PERMISSION_DENIED', message: 'it is locked' }, null);
    const left = await look('clean-up');
    expect(left).toMatchObject({ verdict: 'fail', found: expect.stringMatching(/it is locked.*ann-tui volumes delete ann-tui-selftest-/) });
    await standIn.clear();
    expect((await look('clean-up')).verdict).toBe('ok');
  });
});

test('ctrl-c: the app is stopped, volume and Dict are removed, and it is said', async () => {
  const { code, stdout, stderr } = await program(['selftest', '--target', 'modal', '--no-training', '--yes'], { interruptOn: 'app list' });
  expect(code).toBe(130);
  expect(stderr).toContain('Cut short; what it had at Modal is removed, nothing runs there.');
  expect(readFileSync(/no secrets are in it\): (.*)/.exec(stdout)?.[1] ?? '', 'utf8')).toContain('cut short');
  await nothingIsLeft();
});

test('what a self-test that was killed has left is removed by the next one', async () => {
  const trial = await newTrial();
  await runChecks(modalChecks, trial, { only: ['volume version'], signal });
  await trial.client.close();
  expect(await volumes()).toContain(trial.names.volume);
  expect(await clearLeftBehind()).toEqual({ run: trial.names.run, problems: [] });
  expect(await clearLeftBehind()).toBeUndefined();
  await nothingIsLeft();
});
