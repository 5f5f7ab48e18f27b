/** Every prerequisite: what was found, whether it will do, and the command that mends it. Changes nothing. */

import { loadDatasets } from '../config/datasets.ts';
import { loadHardware } from '../config/hardware.ts';
import { type ConfigName, configFile } from '../config/load.ts';
import { loadModal } from '../config/modal.ts';
import { loadPrices } from '../config/prices.ts';
import { datasetBytes, onDisk } from '../datasets/catalogue.ts';
import { toFailure } from '../errors/errors.ts';
import { freeBytes } from '../process/room.ts';
import type { RunState } from '../runs/state.ts';
import { counted, size } from '../text/format.ts';
import { paths } from '../util/paths.ts';
import { loadBenchmark } from '../workloads/bench/config.ts';
import { loadPrepare } from '../workloads/prepare/config.ts';
import { loadTraining, presetConfigs, presets } from '../workloads/train/config/load.ts';
import { installCommand, onPath } from './advice.ts';
import type { CheckResult } from './check-result.ts';
import { probeCompilers } from './compiler.ts';
import { modalChecks } from './doctor-modal.ts';
import { trainingCheck } from './doctor-training.ts';
import { isWsl, systemName, thisMachine } from './machine.ts';
import { probePythons, suitsCore } from './python.ts';
import { setupStatus } from './python-env.ts';
import type { Environ } from './setup-process.ts';
import { trainingStatus } from './training/status.ts';
import { sizesOf } from './training/torch.ts';

export type DoctorOptions = { readonly runs: readonly RunState[]; readonly env?: Environ };

const [oldestMajor, oldestMinor] = [20, 19];

const node = (): CheckResult => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const found = `${process.versions.node} at ${process.execPath}`;
  return good
    ? { name: 'Node', verdict: 'ok', found }
    : { name: 'Node', verdict: 'fail', found: `${found}; ${oldestMajor}.${oldestMinor} or newer is needed`, fix: 'https://nodejs.org' };
};

const system = (): CheckResult => {
  const name = 'System';
  if (process.platform === 'win32')
    return { name, verdict: 'fail', found: 'Windows itself cannot run the jobs; WSL can', fix: 'wsl --install' };
  if (isWsl() && paths().data.startsWith('/mnt/')) {
    const found = `${systemName()}; ${paths().data} is on the Windows disk, which is slow from here`;
    return { name, verdict: 'warn', found, fix: 'export ANN_TUI_HOME=~/ann-tui' };
  }
  if (process.platform === 'linux' || process.platform === 'darwin')
    return { name, verdict: 'ok', found: `${systemName()}, ${process.arch}` };
  return { name, verdict: 'warn', found: `${process.platform}: not tried` };
};

const python = async (env: Environ): Promise<readonly CheckResult[]> => {
  const uv = onPath('uv', env);
  const probes = await probePythons(env, suitsCore(uv));
  const fit = probes.flatMap(probe => ('python' in probe ? [probe.python] : []));
  const best = fit.find(({ venv, headers }) => headers && (venv || uv !== undefined)) ?? fit[0];
  if (best === undefined) {
    const unfit = probes.map(probe => ('unfit' in probe ? `${probe.command}: ${probe.unfit}` : '')).join(' · ');
    const fix = env.ANN_TUI_PYTHON ? 'unset ANN_TUI_PYTHON' : installCommand('python', env);
    return [{ name: 'Python', verdict: 'fail', found: unfit || 'not found; 3.10 or newer is needed', fix }];
  }
  const tool = uv === undefined ? 'venv and pip' : `uv (${uv})`;
  return [
    { name: 'Python', verdict: 'ok', found: `${best.version} at ${best.executable}` },
    uv !== undefined || best.venv
      ? { name: 'Environments', verdict: 'ok', found: tool }
      : { name: 'Environments', verdict: 'fail', found: "Python's venv lacks ensurepip", fix: installCommand('venv', env, best.family) },
    best.headers
      ? { name: 'Python.h', verdict: 'ok', found: `of Python ${best.family}` }
      : { name: 'Python.h', verdict: 'fail', found: 'missing; the C++ core needs it', fix: installCommand('headers', env, best.family) },
  ];
};

const compiler = async (env: Environ): Promise<CheckResult> => {
  const name = 'C++ compiler';
  const probes = await probeCompilers(env);
  for (const probe of probes) if ('compiler' in probe) return { name, verdict: 'ok', found: probe.compiler.version };
  const unfit = probes.map(probe => ('unfit' in probe ? `${probe.command}: ${probe.unfit}` : '')).join(' · ');
  const fix = env.CXX && unfit !== '' ? 'unset CXX' : installCommand('compiler', env);
  return { name, verdict: 'fail', found: unfit || 'neither g++ nor clang++ was found', fix };
};

