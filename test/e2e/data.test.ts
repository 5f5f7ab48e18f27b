/** Datasets to Modal in a real terminal, with the real client: from a mirror on this machine into a volume, whatever becomes of the terminal. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { type Mirror, gist as name, openMirror } from './mirror.ts';
import { Home } from './program.ts';

/** Bytes a second that the mirror gives, so that there is a middle to be killed in. */
const slow = 4_000_000;

let standIn: StandIn;
let mirror: Mirror;
let home: Home;

beforeAll(async () => {
  [standIn, mirror] = await Promise.all([startStandIn(), openMirror()]);
});

afterAll(async () => {
  await standIn?.close();
  mirror?.close();
});

beforeEach(() => {
  mirror.limit(undefined);
  home = new Home({ env: standIn.env });
  home.write('config/datasets.yaml', mirror.catalogue);
});

afterEach(async () => {
  await home.run(['volumes', 'delete', 'ann-datasets', '--yes']);
  await home.close();
});

type Record_ = { readonly type: string; readonly name?: string; readonly state?: string; readonly bytes?: number };

const there = async (): Promise<Record_ | undefined> =>
  (await home.run(['datasets', '--json'])).stdout
    .split('\n')
    .map(line => JSON.parse(line) as Record_)
    .find(record => record.type === 'dataset_there' && record.name === name);

test('a terminal that is killed loses nothing: the next one follows the same container to the end', async () => {
  mirror.limit(slow);
  const first = home.open(['sync', name, '--target', 'modal'], { cols: 100 });
  await first.waitFor('Start it? It costs money');
  expect(first.screen()).toMatch(/0\.5 cores · 1 GiB, \$0\.0316\/h/);
  expect(first.screen()).toContain('at most $0.1266');
  await first.press('y', 'enter');
  await first.waitFor(/\d+ % \(\d/);
  first.kill('SIGKILL');
  await first.exited;

  const second = home.open(['sync', name, '--target', 'modal'], { cols: 100 });
  await second.waitFor('is on its way to ann-datasets already; following it');
  expect(second.screen()).not.toContain('Start it?');
  mirror.limit(undefined);
  await second.waitFor(/is on ann-datasets: \S+ MB, verified/);
  expect(await second.exited).toMatchObject({ exitCode: 0 });
  expect(await there()).toMatchObject({ state: 'verified', bytes: mirror.bytes });
  const apps = (await standIn.admin('apps')) as readonly { readonly name?: string; readonly description?: string }[];
  expect(apps.filter(app => JSON.stringify(app).includes('ann-tui-sync-'))).toHaveLength(1);
});

test('without a terminal --yes is needed; a file of one’s own is uploaded; who cannot be reached is said', {
  timeout: 180_000,
}, async () => {
  const refused = await home.run(['sync', name, '--target', 'modal']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(`next: ann-tui sync ${name} --target modal --yes`);
  const benchmark = await home.run(['bench', '--target', 'modal', '--dataset', name, '--download-only']);
  expect([benchmark.exitCode, benchmark.stderr]).toEqual([2, refused.stderr]);
  expect(await there()).toBeUndefined();

  const uploaded = await home.run(['sync', 'mine', '--from', mirror.rows, '--target', 'modal']);
  expect(uploaded.stdout).toMatch(/mine is on ann-datasets: \S+ MB, verified/);
  expect((await home.run(['sync', 'mine', '--target', 'modal'])).stdout).toContain('mine is on ann-datasets already');

  const offline = new Home({ env: { ...standIn.env, MODAL_SERVER_URL: 'http://127.0.0.1:9' } });
  try {
    const { stdout, exitCode } = await offline.run(['datasets']);
    expect(stdout).toContain('quick');
    expect(stdout).toMatch(/On Modal \(ann-datasets\): not known\. Modal cannot be reached/);
    expect(exitCode).toBe(0);
  } finally {
    await offline.close();
  }
});

test('a mirror without the file: said as the harness says it, nothing is verified', async () => {
  home.write('config/datasets.yaml', mirror.catalogue.replace(`/${name}.hdf5`, '/../nothing').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'));
  const { exitCode, stderr } = await home.run(['sync', name, '--target', 'modal', '--yes']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/✗ .+\n {2}.+/);
  expect(await there()).toBeUndefined();
});
