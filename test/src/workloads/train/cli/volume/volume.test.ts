/** `volumes checkpoints` and `volumes clean`, by the real client against the stand-in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModalClient, runModal } from '../../../../../../src/modal-client/index.ts';
import type { ModalClient } from '../../../../../../src/modal-client/types.ts';
import { packageRoot } from '../../../../../../src/util/paths.ts';
import { clientEnv } from '../../../../../support/modal-env.ts';
import { type StandIn, startStandIn } from '../../../../../support/stand-in.ts';
import { writeTrainRun } from '../../../../../support/training.ts';
import { until } from '../../../../../support/until.ts';
import { program } from '../../../../cli/program.ts';
import { modalHome } from '../../../../targets/modal/support/bench.ts';

let standIn: StandIn;
let removeHome: () => void;
let variables: ReturnType<typeof clientEnv> | undefined;
let client: ModalClient;
const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-clean-'));

beforeAll(async () => {
  removeHome = modalHome();
  standIn = await startStandIn();
  variables = clientEnv(standIn.env);
  variables.set();
  client = createModalClient({});
});

afterAll(async () => {
  await client?.close();
  variables?.restore();
  await standIn?.close();
  removeHome?.();
  rmSync(folder, { recursive: true, force: true });
});

/** A run's checkpoints on the volume, of so many bytes each. */
const put = async (run: string, steps: readonly number[], best: number): Promise<void> => {
  const local = path.join(folder, run);
  const write = (name: string, step: number): void => {
    const at = path.join(local, 'checkpoints', 'seed-0', name);
    mkdirSync(at, { recursive: true });
    writeFileSync(path.join(at, 'card.json'), JSON.stringify({ step }));
    writeFileSync(path.join(at, 'model.safetensors'), Buffer.alloc(500_000, step % 251));
  };
  for (const step of steps) write(`step-${String(step).padStart(6, '0')}`, step);
  write('best', best);
  writeFileSync(path.join(local, 'log'), 'a line\n');
  expect((await program(['volumes', 'put', 'ann-results', local, `runs/${run}`])).stderr).toBe('');
};

const foldersOf = async (run: string): Promise<readonly string[]> => {
  const entries = await client.volumeList('ann-results', `runs/${run}/checkpoints/seed-0`);
  return entries.map(({ path: name }) => path.posix.basename(name)).toSorted();
};

test('listed with size and price; cleaned after a question; what is alive is refused', async () => {
  expect((await program(['volumes', 'checkpoints'])).stdout).toContain('No run has a checkpoint on ann-results');
  await program(['volumes', 'create', 'ann-results']);
  const [over, live] = [writeTrainRun(), writeTrainRun()];
  await put(over, [100, 200, 300], 200);
  await put(live, [10, 20], 10);
  const stranger = 'train-zzz234';
  await put(stranger, [1, 2, 3], 2);
  const name = `ann-tui-${live}-1`;
  const app = path.join(packageRoot, 'test/src/modal-client/fixtures/app.py');
  expect(await runModal(['run', '--detach', '--name', name, app, '--what', 'wait', '--count', '300'], { seconds: 120 })).toMatchObject({
    code: 0,
  });
  await until('the app to live', async () => (await client.apps()).some(one => one.name === name && one.state === 'detached'));

  const listed = await program(['volumes', 'checkpoints', '--json']);
  const byRun = Object.fromEntries(listed.records.map(one => [one.run, one]));
  expect(byRun[over]).toMatchObject({
    checkpoints: 4,
    known_here: true,
    live: false,
    last_step: 300,
    best_steps: [200],
    could_go: { checkpoints: 2 },
  });
  expect(byRun[over]?.dollars_per_month).toBeCloseTo(((byRun[over]?.bytes as number) / 2 ** 30) * 0.09, 12);
  expect(byRun[live]).toMatchObject({ live: true, why: expect.stringContaining(`${name} is alive`), could_go: { checkpoints: 0 } });
  expect(byRun[stranger]).toMatchObject({ known_here: false, live: true, why: expect.stringContaining('no journal here knows it') });
  const text = (await program(['volumes', 'checkpoints'])).stdout;
  expect(text).toMatch(new RegExp(`${over} +4 +2\\.0 MB +2\\.0 MB +\\$0\\.0002 +300 +200 +just now +1\\.0 MB +over`));
  expect(text).toContain('ann-tui volumes clean --dry-run');

  // By name it is refused, with what is to be done.
  const refused = await program(['volumes', 'clean', live, '--yes']);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`✗ ${live} cannot be cleaned`) });
  expect(refused.stderr).toContain(`next: ann-tui stop ${live}`);
  expect(await foldersOf(live)).toEqual(['best', 'step-000010', 'step-000020']);

  // Without a terminal it is not done without being told; asked, the safe answer is the default.
  expect((await program(['volumes', 'clean', '--dry-run'])).stdout).toMatch(
    /2 checkpoints, 1\.0 MB: to keep them costs[\s\S]*Nothing was removed/,
  );
  expect(await program(['volumes', 'clean'])).toMatchObject({ code: 2, stderr: expect.stringContaining('ann-tui volumes clean --yes') });
  expect((await program(['volumes', 'clean'], { interactive: true, answer: '' })).stdout).toContain('Nothing was removed.');
  expect((await program(['volumes', 'clean', over, '--older-than', '1d', '--yes'])).stdout).toContain(
    'No checkpoint is there that could go',
  );
  expect(await foldersOf(over)).toHaveLength(4);

  const cleaned = await program(['volumes', 'clean', '--yes', '--json']);
  expect(cleaned.records.at(-1)).toMatchObject({ type: 'cleaned', removed: true, checkpoints: 2, runs: [{ run: over }] });
  const held = [live, stranger].map(run => ({ run, why: expect.any(String) }));
  expect(cleaned.records.at(-1)?.held).toEqual(expect.arrayContaining(held));
  expect(await foldersOf(over)).toEqual(['best', 'step-000300']);
  expect(await foldersOf(stranger)).toHaveLength(4);

  // Once its app is stopped it is over.
  await client.stopApp((await client.apps()).find(one => one.name === name)?.id ?? '');
  await until('the app to stop', async () => (await client.apps()).every(one => one.name !== name || one.state === 'stopped'));
  const best = await program(['volumes', 'clean', live, '--keep-best'], { interactive: true, answer: 'y' });
  expect(best.stdout).toContain(`! Not done, and not to be gone on with afterwards: ${live}`);
  expect(await foldersOf(live)).toEqual(['best']);
}, 300_000);

test('words that cannot be', async () => {
  expect(await program(['volumes', 'clean', '--older-than', 'soon'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('such as 30d'),
  });
  expect(await program(['volumes', 'clean', 'train-nobody'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no run'),
  });
  expect(await program(['volumes', 'checkpoints', 'all'])).toMatchObject({ code: 2 });
});
