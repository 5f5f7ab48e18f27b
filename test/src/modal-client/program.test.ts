/** The `modal` program, started so that it outlives who started it; and what it is given. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modalEnvironment, startModal } from '../../../src/modal-client/index.ts';
import { preparedClient, until } from './stand-in.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-program-'));
beforeAll(async () => {
  await preparedClient();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it is a process of a session of its own that writes into the files itself', async () => {
  const [stdout, stderr] = [path.join(folder, 'out'), path.join(folder, 'err')];
  const identity = await startModal(['--version'], { stdout, stderr });
  expect(identity.pid).toBeGreaterThan(1);
  const session = /^\d+ \(.*\) \S+ \d+ \d+ (\d+)/.exec(readFileSync(`/proc/${identity.pid}/stat`, 'utf8'))?.[1];
  expect(session).toBe(String(identity.pid));
  await until(() => (readFileSync(stdout, 'utf8').includes('1.6.4') ? true : undefined), 'its answer');
});

test('it gets what is on the list, and nothing of a person’s own that would lead it astray', () => {
  const env = modalEnvironment(
    { profile: 'work', environment: null },
    {
      PATH: '/bin',
      HOME: '/me',
      FORCE_COLOR: '1',
      PYTHONPATH: '/mine',
      MODAL_IS_REMOTE: '1',
      MODAL_TOKEN_ID: 'ak-1',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
  );
  expect(env).toEqual({
    PATH: '/bin',
    HOME: '/me',
    MODAL_TOKEN_ID: 'ak-1',
    MODAL_PROFILE: 'work',
    COLUMNS: '1000',
    NO_COLOR: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONUTF8: '1',
    PYTHONNOUSERSITE: '1',
    MODAL_LOGS_TIMEOUT: '0',
  });
});
