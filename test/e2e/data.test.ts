/** Datasets to Modal in a real terminal, with the real client: from a mirror on this machine into a volume, whatever becomes of the terminal. */
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { harnessPython, type StandIn, startStandIn } from '../support/stand-in.ts';
import { Home } from './program.ts';

const name = 'gist-960-euclidean';
/** Bytes a second that the mirror gives, so that there is a middle to be killed in. */
const slow = 4_000_000;

let standIn: StandIn;
let folder: string;
let mirror: Server;
let speed: number | undefined;
let home: Home;

/** A dataset of the shape of GIST, whole and verified, but small. */
const makeDataset = async (): Promise<void> => {
  const rows = path.join(folder, 'rows.npy');
  const make = `import numpy as n; n.save(${JSON.stringify(rows)}, n.random.default_rng(1).normal(size=(4000, 960)).astype("f4"))`;
  await execa(harnessPython(), ['-I', '-c', make]);
  await execa(harnessPython(), ['-I', '-m', 'annbench', 'sync', name, '--data', folder, '--from', rows]);
};

const file = (): string => path.join(folder, `${name}.hdf5`);

const openMirror = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    if (request.url !== `/${name}.hdf5`) return response.writeHead(404).end();
    const { size } = statSync(file());
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = request.headers.range === undefined ? {} : { 'content-range': `bytes ${from}-${size - 1}/${size}` };
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'content-length': size - from,
      'accept-ranges': 'bytes',
      ...range,
    });
    if (request.method === 'HEAD') return response.end();
    const body = createReadStream(file(), { start: from, highWaterMark: 200_000 });
    body.on('data', chunk => {
      response.write(chunk);
      if (speed === undefined) return;
      body.pause();
      setTimeout(() => body.resume(), (chunk.length / speed) * 1000);
    });
    body.on('end', () => response.end());
    request.on('close', () => body.destroy());
    return undefined;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
};

const catalogue = (): string => `datasets:
  quick: { title: Synthetic, distance: euclidean, dimension: 96, train: 40000, queries: 1000, bytes: 16550000, url: null, made: true }
  ${name}:
    title: GIST image descriptors
    distance: euclidean
    dimension: 960
    train: 3600
    queries: 400
    bytes: ${statSync(file()).size}
    url: http://127.0.0.1:${(mirror.address() as AddressInfo).port}/${name}.hdf5
`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-mirror-'));
  [standIn] = await Promise.all([startStandIn(), makeDataset()]);
  mirror = await openMirror();
}, 120_000);

afterAll(async () => {
  await standIn?.close();
  mirror?.close();
  mirror?.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  speed = undefined;
  home = new Home({ env: standIn.env });
  home.write('config/datasets.yaml', catalogue());
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

test('a terminal that is killed loses nothing: the next one follows the same container to the end', { timeout: 180_000 }, async () => {
  speed = slow;
  const first = home.open(['sync', name, '--target', 'modal'], { cols: 100 });
  await first.waitFor('Start it? It costs money', 60_000);
  expect(first.screen()).toMatch(/0\.5 cores · 1 GiB, \$0\.0316\/h/);
  expect(first.screen()).toContain('at most $0.1266');
  await first.press('y', 'enter');
  await first.waitFor(/\d+ % \(\d/, 90_000);
  first.kill('SIGKILL');
  await first.exited;

  const second = home.open(['sync', name, '--target', 'modal'], { cols: 100 });
  await second.waitFor('is on its way to ann-datasets already; following it', 60_000);
  expect(second.screen()).not.toContain('Start it?');
  speed = undefined;
  await second.waitFor(/is on ann-datasets: \S+ MB, verified/, 90_000);
  expect(await second.exited).toMatchObject({ exitCode: 0 });
  expect(await there()).toMatchObject({ state: 'verified', bytes: statSync(file()).size });
  const apps = (await standIn.admin('apps')) as readonly { readonly name?: string; readonly description?: string }[];
  expect(apps.filter(app => JSON.stringify(app).includes('ann-tui-sync-'))).toHaveLength(1);
});

test('in the TUI: from "fetched there" to "✓ on Modal"', { timeout: 180_000 }, async () => {
  const terminal = home.open();
  await terminal.waitFor('Benchmark an ANN');
  await terminal.press('b');
  await terminal.waitFor('chosen');
  await terminal.press('enter');
  await terminal.waitFor('Where shall it run?');
  await terminal.press('j');
  await terminal.waitFor('✓ acme', 60_000);
  await terminal.press('enter');
  await terminal.waitFor('≈ $', 30_000);
  await terminal.press('enter');
  await terminal.waitFor(/gist-960.*· fetched there/, 30_000);
  await terminal.press('j', 'y');
  await terminal.waitFor(`Bring ${name} to Modal?`, 60_000);
  await terminal.press('y');
  await terminal.waitFor('✓ on ann-datasets and checked', 120_000);
  await terminal.press('enter');
  await terminal.waitFor(/gist-960.*✓ on Modal/, 30_000);
  await terminal.press('ctrl-c');
  expect(await terminal.exited).toMatchObject({ exitCode: 130 });
});

test('without a terminal --yes is needed; a file of one’s own is uploaded; who cannot be reached is said', {
  timeout: 180_000,
}, async () => {
  const refused = await home.run(['sync', name, '--target', 'modal']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(`next: ann-tui sync ${name} --target modal --yes`);
  expect(await there()).toBeUndefined();

  const uploaded = await home.run(['sync', 'mine', '--from', path.join(folder, 'rows.npy'), '--target', 'modal']);
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

test('a mirror without the file: said as the harness says it, nothing is verified', { timeout: 120_000 }, async () => {
  home.write(
    'config/datasets.yaml',
    catalogue()
      .replace(`/${name}.hdf5`, '/../nothing')
      .replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'),
  );
  const { exitCode, stderr } = await home.run(['sync', name, '--target', 'modal', '--yes']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/✗ .+\n {2}.+/);
  expect(await there()).toBeUndefined();
});
