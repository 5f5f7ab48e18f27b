/** `volumes`, and `results --get` from the volume, by the real client against the stand-in. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createModalClient } from '../../../../src/modal-client/index.ts';
import type { ModalClient } from '../../../../src/modal-client/types.ts';
import { clientEnv } from '../../../support/modal-env.ts';
import { modalPython, type StandIn, startStandIn } from '../../../support/stand-in.ts';
import { writeRandom, writeTree } from '../../datasets/support/tree.ts';
import { modalHome } from '../../targets/modal/support/bench.ts';
import { program } from '../program.ts';

let standIn: StandIn;
let removeHome: () => void;
let folder: string;
let variables: ReturnType<typeof clientEnv> | undefined;

beforeAll(async () => {
  removeHome = modalHome();
  standIn = await startStandIn();
  variables = clientEnv(standIn.env);
  variables.set();
});

afterAll(async () => {
  variables?.restore();
  await standIn?.close();
  removeHome?.();
});

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-volumes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('made, filled, priced, listed, fetched, emptied and deleted', async () => {
  const total = writeTree(path.join(folder, 'tree'), { large: [40_000_000], small: { files: 10, bytes: 1000 } });
  expect((await program(['volumes'])).stdout).toContain('There are no volumes');
  expect(await program(['volumes', 'create', 'scratch'])).toMatchObject({ code: 0 });
  expect((await program(['volumes', 'create', 'scratch'])).stderr).toContain('✗ There is a volume scratch already');

  const put = await program(['volumes', 'put', 'scratch', path.join(folder, 'tree'), '--json']);
  expect(put.records.at(-1)).toMatchObject({ type: 'uploaded', path: 'tree', files: 11, bytes: total, sent: total, verified: true });

  const listed = await program(['volumes', '--json']);
  const price = (total / 2 ** 30) * 0.09;
  expect(listed.records).toMatchObject([{ type: 'volume', name: 'scratch', version: 2, files: 11, bytes: total }]);
  expect(listed.records[0]?.dollars_per_month).toBeCloseTo(price, 10);
  expect((await program(['volumes', 'ls', 'scratch', 'tree'])).stdout).toMatch(/tree\/large-0\.bin +40\.0 MB/);
  expect((await program(['volumes', 'inspect', 'scratch'])).stdout).toMatch(/tree\/ +11 +40\.0 MB/);

  const copy = path.join(folder, 'copy');
  expect((await program(['volumes', 'get', 'scratch', 'tree', copy])).stdout).toContain('11 files in');
  expect(readFileSync(path.join(copy, 'tree', 'large-0.bin')).equals(readFileSync(path.join(folder, 'tree', 'large-0.bin')))).toBe(true);
  expect((await program(['volumes', 'get', 'scratch', 'tree', copy, '--json'])).records.at(-1)).toMatchObject({ kept: 11, bytes: 0 });

  writeRandom(path.join(folder, 'tree', 'many-0', '3.bin'), 1000);
  expect((await program(['volumes', 'put', 'scratch', path.join(folder, 'tree', 'many-0'), 'tree/many-0'])).stderr).toContain('--force');

  expect((await program(['volumes', 'rm', 'scratch', 'tree/many-0'])).code).toBe(2);
  expect((await program(['volumes', 'rm', 'scratch', 'tree/many-0', '--yes', '--json'])).records.at(-1)).toMatchObject({ files: 10 });

  // Only its own name deletes it.
  const kept = await program(['volumes', 'delete', 'scratch'], { interactive: true, answer: 'y' });
  expect(kept.stdout).toMatch(
    /To keep it costs \$0\.0034 a month[\s\S]*cannot be undone[\s\S]*volumes get scratch[\s\S]*Nothing was deleted/,
  );
  expect((await program(['volumes', 'delete', 'scratch'])).code).toBe(2);
  const gone = await program(['volumes', 'delete', 'scratch'], { interactive: true, answer: 'scratch' });
  expect(gone.stdout).toContain('scratch was deleted');
  expect((await program(['volumes', 'delete', 'scratch', '--yes'])).stderr).toContain('✗ There is no volume "scratch"');
});

/** The real client's commands, one after the other in one process; whether each of them was done. */
const modalVolume = async (commands: readonly (readonly string[])[]): Promise<readonly boolean[]> => {
  const script = [
    'import json, sys',
    'from modal.cli.volume import volume_cli',
    'done = []',
    'for words in json.loads(sys.argv[1]):',
    '    try:',
    '        volume_cli.main(args=words, prog_name="modal volume", standalone_mode=False)',
    '        done.append(True)',
    '    except Exception:',
    '        done.append(False)',
    'print("\\n" + json.dumps(done))',
  ].join('\n');
  const { stdout } = await execa(modalPython(), ['-c', script, JSON.stringify(commands)], { env: { ...process.env, ...standIn.env } });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as readonly boolean[];
};

const filesOn = async (client: ModalClient, volume: string): Promise<readonly string[]> => {
  const entries = await client.volumeList(volume, '/', { recursive: true });
  return entries
    .filter(({ type }) => type === 'file')
    .map(({ path: name, bytes }) => `${name} ${bytes}`)
    .toSorted();
};

const filesBelow = (top: string): readonly string[] =>
  readdirSync(top, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => `${path.relative(top, path.join(entry.parentPath, entry.name))} ${readFileSync(path.join(entry.parentPath, entry.name))}`)
    .toSorted();

