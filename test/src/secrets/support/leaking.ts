/** Not one of the suites: what each of these tests does is a leak, and every one passes. `leaks.test.ts` runs them and sees the file fail. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Text } from 'ink';
import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { expect, test } from 'vitest';
import { Terminal } from '../../../e2e/terminal.ts';
import { searchFolder, searchShown } from '../../../support/leaks.ts';
import { plant } from '../../../support/planted.ts';

const secret = plant('as-');

/** A home with one file of this content, removed as tests remove it. */
const leave = (file: string, content: string): void => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-leak-'));
  mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
  writeFileSync(path.join(home, file), content);
  rmSync(home, { recursive: true, force: true });
};

test.each([
  'data/runs/a-run/journal.ndjson',
  'data/runs/a-run/job/job.json',
  'data/runs/a-run/job/log',
  'data/runs/a-run/state.json',
  'data/runs/a-run/supervisor.log',
])('%s', file => {
  leave(file, `{"why":"refused: ${secret}"}\n`);
});

test('Base64 in a log, as of an Authorization header', () => {
  leave('basic/log', Buffer.from(`user:${secret}`).toString('base64'));
});

test('a token where it belongs is none', () => {
  leave('modal.toml', `token_secret = "${secret}"`);
  leave('.env', `WANDB_API_KEY=${secret}`);
});

test('a folder that is left', () => {
  writeFileSync(path.join(mkdtempSync(path.join(os.tmpdir(), 'ann-tui-left-')), 'note'), secret);
});

test('a folder that another process removes', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-root-'));
  writeFileSync(path.join(root, 'volume'), secret);
  searchFolder(root);
});

test('a screen that showed it for a moment', async () => {
  const terminal = new Terminal('sh', ['-c', 'printf "%s" "$VALUE"; printf "\\033[2J\\033[H"; echo gone'], { env: { VALUE: secret } });
  await terminal.waitFor('gone');
  expect(terminal.screen()).not.toContain(secret);
  await terminal.exited;
});

test('a screen on which it stands in two rows, and in colours', async () => {
  const [head, tail] = [secret.slice(0, 9), secret.slice(9)];
  const terminal = new Terminal('sh', ['-c', 'printf "%s\\033[1m\\r\\n%s" "$HEAD" "$TAIL"'], { env: { HEAD: head, TAIL: tail } });
  await terminal.waitFor(tail.slice(0, 20));
  await terminal.exited;
});

test('a frame of Ink, and what a program printed', () => {
  const app = render(createElement(Text, null, secret));
  searchShown('the screens', () => app.frames.join('\n'));
  app.unmount();
  searchShown('what a program printed', () => `error: ${secret}`);
});
