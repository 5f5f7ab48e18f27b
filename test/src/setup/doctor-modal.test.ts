/** Doctor about Modal, with the real client against the stand-in: each check is broken once and mended once. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/setup/check-result.ts';
import { modalChecks } from '../../../src/setup/doctor-modal.ts';
import { mendClient, mendModal } from '../../../src/setup/mend-modal.ts';
import { givenHome } from '../../support/home.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { linkPython, type StandIn, startStandIn } from '../../support/stand-in.ts';

let standIn: StandIn;
let variables: ReturnType<typeof clientEnv>;
const home = givenHome();
let file: string;
const { signal } = new AbortController();

beforeAll(async () => {
  await preparedClient();
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

type NewToken = { readonly token_id: string; readonly token_secret: string };

const writeProfile = async (order: object = {}, more = ''): Promise<NewToken> => {
  const token = (await standIn.admin('tokens', order)) as NewToken;
  const text = `[acme]\ntoken_id = "${token.token_id}"\ntoken_secret = "${token.token_secret}"\nactive = true\n${more}`;
  writeFileSync(file, text, { mode: 0o600 });
  return token;
};

beforeEach(async () => {
  linkPython(home());
  file = path.join(home(), 'modal.toml');
  variables = clientEnv({ MODAL_SERVER_URL: standIn.url, MODAL_CONFIG_PATH: file });
  variables.set();
  await writeProfile();
});
afterEach(async () => {
  for (const name of ['MODAL_TOKEN_ID', 'MODAL_TOKEN_SECRET', 'MODAL_ENVIRONMENT']) delete process.env[name];
  variables.restore();
  await standIn.clear();
});

const look = async (): Promise<ReadonlyMap<string, CheckResult>> =>
  new Map((await modalChecks(process.env)).map(check => [check.name, check]));
const of = async (name: string): Promise<CheckResult | undefined> => (await look()).get(name);

test('missing volumes are told with their command, and made by --fix; everything else is in order', async () => {
  const before = await look();
  const bad = [...before.values()].filter(({ verdict }) => verdict !== 'ok');
  expect(bad.map(({ name, fix }) => [name, fix])).toEqual([
    ['Modal datasets', 'ann-tui volumes create ann-datasets'],
    ['Modal results', 'ann-tui volumes create ann-results'],
  ]);
  expect([...before.keys()]).toEqual([
    'Modal client',
    'Modal profiles',
    'Modal file mode',
    'Modal reachable',
    'Modal sign-in',
    'Modal token',
    'Modal environment',
    'Modal budget',
    'Modal datasets',
    'Modal results',
    'Modal self-test',
  ]);
  expect(before.get('Modal client')?.found).toMatch(/^1\.6\.\d+, our own \(1\.5\.4 or newer, below 1\.7 will do\)/);
  expect(before.get('Modal sign-in')?.found).toBe('acme as ada, profile acme');
  expect(before.get('Modal budget')?.found).toBe('$1,000.00 of $1,000.00 left; 0 of 1,000 containers, 0 of 50 GPUs in use');
  const said: string[] = [];
  await mendModal([...before.values()], signal, text => said.push(text));
  expect(said).toEqual(['Made the volume ann-datasets', 'Made the volume ann-results']);
  const after = await look();
  expect([...after.values()].filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(after.get('Modal datasets')?.found).toBe('the volume ann-datasets, version 2');
  // What no run could mount is not in order.
  await standIn.admin('volumes/version', { volume: 'ann-results', version: 3 });
  expect(await of('Modal results')).toMatchObject({ verdict: 'warn', found: expect.stringMatching(/is of version 3: versions 1 and 2/) });
  await standIn.admin('volumes/version', { volume: 'ann-results', version: 2 });
});

test('nobody is signed in, and the token that mends it', async () => {
  writeFileSync(file, '', { mode: 0o600 });
  const checks = await look();
  expect(checks.get('Modal sign-in')).toMatchObject({
    verdict: 'warn',
    found: expect.stringContaining('Nobody is signed in'),
    fix: 'ann-tui auth',
  });
  expect(checks.get('Modal reachable')?.verdict).toBe('ok');
  await writeProfile();
  expect((await of('Modal sign-in'))?.verdict).toBe('ok');
});

test('a token near its end, one behind it, and a new one', async () => {
  const { token_id } = await writeProfile({ lifetime: 2.5 * 86_400 });
  expect(await of('Modal token')).toMatchObject({ verdict: 'warn', found: 'its token runs out in 2 days', fix: 'ann-tui auth --new' });
  await standIn.admin(`tokens/${token_id}`, { lifetime: -1 });
  expect(await of('Modal sign-in')).toMatchObject({ verdict: 'warn', found: expect.stringContaining('expired'), fix: 'ann-tui auth' });
  await writeProfile();
  expect(await of('Modal token')).toMatchObject({ verdict: 'ok', found: 'it has no end' });
});

test('a file that others may read is mended by --fix', async () => {
  chmodSync(file, 0o644);
  const checks = await look();
  expect(checks.get('Modal file mode')).toMatchObject({
    verdict: 'warn',
    found: expect.stringContaining('0644'),
    fix: expect.stringContaining('chmod 600'),
  });
  await mendModal(
    [...checks.values()].filter(({ name }) => name === 'Modal file mode'),
    signal,
    () => {},
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await of('Modal file mode'))?.verdict).toBe('ok');
});

test('a broken file: its line; never changed by --fix', async () => {
  const good = readFileSync(file, 'utf8');
  const broken = good.replace('active = true', 'active = maybe');
  writeFileSync(file, broken);
  const checks = await look();
  expect(checks.get('Modal profiles')).toMatchObject({
    verdict: 'warn',
    found: expect.stringMatching(/line 4 cannot be read/),
    fix: expect.stringContaining('+4'),
  });
  await mendModal([...checks.values()], signal, () => {});
  expect(readFileSync(file, 'utf8')).toBe(broken);
  writeFileSync(file, good);
  expect((await of('Modal profiles'))?.verdict).toBe('ok');
});

test('no active profile among several, and one made active', async () => {
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, `${good.replace('active = true\n', '')}[other]\ntoken_id = "ak-x"\n`);
  expect(await of('Modal profiles')).toMatchObject({ verdict: 'warn', fix: 'ann-tui auth --activate acme' });
  writeFileSync(file, `${good}[other]\ntoken_id = "ak-x"\n`);
  expect(await of('Modal profiles')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('acme (active), other') });
});

test('tokens in the variables that override a profile', async () => {
  Object.assign(process.env, { MODAL_TOKEN_ID: standIn.env.MODAL_TOKEN_ID, MODAL_TOKEN_SECRET: standIn.env.MODAL_TOKEN_SECRET });
  expect(await of('Modal variables')).toMatchObject({ verdict: 'warn', fix: 'unset MODAL_TOKEN_ID MODAL_TOKEN_SECRET' });
  writeFileSync(file, '', { mode: 0o600 });
  expect(await of('Modal variables')).toMatchObject({ verdict: 'ok' });
});

test('an environment that is not there, and one that is', async () => {
  process.env.MODAL_ENVIRONMENT = 'dev';
  expect(await of('Modal environment')).toMatchObject({
    verdict: 'warn',
    found: 'there is no dev in acme; there are: main',
    fix: 'ann-tui auth --environment main',
  });
  process.env.MODAL_ENVIRONMENT = 'main';
  expect(await of('Modal environment')).toMatchObject({ verdict: 'ok', found: 'main' });
});

test('a spend limit that is reached, and one that is raised', async () => {
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: 0 });
  expect(await of('Modal budget')).toMatchObject({ verdict: 'warn', fix: 'https://modal.com/settings/usage' });
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: 30 });
  expect((await of('Modal budget'))?.found).toContain('$30.00 of $30.00 left');
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: null });
});

test('without a network it answers within seconds', async () => {
  process.env.MODAL_SERVER_URL = 'http://127.0.0.1:1';
  const before = performance.now();
  const checks = await look();
  expect((performance.now() - before) / 1000).toBeLessThan(30);
  expect(checks.get('Modal reachable')).toMatchObject({ verdict: 'warn', fix: 'unset MODAL_SERVER_URL' });
  expect(checks.has('Modal sign-in')).toBe(false);
  process.env.MODAL_SERVER_URL = standIn.url;
  expect((await of('Modal reachable'))?.verdict).toBe('ok');
});

test('a client that never was is no fault, and one check is all', async () => {
  process.env.ANN_TUI_HOME = path.join(home(), 'other');
  const checks = await modalChecks({ PATH: '/nowhere', HOME: home() });
  expect(checks).toEqual([{ name: 'Modal client', verdict: 'ok', found: 'not set up; not needed to run here' }]);
  // Remains of a set-up that did not finish.
  mkdirSync(path.join(home(), 'other/data/python/modal-1.6.4-py3.11'), { recursive: true });
  expect(await modalChecks({ PATH: '/nowhere', HOME: home() })).toMatchObject([{ verdict: 'warn', fix: 'ann-tui setup' }]);
  process.env.ANN_TUI_HOME = home();
  // What is there is not brought again.
  await mendClient(await modalChecks(process.env), { onProgress: () => {}, signal });
  expect((await of('Modal client'))?.verdict).toBe('ok');
});
