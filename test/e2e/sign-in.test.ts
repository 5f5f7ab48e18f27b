/** From no client and no token to "ready, so much left", in a real terminal with the real client: over SSH, in a browser elsewhere, with a token. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import stringWidth from 'string-width';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { Home, until } from './program.ts';
import type { Terminal } from './terminal.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
}, 60_000);
afterAll(() => standIn?.close());

const homes: Home[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home.close();
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: null });
}, 60_000);

/** A person's home without a token; over SSH where nothing could show a browser. */
const openHome = (prepared: boolean): { readonly home: Home; readonly toml: string } => {
  const env: Record<string, string> = {
    MODAL_SERVER_URL: standIn.env.MODAL_SERVER_URL ?? '',
    SSH_CONNECTION: '192.0.2.7 50022 192.0.2.1 22',
    SSH_TTY: '/dev/pts/9',
    DISPLAY: ':0',
  };
  const home = new Home({ prepared, env });
  env.MODAL_CONFIG_PATH = path.join(home.folder, 'modal.toml');
  homes.push(home);
  return { home, toml: env.MODAL_CONFIG_PATH };
};

type Flow = { readonly url: string; readonly code: string; readonly state: string };
const waiting = async (): Promise<Flow | undefined> =>
  ((await standIn.admin('token-flows')) as readonly Flow[]).find(({ state }) => state === 'waiting');

const ready = /acme\/main: ready, \$30\.00 of \$30\.00 left/;

const isFilled = (terminal: Terminal, toml: string): void => {
  expect(statSync(toml).mode & 0o777).toBe(0o600);
  const secret = /as-\w+/.exec(readFileSync(toml, 'utf8'))?.[0] ?? '';
  expect(secret).not.toBe('');
  expect(terminal.raw).not.toContain(secret);
};

describe.each([
  [60, 24],
  [80, 24],
])('the screens at %i×%i, over SSH', (cols, rows) => {
  test('from no token to what may be spent: the page stands there until somebody approved it elsewhere', async () => {
    await standIn.admin('environments/acme/main', { cycle_budget_dollars: 30 });
    const { home, toml } = openHome(true);
    const terminal = home.open([], { cols, rows, env: { NO_COLOR: cols === 60 ? '1' : undefined } });
    await terminal.waitFor('Set up Modal');
    await terminal.press('m');
    await terminal.waitFor('enter signs you in', 30_000);
    await terminal.press('enter');
    const flow = await until(waiting, 'the page');
    await terminal.waitFor(flow.url);
    await terminal.waitFor(flow.code);
    for (const row of terminal.rows()) expect(stringWidth(row)).toBeLessThanOrEqual(cols);
    // Nothing opens over SSH, whatever DISPLAY says.
    await terminal.press('o');
    await terminal.waitFor('There is no browser here');
    await standIn.admin('token-flows/approve', { workspace: 'acme' });
    await terminal.waitFor(ready, 30_000);
    isFilled(terminal, toml);
    await terminal.press('enter', 'q');
    expect((await terminal.exited).exitCode).toBe(0);
  }, 120_000);
});

test('with a token that is pasted', async () => {
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: 30 });
  const { token_id, token_secret } = (await standIn.admin('tokens', { workspace: 'acme' })) as Record<string, string>;
  const { home, toml } = openHome(true);
  const terminal = home.open();
  await terminal.waitFor('Set up Modal');
  await terminal.press('m');
  await terminal.waitFor('enter signs you in', 30_000);
  await terminal.press('t', `\x1b[200~modal token set --token-id ${token_id} --token-secret ${token_secret}\x1b[201~`, 'enter');
  await terminal.waitFor(ready, 30_000);
  isFilled(terminal, toml);
}, 120_000);

test('the command: address, code, and what is left; then a run would find it', async () => {
  const { home, toml } = openHome(true);
  const terminal = home.open(['auth']);
  const flow = await until(waiting, 'the page');
  await terminal.waitFor(flow.url);
  await standIn.admin('token-flows/approve', { workspace: 'acme' });
  await terminal.waitFor('ready, $1,000.00 of $1,000.00 left', 30_000);
  expect((await terminal.exited).exitCode).toBe(0);
  isFilled(terminal, toml);
  const status = await home.run(['auth', '--status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({ type: 'account', state: 'ready', workspace: 'acme', environment: 'main' });
}, 90_000);

test('a token typed where it is not shown', async () => {
  const { token_id, token_secret } = (await standIn.admin('tokens', { workspace: 'acme' })) as Record<string, string>;
  const { home, toml } = openHome(true);
  const terminal = home.open(['auth', '--token-id', '-', '--token-secret', '-']);
  await terminal.waitFor('Token id', 30_000);
  await terminal.press(`${token_id}\r`);
  await terminal.waitFor('Token secret');
  await terminal.press(`${token_secret}\r`);
  await terminal.waitFor('ready, $', 30_000);
  expect((await terminal.exited).exitCode).toBe(0);
  isFilled(terminal, toml);
}, 120_000);

test('from no client either: it is brought on a key, into a place of its own', async () => {
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: 30 });
  const { home, toml } = openHome(false);
  // As on a machine that has none: the PATH has only what the system has.
  mkdirSync(path.join(home.folder, 'data'), { recursive: true });
  const terminal = home.open([], { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } });
  await terminal.waitFor('Set up Modal');
  await terminal.press('m');
  await terminal.waitFor('enter installs it', 30_000);
  await terminal.press('enter');
  await terminal.waitFor('enter signs you in', 240_000);
  expect(readdirSync(path.join(home.folder, 'data/python')).some(name => name.startsWith('modal-'))).toBe(true);
  await terminal.press('enter');
  const flow = await until(waiting, 'the page');
  await terminal.waitFor(flow.url);
  await standIn.admin('token-flows/approve', { workspace: 'acme' });
  await terminal.waitFor(ready, 30_000);
  isFilled(terminal, toml);
}, 300_000);
