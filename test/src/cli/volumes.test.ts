/** `volumes`, and `results --get` from the volume, by the real client against the stand-in. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clientEnv } from '../../support/modal-env.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';
import { writeRandom, writeTree } from '../data/support/tree.ts';
import { modalHome } from '../targets/modal/support/bench.ts';
import { program } from './program.ts';

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
  expect(readFileSync(path.join(copy, 'large-0.bin')).equals(readFileSync(path.join(folder, 'tree', 'large-0.bin')))).toBe(true);
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