const machine = (): CheckResult => {
  const { cores, cpu, memoryGiB } = thisMachine();
  const found = `${counted(cores, 'core')} (${cpu}), ${memoryGiB} GiB of memory`;
  return memoryGiB >= 1.5
    ? { name: 'Machine', verdict: 'ok', found }
    : { name: 'Machine', verdict: 'warn', found: `${found}: compiling may fail` };
};

const disk = (): CheckResult => {
  const name = 'Disk';
  const free = freeBytes(paths().data);
  if (free === undefined) return { name, verdict: 'warn', found: `no word on ${paths().data}` };
  const wanted = trainingStatus().ready ? '' : `; the environment for trainings takes ${size(sizesOf('cpu').disk)}`;
  const found = `${size(free)} free in ${paths().data}${free < 5e9 ? wanted : ''}`;
  if (free < 500e6) return { name, verdict: 'fail', found, fix: 'df -h' };
  return { name, verdict: free < 5e9 ? 'warn' : 'ok', found };
};

const environment = (): CheckResult => {
  const { ready, why, folder } = setupStatus();
  const name = 'Set-up';
  return ready ? { name, verdict: 'ok', found: folder } : { name, verdict: 'warn', found: `not ready: ${why}`, fix: 'ann-tui setup' };
};

const isUtf8 = (env: Environ): boolean =>
  /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || (process.platform === 'darwin' ? 'utf-8' : ''));

const terminal = (env: Environ): CheckResult => {
  const name = 'Terminal';
  if (!(process.stdin.isTTY && process.stdout.isTTY)) return { name, verdict: 'ok', found: 'none here; every command works without one' };
  const { columns, rows } = process.stdout;
  const colours = 2 ** process.stdout.getColorDepth();
  const shade = env.NO_COLOR || colours < 8 ? 'no colours' : `${colours >= 2 ** 24 ? '16 million' : colours} colours`;
  const found = `${columns} × ${rows}, ${shade}, ${isUtf8(env) ? 'UTF-8' : 'no UTF-8: drawn in ASCII'}`;
  return columns < 60 || rows < 15 ? { name, verdict: 'warn', found: `${found}; 80 × 24 shows more` } : { name, verdict: 'ok', found };
};

const configNames: readonly ConfigName[] = ['prices', 'hardware', 'datasets', 'benchmark', 'prepare', 'modal', ...presetConfigs];

/** All of them are read, so that a slip in a copy of one's own is told here and not in the middle of something. */
const configs = async (): Promise<CheckResult> => {
  const name = 'Configs';
  try {
    await Promise.all([
      loadPrices(),
      loadHardware(),
      loadDatasets(),
      loadBenchmark(),
      loadPrepare(),
      loadModal(),
      ...presets.map(loadTraining),
    ]);
    const own = configNames.filter(config => configFile(config).own).map(config => `${config}.yaml`);
    return { name, verdict: 'ok', found: own.length === 0 ? "the package's own" : `your own ${own.join(', ')}` };
  } catch (error) {
    const { what, why, hint } = toFailure(error);
    return { name, verdict: 'fail', found: `${what}: ${why}`, ...(hint === undefined ? {} : { fix: hint }) };
  }
};

const datasets = async (): Promise<CheckResult> => {
  const name = 'Datasets';
  // What is wrong with the list itself is told by the check above.
  const entries = await loadDatasets().then(
    ({ value }) => value,
    () => [],
  );
  const states = entries.map(entry => ({ name: entry.name, ...onDisk(paths().datasets, entry) }));
  const verified = states.filter(({ state }) => state === 'verified').length;
  const partial = states.find(({ state }) => state === 'partial');
  const found = `${verified} of ${states.length} here, ${size(datasetBytes())}`;
  if (partial === undefined) return { name, verdict: 'ok', found };
  return { name, verdict: 'warn', found: `${found}; ${partial.name} is not complete`, fix: `ann-tui sync ${partial.name}` };
};

const runs = (states: readonly RunState[]): CheckResult => {
  const name = 'Runs';
  const live = states.filter(({ status }) => status !== 'ended');
  const lost = states.find(({ outcome }) => outcome === 'lost');
  if (lost !== undefined)
    return { name, verdict: 'warn', found: `${states.length} kept; ${lost.run} was cut short`, fix: `ann-tui resume ${lost.run}` };
  return { name, verdict: 'ok', found: `${states.length} kept, ${live.length} running` };
};

export const doctor = async ({ runs: states, env = process.env }: DoctorOptions): Promise<readonly CheckResult[]> => {
  const [pythons, cxx, training, config, data, modal] = await Promise.all([
    python(env),
    compiler(env),
    trainingCheck(env),
    configs(),
    datasets(),
    modalChecks(env),
  ]);
  return [
    system(),
    node(),
    ...pythons,
    cxx,
    machine(),
    disk(),
    environment(),
    training,
    terminal(env),
    config,
    data,
    runs(states),
    ...modal,
  ];
};
