/** A bug whose words repeat a secret, in each of the program's processes: the crash report tells of the bug, and not the secret. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plant, searchFor } from '../support/planted.ts';
import { until } from '../support/until.ts';
import { Home } from './program.ts';

const token = plant('as-');
const key = plant();
const search = searchFor({ token, key });

/** Loaded into every process of the program: a signal is its bug. */
const bug = `
process.on('SIGUSR2', () => {
  const { MODAL_TOKEN_SECRET, WANDB_API_KEY } = process.env;
  const error = new Error(\`refused: \${MODAL_TOKEN_SECRET} and \${WANDB_API_KEY}\`);
  throw Object.assign(error, { options: { headers: { authorization: WANDB_API_KEY } }, cause: new Error(WANDB_API_KEY) });
});
`;

let home: Home;
beforeEach(() => {
  const env: Record<string, string> = { MODAL_TOKEN_ID: plant('ak-'), MODAL_TOKEN_SECRET: token, WANDB_API_KEY: key, ANN_TUI_DEBUG: '1' };
  home = new Home({ env });
  const file = path.join(home.folder, 'bug.mjs');
  writeFileSync(file, bug);
  env.NODE_OPTIONS = `--import=${pathToFileURL(file)}`;
});
afterEach(() => home.close());

test('the screens', async () => {
  const terminal = home.open();
  await terminal.waitFor('Benchmark an ANN');
  terminal.kill('SIGUSR2');
  expect((await terminal.exited).exitCode).toBe(1);
  expect(terminal.raw).toContain('refused: as-… and …');
  expect(search.inText('the terminal', terminal.raw)).toEqual([]);
});

test('a command, and the supervisor: its log', async () => {
  const terminal = home.open(['bench', '--impl', 'naive']);
  const run = await until('a run folder', () => home.runs()[0]);
  const supervisor = await until('its supervisor', () => /"by":\{"pid":(\d+)/.exec(home.runFile(run, 'journal.ndjson'))?.[1]);
  process.kill(Number(supervisor), 'SIGUSR2');
  const log = await until('what it says', () => home.runFile(run, 'supervisor.log') || undefined);
  expect(log).toContain('refused: as-… and …');
  terminal.kill('SIGUSR2');
  expect((await terminal.exited).exitCode).toBe(1);
  expect(terminal.raw).toContain('refused: as-… and …');
  expect(search.inText('the terminal', terminal.raw)).toEqual([]);
  expect(search.inFolders([path.join(home.folder, 'data')])).toEqual([]);
});
