/** A home of its own, a supervisor program, and jobs that do what a test wants. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { readJson } from '../../../../src/process/files.ts';
import { isAlive, toIdentity } from '../../../../src/process/identity.ts';
import { lockOwner } from '../../../../src/process/lock.ts';
import { runFiles } from '../../../../src/runs/files.ts';
import type { JournalLine } from '../../../../src/runs/journal-entry.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { openRun, runNames } from '../../../../src/runs/store.ts';
import { packageRoot } from '../../../../src/util/paths.ts';
import type { BenchSpec } from '../../../../src/workloads/bench/spec.ts';
import { searchShown } from '../../../support/leaks.ts';
import { localSpec } from '../../../support/spec.ts';
import { until } from '../../../support/until.ts';

export const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

const jobScript = path.join(packageRoot, 'test/src/runs/support/job.py');

export type Mode = 'ok' | 'fail' | 'crash' | 'gone' | 'hang' | 'stubborn' | 'child';

/** Arguments after the interpreter. */
export const jobCommand = (mode: Mode, points = 3, pause = 0.01): readonly string[] => [jobScript, mode, String(points), String(pause)];

export const spec = (changes: Partial<BenchSpec> = {}): BenchSpec =>
  localSpec({
    implementations: [{ name: 'hnsw', build: { M: 16 }, search: [{ efSearch: 0 }, { efSearch: 1 }, { efSearch: 2 }] }],
    repeats: 1,
    hardware: { id: 'cpu-32', label: '32 cores', dollarsPerHour: 1, pricesDate: '2026-11-01' },
    ...changes,
  });

/** Ends what a failed test left running: supervisors first, or they would tell of a lost job. */
const endAll = (): void => {
  for (const run of runNames()) {
    const { owner, job } = runFiles(run);
    const supervisor = lockOwner(owner);
    if (supervisor !== undefined && supervisor.pid !== process.pid) process.kill(supervisor.pid, 'SIGKILL');
    for (const name of (existsSync(job) ? readdirSync(job) : []).filter(file => file.startsWith('wrapper-'))) {
      const wrapper = toIdentity(readJson(path.join(job, name)));
      if (wrapper !== undefined && isAlive(wrapper)) process.kill(-wrapper.pid, 'SIGKILL');
    }
  }
};

/** Puts everything of this test file under one temporary folder. Returns what removes it. */
export const temporaryHome = (): (() => void) => {
  const home = mkdtempSync(path.join(tmpdir(), 'ann-tui-test-'));
  process.env.ANN_TUI_HOME = home;
  return () => {
    endAll();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
};

/** Bundles a TypeScript entry inside the package, where it finds the package's folder. */
export const bundle = async (entry: string): Promise<{ readonly file: string; readonly remove: () => void }> => {
  mkdirSync(path.join(packageRoot, '.dev'), { recursive: true });
  const folder = mkdtempSync(path.join(packageRoot, '.dev/test-'));
  const file = path.join(folder, 'entry.mjs');
  await build({
    absWorkingDir: packageRoot,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    banner: { js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);" },
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

export type SupervisorOptions = {
  readonly command: readonly string[];
  readonly dieAt?: number;
  readonly grace?: number;
  readonly steps?: boolean;
};

/** A supervisor process; resolves when it is gone. */
export const runSupervisor = (
  program: string,
  run: string,
  { command, dieAt = 0, grace = 10_000, steps = false }: SupervisorOptions,
): {
  readonly child: ChildProcess;
  readonly gone: Promise<{ readonly code: number | null; readonly signal: string | null; readonly said: string }>;
} => {
  const child = spawn(process.execPath, [program, '_supervise', run], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      TEST_PYTHON: python,
      TEST_COMMAND: JSON.stringify(command),
      TEST_DIE_AT: String(dieAt),
      TEST_GRACE: String(grace),
      ...(steps && { TEST_STEPS: '1' }),
    },
  });
  let said = '';
  searchShown('what a supervisor said', () => said);
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  return { child, gone: new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal, said }))) };
};

export const journalOf = (run: string): readonly JournalLine[] =>
  readFileSync(runFiles(run).journal, 'utf8')
    .split('\n')
    .flatMap(line => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });

/** Pids of the jobs that were ever started for the run, one a start. */
export const startsOf = (run: string): readonly number[] => {
  try {
    return readFileSync(path.join(runFiles(run).job, 'starts'), 'utf8')
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

export const untilState = (run: string, what: string, fits: (state: RunState) => boolean, seconds = 200): Promise<RunState> => {
  const reader = openRun(run);
  return until(
    what,
    () => {
      const state = reader.refresh();
      return fits(state) ? state : undefined;
    },
    seconds,
  );
};
