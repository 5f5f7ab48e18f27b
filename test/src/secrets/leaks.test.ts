/** Leaks on purpose, under another marker than that of the suites: every one must be found, or the search proves nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../../src/util/paths.ts';

const planted = 'OnlyPlantedHere';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-leaks-'));
  env = { ...process.env, ANN_TUI_TEST_MARKER: planted, TMPDIR: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a test file that leaves a secret anywhere fails, and says where', async () => {
  const vitest = path.join(packageRoot, 'node_modules/.bin/vitest');
  const { VITEST, VITEST_WORKER_ID, VITEST_POOL_ID, ...outside } = env;
  const { all, exitCode } = await execa(vitest, ['run', '--config', 'test/src/secrets/support/leaking.config.ts'], {
    cwd: packageRoot,
    env: { ...outside, NO_COLOR: '1' },
    extendEnv: false,
    all: true,
    reject: false,
  });
  expect(exitCode).toBe(1);
  // Each of its tests does nothing wrong but to leak.
  expect(all).toMatch(/Tests +12 passed/);
  const told = all.slice(all.indexOf('A secret stands in:')).split('\n\n')[0] ?? '';
  const places = [
    /runs\/a-run\/journal\.ndjson$/m,
    /runs\/a-run\/job\/job\.json$/m,
    /runs\/a-run\/job\/log$/m,
    /runs\/a-run\/state\.json$/m,
    /runs\/a-run\/supervisor\.log$/m,
    /basic\/log$/m,
    /ann-tui-left-\w+\/note$/m,
    /ann-tui-root-\w+\/volume$/m,
    /the terminal of .*gone/,
    /the terminal of .*HEAD/,
    /the screens$/m,
    /what a program printed$/m,
  ];
  for (const place of places) expect(told).toMatch(place);
  expect(told).not.toMatch(/modal\.toml|\.env/);
  expect(told).not.toContain(planted);
});

test('the watch beside the suites sees command lines, and what is left for temporary files', async () => {
  const watch = spawn(process.execPath, ['bin/dev/watch-leaks.mjs'], { cwd: packageRoot, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const told: string[] = [];
  const ready = new Promise<void>(resolve => {
    createInterface({ input: watch.stdout }).on('line', line => (line === 'watching' ? resolve() : told.push(line)));
  });
  await ready;
  const code = 'process.stdin.resume()';
  const leak = spawn(process.execPath, ['-e', code, '--', `--token=as-${planted}0123`], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(leak, 'spawn');
  mkdirSync(path.join(folder, 'pytest-of-somebody'));
  writeFileSync(path.join(folder, 'pytest-of-somebody', 'log'), Buffer.from(`as-${planted}`).toString('hex'));
  writeFileSync(path.join(folder, 'modal.toml'), planted);
  watch.stdin.end();
  expect(await once(watch, 'close')).toEqual([0, null]);
  leak.stdin.end();
  await once(leak, 'close');
  expect(told).toEqual([
    expect.stringMatching(/^the command line \S*node -e process.* --token=as-…0123$/),
    path.join(folder, 'pytest-of-somebody', 'log'),
  ]);
});
