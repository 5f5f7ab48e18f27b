/** `ann-tui auth` in this process, with the real client against the stand-in. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createServices } from '../../../../src/services/create-services.ts';
import type { BenchChoices } from '../../../../src/workloads/bench/plan.ts';
import { givenHome } from '../../../support/home.ts';
import { clientEnv, preparedClient } from '../../../support/modal-env.ts';
import { plant } from '../../../support/planted.ts';
import { linkPython, type StandIn, startStandIn } from '../../../support/stand-in.ts';
import { type Ends, program } from '../program.ts';

let standIn: StandIn;
let variables: ReturnType<typeof clientEnv>;
const home = givenHome();
let file: string;

beforeAll(async () => {
  await preparedClient();
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

beforeEach(() => {
  linkPython(home());
  file = path.join(home(), 'modal.toml');
  variables = clientEnv({ MODAL_SERVER_URL: standIn.url, MODAL_CONFIG_PATH: file });
  variables.set();
});
afterEach(async () => {
  for (const name of ['MODAL_TOKEN_ID', 'MODAL_TOKEN_SECRET', 'MODAL_PROFILE']) delete process.env[name];
  variables.restore();
  await standIn.admin('token-flows/habit', {});
});

const auth = (args: readonly string[], ends: Ends = {}) =>
  program(['auth', ...args], { ...ends, env: { ...(process.env as Record<string, string>), ...ends.env } });

type NewToken = { readonly token_id: string; readonly token_secret: string };
const newToken = async (order: object = {}) => (await standIn.admin('tokens', order)) as NewToken;
const pasted = async (order: object, args: readonly string[] = []) => {
  const { token_id, token_secret } = await newToken(order);
  return await auth(['--token-id', '-', '--token-secret', '-', ...args], { input: `${token_id}\n${token_secret}\n` });
};

describe('signing in', () => {
  test('page and code, then what may be spent', async () => {
    await standIn.admin('token-flows/habit', { verb: 'approve', workspace: 'acme' });
    const { code, stdout } = await auth([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {2}https:\/\/modal\.com\/token-flow\/tf-\w+\n/);
    expect(stdout).toMatch(/code {2}\w{4}-\w{4}/);
    expect(stdout).toContain('Signed in to acme');
    expect(stdout).toMatch(/acme\/main as ada: ready, \$1,000\.00 of \$1,000\.00 left/);
    expect(stdout).toContain('0 of 1,000 containers, 0 of 50 GPUs in use');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // Signed in, nobody is sent to a page again.
    const again = await auth([]);
    expect(again.stdout).not.toContain('token-flow');
    expect(again.code).toBe(0);
  });

  test('a token from stdin; as NDJSON there is nothing secret in it', async () => {
    const { code, stdout } = await pasted({ workspace: 'beta' }, ['--json']);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/as-\w{8}/);
    expect(stdout).toContain('"workspace":"beta"');
  });

  test('a token typed where it is not shown', async () => {
    const { token_id, token_secret } = await newToken();
    const answers = [token_id, token_secret];
    const said = await auth(['--token-id', '-'], { interactive: true, secrets: answers });
    expect(said.code).toBe(0);
    expect(said.stdout + said.stderr).not.toContain(token_secret);
  });

  test('never in argv', async () => {
    const secret = plant('as-');
    const { code, stderr } = await auth(['--token-id', 'ak-abcdef123', '--token-secret', secret]);
    expect(code).toBe(2);
    expect(stderr).toContain('--token-id takes only -');
    expect(stderr).not.toMatch(new RegExp(`abcdef123|${secret}`));
  });

  test.each([
    ['as-abc123 ak-abc123xyz\n', /ann-tui auth/],
    ['hello\n', /begins with ak-/],
    ['', /nothing was given/],
  ])('%j is no token of anybody', async (input, words) => {
    const { code, stderr } = await auth(['--token-id', '-', '--token-secret', '-'], { input });
    expect(code).toBeGreaterThan(1);
    expect(stderr).toMatch(words);
    expect(existsSync(file)).toBe(false);
  });

  test('declined: exit code 3 and nothing changed', async () => {
    await standIn.admin('token-flows/habit', { verb: 'deny' });
    const { code, stderr } = await auth([]);
    expect(code).toBe(3);
    expect(stderr).toContain('The sign-in was declined on the page');
    expect(existsSync(file)).toBe(false);
  });

  test('Ctrl-C while it waits: 130', async () => {
    const { code } = await auth([], { interruptOn: 'Ctrl-C leaves, and nothing is changed' });
    expect(code).toBe(130);
    expect(existsSync(file)).toBe(false);
  });
});

const choices: BenchChoices = { kind: 'bench', implementations: ['hnsw'], datasets: ['quick'], target: 'modal', hardware: 'cpu-8' };

describe('the account', () => {
  test('nobody is signed in: said, exit code 3', async () => {
    const { code, stdout } = await auth(['--status']);
    expect(code).toBe(3);
    expect(stdout).toContain('Nobody is signed in to Modal');
    expect(stdout).toContain('next: ann-tui auth');
  });

  test('profiles with their workspaces; one is chosen, made active, and used by a run', async () => {
    await pasted({ workspace: 'beta' });
    await pasted({ workspace: 'acme' });
    const status = await auth(['--status']);
    expect(status.stdout).toMatch(/beta \(workspace beta\)\n.*▸ acme \(workspace acme, active\)/s);
    await auth(['--profile', 'beta']);
    expect((await auth(['--status'])).stdout).toMatch(/▸ beta .*\n.*acme \(workspace acme, active\)/);
    const spec = await createServices().plans.plan(choices);
    expect(spec.cloud).toMatchObject({ profile: 'beta', environment: null });
    await auth(['--activate', 'beta']);
    expect(readFileSync(file, 'utf8')).toMatch(/\[beta\][^[]*active = true[^[]*\[acme\]/);
    expect((await auth(['--activate', 'nobody'])).code).toBe(2);
  });

  test('an environment is checked, chosen and used', async () => {
    await pasted({ workspace: 'acme' });
    await standIn.admin('environments/acme/dev', { cycle_budget_dollars: 30 });
    const wrong = await auth(['--environment', 'dve']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/did you mean "dev"/i);
    expect((await auth(['--environment', 'dev'])).stdout).toMatch(/acme\/dev as ada: ready, \$30\.00 of \$30\.00 left/);
    const spec = await createServices().plans.plan(choices);
    expect(spec.cloud?.environment).toBe('dev');
    // Its data is asked for where its runs will look.
    const env = process.env as Record<string, string>;
    expect((await program(['volumes', 'create', 'only-dev'], { env })).code).toBe(0);
    expect((await program(['volumes'], { env })).stdout).toContain('only-dev');
    expect((await program(['volumes', '--env', 'main'], { env })).stdout).not.toContain('only-dev');
  });

  test('tokens in the variables override profiles: said', async () => {
    await pasted({ workspace: 'acme' });
    Object.assign(process.env, standIn.env, { MODAL_CONFIG_PATH: file });
    const { stdout } = await auth(['--status']);
    expect(stdout).toContain('! MODAL_TOKEN_ID is set: its token is used, and profile acme is not');
    expect(stdout).toContain('unset MODAL_TOKEN_ID MODAL_TOKEN_SECRET');
  });

  test('a token near its end, and one behind it', async () => {
    await pasted({ workspace: 'acme', lifetime: 3.5 * 86_400 });
    expect((await auth(['--status'])).stdout).toContain('! its token runs out in 3 days');
    await standIn.admin(`tokens/${/ak-\w+/.exec(readFileSync(file, 'utf8'))?.[0]}`, { lifetime: -5 });
    const { code, stdout } = await auth(['--status']);
    expect(code).toBe(3);
    expect(stdout).toContain('The Modal token has expired');
  });

  test('a file that others may read is said, and mended by signing in', async () => {
    await pasted({ workspace: 'acme' });
    chmodSync(file, 0o644);
    expect((await auth(['--status'])).stdout).toMatch(/modal\.toml has mode 0644: others on this machine may read/);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect((await auth([])).stdout).toContain('now it cannot (0600)');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a broken file: its line; kept as a copy only where that is asked for', async () => {
    writeFileSync(file, '[a]\ntoken_id = oops\n', { mode: 0o600 });
    const { code, stdout } = await auth(['--status']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/modal\.toml line 2 cannot be read/);
    const refused = await pasted({});
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('--replace');
    const replaced = await pasted({}, ['--replace']);
    expect(replaced.stdout).toMatch(/is kept as .*modal\.toml\.broken-/);
    expect(replaced.code).toBe(0);
  });

  test('the spend limit is reached: said before anything is started', async () => {
    await pasted({ workspace: 'acme' });
    await standIn.admin('environments/acme/main', { cycle_budget_dollars: 0 });
    const { stdout } = await auth(['--status']);
    expect(stdout).toContain('signed in, but the spend limit');
    await standIn.admin('environments/acme/main', { cycle_budget_dollars: null });
  });
});

test('a run on another account is checked on that account', async () => {
  await pasted({ workspace: 'acme' });
  const { code, stderr } = await program(
    ['bench', '--target', 'modal', '--impl', 'hnsw', '--profile', 'nobody', '--budget', '1', '--yes'],
    { env: process.env as Record<string, string> },
  );
  expect(code).toBe(3);
  expect(stderr).toContain('There is no Modal profile "nobody"');
  expect(stderr).toContain('ann-tui auth --profile nobody');
});
