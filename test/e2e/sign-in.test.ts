/** From no client and no token to "ready, so much left" with the data there, in a real terminal with the real client: over SSH, in a browser elsewhere, with a token. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import stringWidth from 'string-width';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { gist, type Mirror, openMirror } from './mirror.ts';
import { Home } from './program.ts';
import type { Terminal } from './terminal.ts';

let standIn: StandIn;
let mirror: Mirror;
beforeAll(async () => {
  [standIn, mirror] = await Promise.all([startStandIn(), openMirror()]);
});
afterAll(async () => {
  await standIn?.close();
  mirror?.close();
});

const homes: Home[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home.close();
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: null });
});

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

/** No row is wider than the terminal. */
const fits = (terminal: Terminal, cols: number): void => {
  for (const row of terminal.rows()) expect(stringWidth(row)).toBeLessThanOrEqual(cols);
};

const verified = new RegExp(`${gist} verified\\s+in\\s+ann-datasets`);

test('from no client and no token to a workspace that may spend and has its data', async () => {
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: 30 });
  const { home, toml } = openHome(false);
  home.write('config/datasets.yaml', mirror.catalogue);
  // As on a machine that has no client: the PATH has only what the system has.
  const terminal = home.open([], { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } });
  await terminal.waitFor('Benchmark an ANN');
  await terminal.press('b');
  await terminal.waitFor('3 chosen');
  await terminal.press('enter');
  await terminal.waitFor('Where shall it run?');
  await terminal.press('j');
  await terminal.waitFor('enter goes to where it is installed');
  await terminal.press('enter');
  await terminal.waitFor('enter installs it');
  await terminal.press('enter');
  await terminal.waitFor('enter signs you in');
  expect(readdirSync(path.join(home.folder, 'data/python')).some(name => name.startsWith('modal-'))).toBe(true);
  await terminal.press('enter');
  const flow = await until('the page', waiting);
  await terminal.waitFor(flow.url);
  await terminal.waitFor(flow.code);
  fits(terminal, 80);
  // Nothing opens over SSH, whatever DISPLAY says.
  await terminal.press('o');
  await terminal.waitFor('There is no browser here');
  await standIn.admin('token-flows/approve', { workspace: 'acme' });
  await terminal.waitFor(ready);
  isFilled(terminal, toml);
  await terminal.waitFor('none in ann-datasets yet');
  expect(terminal.screen()).not.toContain('There is no browser here');
  await terminal.press('enter');
  await terminal.waitFor(/▸ Modal +✓ acme\/main, \$30\.00 of \$30\.00 left/);
  await terminal.press('enter');
  await terminal.waitFor('≈ $');
  expect(terminal.screen()).toMatch(/32 cores · 32 GiB +1\.77/);
  await terminal.press('enter');
  await terminal.waitFor(new RegExp(`${gist}.*· fetched there`));
  await terminal.press('j', 'y');
  await terminal.waitFor(`Bring ${gist} to Modal?`);
  expect(terminal.screen()).toContain('$0.0316/h');
  await terminal.press('y');
  await terminal.waitFor('✓ on ann-datasets and checked');
  await terminal.press('enter');
  await terminal.waitFor(new RegExp(`${gist}.*✓ on Modal`));
  await terminal.press('esc');
  await terminal.waitFor('On which container?');
  await terminal.press('esc');
  await terminal.waitFor('Where shall it run?');
  await terminal.press('m');
  await terminal.waitFor(ready);
  await terminal.waitFor(verified);
  fits(terminal, 80);
  await terminal.press('ctrl-c');
  expect((await terminal.exited).exitCode).toBe(130);
}, 600_000);

test('with a token that is pasted, narrow and without colours', async () => {
  await standIn.admin('environments/acme/main', { cycle_budget_dollars: 30 });
  const { token_id, token_secret } = (await standIn.admin('tokens', { workspace: 'acme' })) as Record<string, string>;
  const { home, toml } = openHome(true);
  home.write('config/datasets.yaml', mirror.catalogue);
  // Somebody of the workspace brought it; nothing to do where the test before has.
  const other = new Home({ env: standIn.env });
  homes.push(other);
  other.write('config/datasets.yaml', mirror.catalogue);
  await other.run(['sync', gist, '--target', 'modal', '--yes']);
  const terminal = home.open([], { cols: 60, env: { NO_COLOR: '1' } });
  await terminal.waitFor('Set up Modal');
  await terminal.press('m');
  await terminal.waitFor('enter signs you in');
  fits(terminal, 60);
  await terminal.press('t', `\x1b[200~modal token set --token-id ${token_id} --token-secret ${token_secret}\x1b[201~`, 'enter');
  await terminal.waitFor(ready);
  await terminal.waitFor(verified);
  fits(terminal, 60);
  isFilled(terminal, toml);
});

test('the command: address, code, and what is left; then a run would find it', async () => {
  const { home, toml } = openHome(true);
  const terminal = home.open(['auth']);
  const flow = await until('the page', waiting);
  await terminal.waitFor(flow.url);
  await standIn.admin('token-flows/approve', { workspace: 'acme' });
  await terminal.waitFor('ready, $1,000.00 of $1,000.00 left');
  expect((await terminal.exited).exitCode).toBe(0);
  isFilled(terminal, toml);
  const status = await home.run(['auth', '--status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({ type: 'account', state: 'ready', workspace: 'acme', environment: 'main' });
});

test('a token typed where it is not shown', async () => {
  const { token_id, token_secret } = (await standIn.admin('tokens', { workspace: 'acme' })) as Record<string, string>;
  const { home, toml } = openHome(true);
  const terminal = home.open(['auth', '--token-id', '-', '--token-secret', '-']);
  await terminal.waitFor('Token id');
  await terminal.press(`${token_id}\r`);
  await terminal.waitFor('Token secret');
  await terminal.press(`${token_secret}\r`);
  await terminal.waitFor('ready, $');
  expect((await terminal.exited).exitCode).toBe(0);
  isFilled(terminal, toml);
});
