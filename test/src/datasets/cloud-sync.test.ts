/** A dataset that a container at Modal is to bring: whatever an earlier try came to, the next one is a try of its own. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readJson, writeJsonAtomic } from '../../../src/process/files.ts';
import { clientEnv } from '../../support/modal-env.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';
import { program, type Said } from '../cli/program.ts';
import { modalHome } from '../targets/modal/support/bench.ts';

let standIn: StandIn;
let removeHome: () => void;
let variables: ReturnType<typeof clientEnv> | undefined;

beforeAll(async () => {
  standIn = await startStandIn();
  variables = clientEnv(standIn.env);
  variables.set();
});
afterAll(async () => {
  variables?.restore();
  await standIn?.close();
});
beforeEach(() => {
  removeHome = modalHome();
});
afterEach(async () => {
  await standIn.clear();
  await program(['volumes', 'delete', 'ann-datasets', '--yes']);
  removeHome();
});

const sync = (options: Parameters<typeof program>[1] = {}): Promise<Said> =>
  program(['sync', 'quick', '--target', 'modal', '--yes'], options);

type App = { readonly app: string; readonly description: string };

const launched = async (): Promise<readonly string[]> =>
  ((await standIn.admin('apps')) as readonly App[])
    .filter(({ description }) => description.startsWith('ann-tui-sync-'))
    .map(({ app }) => app);

/** The notes of the sync, as a process leaves them that was killed while the launch was under way. */
const forgetItsEnd = (): void => {
  const transfers = path.join(process.env.ANN_TUI_HOME ?? '', 'data/transfers');
  const [folder = ''] = readdirSync(transfers).filter(name => name.startsWith('sync-'));
  const notes = path.join(transfers, folder, 'sync.json');
  writeJsonAtomic(notes, { ...(readJson(notes) as object), over: false });
};

test('a launch that failed is told once: the next try is a new one, and gets through when the cause is gone', {
  timeout: 300_000,
}, async () => {
  await standIn.fault('spend_limit', {}, {}, null);
  const [first, second] = [await sync(), await sync()];
  for (const { code, stdout, stderr } of [first, second]) {
    expect([code, stdout]).toEqual([3, expect.stringContaining('at most')]);
    expect(stderr).toContain("✗ The workspace's spend limit is reached");
  }
  await standIn.clear();
  await standIn.fault('image_build', {}, { log: 'no such package: nmupy' });
  expect(await sync()).toMatchObject({ code: 1, stderr: expect.stringContaining('✗ The image could not be built') });
  forgetItsEnd();
  const last = await sync();
  expect(last).toMatchObject({ code: 0, stderr: '' });
  expect(last.stdout).toMatch(/quick is on ann-datasets: \S+ MB, verified/);
  expect((await sync()).stdout).toContain('already');
});

test('one that Modal no longer knows is over', { timeout: 300_000 }, async () => {
  const before = new Set(await launched());
  const left = await sync({ interruptOn: 'queries)' });
  expect([left.code, left.stderr]).toEqual([130, expect.stringContaining('It goes on at Modal')]);
  const ids = (await launched()).filter(app => !before.has(app));
  expect(ids).toHaveLength(1);
  // It goes on there no longer: two of them would write the same file.
  const containers = (await standIn.admin('containers')) as readonly { readonly app: string; readonly container: string }[];
  for (const { container } of containers.filter(({ app }) => ids.includes(app))) await standIn.admin(`containers/${container}/kill`, {});
  await standIn.admin('forget', { ids });
  const { code, stdout } = await sync();
  expect([code, stdout]).toEqual([0, expect.stringMatching(/quick is on ann-datasets/)]);
  expect(stdout).not.toContain('following it');
});
