/** Runs on the stand-in: a home with Modal's client in it, a supervisor program, and an app that does what a test wants. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../../../../src/util/paths.ts';
import type { BenchSpec } from '../../../../../src/workloads/bench/spec.ts';
import { searchShown } from '../../../../support/leaks.ts';
import { clientEnv } from '../../../../support/modal-env.ts';
import { linkPython, type StandIn, startStandIn } from '../../../../support/stand-in.ts';
import { bundle, spec, temporaryHome } from '../../../runs/support/bench.ts';

export type TinyJob = {
  readonly events?: number;
  readonly lines?: number;
  /** Seconds between two points. */
  readonly pace?: number;
  readonly end?: 'ok' | 'raise' | 'oom' | 'hang' | 'code';
};

export const modalSpec = (changes: Partial<BenchSpec> = {}): BenchSpec =>
  spec({
    target: 'modal',
    cloud: {
      profile: null,
      environment: null,
      container: { cores: 1, memoryGiB: 1, gpu: null, region: null, nonpreemptible: false },
      containers: 1,
      coordinator: { cores: 0.5, memoryGiB: 1, dollarsPerHour: 0.09 },
      volumes: { datasets: 'ann-datasets', results: 'ann-results' },
      control: 'ann-tui-control',
      startupTimeout: 120,
    },
    ...changes,
  });

export type Supervised = {
  readonly child: ChildProcess;
  readonly gone: Promise<{ readonly code: number | null; readonly signal: string | null; readonly said: string }>;
};

export type Cloud = {
  readonly standIn: StandIn;
  /** A supervisor process; `dieAt`: "after launch#1". */
  readonly supervise: (run: string, job: TinyJob, options?: { readonly dieAt?: string; readonly steps?: boolean }) => Supervised;
  readonly close: () => Promise<void>;
};

const entry = 'test/src/targets/modal/support/modal-entry.ts';
const app = path.join(packageRoot, 'test/src/targets/modal/support/tiny_app.py');

/** A home of its own that shares the prepared environments. Returns what removes it. */
export const modalHome = (): (() => void) => {
  const remove = temporaryHome();
  linkPython(process.env.ANN_TUI_HOME ?? '');
  return remove;
};

export const openCloud = async (): Promise<Cloud> => {
  const removeHome = modalHome();
  const [standIn, program] = await Promise.all([startStandIn(), bundle(entry)]);
  // Whatever this process itself asks of Modal goes there too.
  const variables = clientEnv(standIn.env);
  variables.set();
  return {
    standIn,
    supervise: (run, job, { dieAt = '', steps = false } = {}) => {
      const child = spawn(process.execPath, [program.file, '_supervise', run], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          ...standIn.env,
          TEST_APP: app,
          TINY_JOB: JSON.stringify(job),
          TEST_DIE_AT: dieAt,
          ...(steps && { TEST_STEPS: '1' }),
        },
      });
      let said = '';
      searchShown('what a supervisor said', () => said);
      child.stderr.on('data', chunk => {
        said += chunk;
      });
      return { child, gone: new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal, said }))) };
    },
    close: async () => {
      variables.restore();
      removeHome();
      program.remove();
      await standIn.close();
    },
  };
};