test('put and get put things where Modal’s own put and get do', async () => {
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  write('a.txt', 'of a');
  write('tree/one', 'of one');
  write('tree/sub/two', 'of two, below');
  const [file, tree] = [path.join(folder, 'a.txt'), path.join(folder, 'tree')];
  const puts: readonly (readonly string[])[] = [[file], [file, '/a'], [file, 'd/'], [tree, '/g'], [tree], [`${tree}/`]];
  const client = createModalClient({});
  for (const volume of ['theirs', 'ours']) await client.volumeCreate(volume, 2);
  const done = await modalVolume(puts.map(words => ['put', 'theirs', ...words]));
  for (const words of puts) expect(await program(['volumes', 'put', 'ours', ...words])).toMatchObject({ code: 0, stderr: '' });
  expect(done).toEqual(puts.map(() => true));
  const there = await filesOn(client, 'theirs');
  expect(there).toContain('a 4');
  expect(await filesOn(client, 'ours')).toEqual(there);

  // A name that is taken by another file: refused by both, and written over by both with --force.
  write('other/a.txt', 'of another a');
  const other = path.join(folder, 'other', 'a.txt');
  expect(
    await modalVolume([
      ['put', 'theirs', other, '/a'],
      ['put', '--force', 'theirs', other, '/a'],
    ]),
  ).toEqual([false, true]);
  expect(await program(['volumes', 'put', 'ours', other, '/a'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`next: ann-tui volumes put ours ${other} /a --force`),
  });
  expect(await program(['volumes', 'put', 'ours', other, '/a', '--force'])).toMatchObject({ code: 0 });
  expect(await filesOn(client, 'ours')).toEqual(await filesOn(client, 'theirs'));

  const gets: readonly (readonly [from: string, to: string])[] = [
    ['a.txt', '1'],
    ['tree', '2'],
    ['/tree/sub/', '3'],
    ['tree/one', '5/new name'],
    ['tree/one', '6/no/such/yet'],
    ['/', '7'],
  ];
  for (const side of ['theirs', 'ours'])
    for (const name of ['1', '2', '3', '4', '5', '7']) mkdirSync(path.join(folder, side, name), { recursive: true });
  const to = (side: string, name: string): string => path.join(folder, side, name);
  expect(await modalVolume(gets.map(([from, name]) => ['get', 'theirs', from, to('theirs', name)]))).toEqual(gets.map(() => true));
  for (const [from, name] of gets)
    expect(await program(['volumes', 'get', 'ours', from, to('ours', name)])).toMatchObject({ code: 0, stderr: '' });
  expect(filesBelow(to('ours', '.'))).toEqual(filesBelow(to('theirs', '.')));
  expect(filesBelow(to('ours', '.'))).toContain('6/no/such/yet of one');

  // Another file of that name here.
  for (const side of ['theirs', 'ours']) writeFileSync(to(side, '1/a.txt'), 'mine');
  expect(await modalVolume([['get', 'theirs', 'a.txt', to('theirs', '1')]])).toEqual([false]);
  expect(await program(['volumes', 'get', 'ours', 'a.txt', to('ours', '1')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--force'),
  });
  for (const side of ['theirs', 'ours']) expect(readFileSync(to(side, '1/a.txt'), 'utf8')).toBe('mine');
  expect(await program(['volumes', 'get', 'ours', 'a.txt', to('ours', '1'), '--force'])).toMatchObject({ code: 0 });
  expect(readFileSync(to('ours', '1/a.txt'), 'utf8')).toBe('of a');

  // To stdout its bytes and nothing else; a folder that is not there yet is made, where Modal's own fails.
  expect(await program(['volumes', 'get', 'ours', 'tree/sub/two', '-'])).toMatchObject({ code: 0, stdout: 'of two, below', stderr: '' });
  expect(await program(['volumes', 'get', 'ours', 'tree', to('ours', 'new')])).toMatchObject({ code: 0 });
  expect(filesBelow(to('ours', 'new'))).toEqual(['tree/one of one', 'tree/sub/two of two, below']);
  for (const volume of ['theirs', 'ours']) await client.volumeDelete(volume);
  await client.close();
}, 300_000);

test('words that cannot be are told with what can', async () => {
  expect(await program(['volumes', 'burn'])).toMatchObject({ code: 2, stderr: expect.stringContaining('it can: ls, create, inspect') });
  expect((await program(['volumes', 'put', 'x'])).stderr).toContain('needs a LOCAL');
  expect((await program(['volumes', 'put', 'x', path.join(folder, 'nothing')])).stderr).toContain('does not exist');
  expect((await program(['volumes', 'get', 'nope', '/', folder])).stderr).toContain('✗ There is no volume nope');
  expect((await program(['volumes', 'create', 'x', '--volume-version', '3'])).stderr).toContain('it is 1 or 2');
});

test('a run that this machine does not know: its results come from the volume', async () => {
  const run = path.join(folder, 'bench-abc234');
  writeRandom(path.join(run, 'parts', 'w1', 'log'), 100);
  writeFileSync(path.join(run, 'results.json'), '{"points":[]}');
  await program(['volumes', 'create', 'ann-results']);
  expect((await program(['volumes', 'put', 'ann-results', run, 'runs/bench-abc234'])).code).toBe(0);
  const copy = path.join(folder, 'copy');
  const got = await program(['results', 'bench-abc234', '--get', copy]);
  expect(got).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied from ann-results') });
  expect(readFileSync(path.join(copy, 'results.json'), 'utf8')).toBe('{"points":[]}');
  expect(existsSync(path.join(copy, 'parts', 'w1', 'log'))).toBe(true);
  expect((await program(['results', 'bench-zzz234', '--get', copy])).stderr).toContain('There is no run "bench-zzz234"');
  await program(['volumes', 'delete', 'ann-results', '--yes']);
});
