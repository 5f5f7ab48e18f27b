/** What our launch adds to Modal's own client: from the word to the call, ours and bare `modal run --detach` in turns, on the stand-in. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createModalClient, modalProgram } from '../../src/modal-client/index.ts';
import { runFiles } from '../../src/runs/files.ts';
import { startSupervisor } from '../../src/runs/start-supervisor.ts';
import { createRun, requestStop } from '../../src/runs/store.ts';
import { launchOf } from '../../src/targets/modal/launch-file.ts';
import { packageRoot, paths } from '../../src/util/paths.ts';
import { modalSpec } from '../src/targets/modal/support/bench.ts';
import { startStandIn, testHome } from '../support/stand-in.ts';
import { median, report } from './report.ts';

process.env.ANN_TUI_TEST_HOME ??= path.join(packageRoot, '.dev/home');
const rounds = 9;
const bundle = path.join(packageRoot, 'dist/ann-tui.js');
const home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-launch-'));
process.env.ANN_TUI_HOME = home;
mkdirSync(paths().data, { recursive: true });
symlinkSync(path.join(testHome(), 'data', 'python'), paths().python);
const standIn = await startStandIn();
Object.assign(process.env, standIn.env);

const spec = modalSpec({ implementations: [{ name: 'naive', build: {}, search: [{}] }], subset: 1000, repeats: 1 });
const client = createModalClient({});

const until = async (there: () => boolean): Promise<number> => {
  while (!there()) await sleep(2);
  return performance.now();
};
const has = (file: string, text: string): boolean => existsSync(file) && readFileSync(file, 'utf8').includes(text);

const endAll = async (): Promise<void> => {
  for (const { id, state } of await client.apps()) if (state !== 'stopped') await client.stopApp(id);
  await sleep(300);
};

/** Milliseconds, from the run that is begun to the journal that knows its call. */
const ours = async (): Promise<number> => {
  const started = performance.now();
  const run = createRun(spec);
  startSupervisor(run, bundle);
  const { journal } = runFiles(run);
  const took = (await until(() => has(journal, '"kind":"launched"') || has(journal, '"kind":"ended"'))) - started;
  if (!has(journal, '"kind":"launched"')) throw new Error(readFileSync(journal, 'utf8').split('\n').at(-2));
  requestStop(run, { force: true });
  await until(() => has(journal, '"kind":"ended"'));
  await endAll();
  return took;
};

/** The same app by Modal's own program alone, to the line that names its call. */
const bare = async (round: number): Promise<number> => {
  const { program, env } = await modalProgram({});
  const [launch, log] = [path.join(home, `bare-${round}.json`), path.join(home, `bare-${round}.log`)];
  if (spec.cloud === undefined) throw new Error('a run on Modal has a cloud plan');
  writeFileSync(launch, JSON.stringify(launchOf(spec, spec.cloud, `bench-bare0${round}`, 1, home)));
  const descriptor = openSync(log, 'w');
  const started = performance.now();
  spawn(program, ['run', '--detach', path.join(packageRoot, 'modal/apps/benchmark.py')], {
    cwd: home,
    env: { ...env, ANN_TUI_LAUNCH: launch },
    stdio: ['ignore', descriptor, descriptor],
  });
  const took = (await until(() => has(log, '"launched"'))) - started;
  await endAll();
  return took;
};

const [mine, theirs]: [number[], number[]] = [[], []];
try {
  // Once each for warm caches.
  await ours();
  await bare(rounds);
  for (let round = 0; round < rounds; round += 1) {
    mine.push(await ours());
    theirs.push(await bare(round));
  }
} finally {
  await client.close();
  await standIn.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
const added = mine.map((milliseconds, round) => (milliseconds - (theirs[round] ?? 0)) / 1000);
const seconds = (values: readonly number[]): string =>
  `${(median(values) / 1000).toFixed(2)} s (${(Math.min(...values) / 1000).toFixed(2)} to ${(Math.max(...values) / 1000).toFixed(2)})`;
report({
  name: 'modal-launch',
  method: `ours and bare modal run --detach in turns, ${rounds} times each, from the word to the call's id`,
  lines: [
    `ours  ${seconds(mine)}`,
    `bare  ${seconds(theirs)}`,
    `added ${median(added).toFixed(2)} s (${Math.min(...added).toFixed(2)} to ${Math.max(...added).toFixed(2)})`,
  ],
  figure: median(added),
  bar: '≤ 0.5 s added, median of pairs',
  ok: median(added) <= 0.5,
  data: { ours: mine, bare: theirs },
});
