/** Runs of the real program and the real app on the stand-in, each in a home of its own, with what may happen to them; for measurements. */
import path from 'node:path';
import { foldText } from '../../src/runs/fold.ts';
import type { RunState } from '../../src/runs/state.ts';
import { Home } from '../e2e/program.ts';
import type { StandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';

export type CloudRun = {
  readonly home: Home;
  readonly run: string;
  /** As its journal has it now. */
  readonly state: () => RunState;
  readonly killTerminal: () => void;
  readonly killSupervisor: () => void;
  /** The whole command's end. */
  readonly left: Promise<unknown>;
};

export type CloudRunOptions = {
  /** Writes what the command needs into the home, and returns its words. */
  readonly words: (home: Home) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export type Bench = {
  /** Beside what every run has. */
  readonly args: readonly string[];
  readonly sweep: string;
  /** A file of a person's own beside it, by its name. */
  readonly own?: { readonly name: string; readonly text: string };
};

/** The words of a benchmark. */
export const benchOf =
  ({ args, sweep, own }: Bench): CloudRunOptions['words'] =>
  home => {
    home.write('sweep.yaml', sweep);
    if (own !== undefined) home.write(own.name, own.text);
    return ['bench', '--target', 'modal', '--dataset', 'quick', '--sweep', path.join(home.folder, 'sweep.yaml'), ...args];
  };

const stateOf = (home: Home, run: string): RunState => {
  let state: RunState | undefined;
  const text = home.runFile(run, 'journal.ndjson');
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) if (line !== '') state = foldText(state, line);
  if (state === undefined) throw new Error(`the journal of ${run} is empty`);
  return state;
};

const supervisorOf = (home: Home, run: string): number | undefined =>
  home
    .runFile(run, 'journal.ndjson')
    .split('\n')
    .flatMap(line => {
      try {
        const entry = JSON.parse(line);
        return entry.kind === 'supervised' ? [entry.by.pid as number] : [];
      } catch {
        return [];
      }
    })
    .at(-1);

/** Resolves when the run has a folder. */
export const startRun = async (standIn: StandIn, { words, env = {} }: CloudRunOptions): Promise<CloudRun> => {
  const home = new Home({ env: { ...standIn.env, ...env } });
  const args = words(home);
  const command = home.run([...args, '--yes', '--json'], '', home.folder);
  const left = command.then(
    result => result,
    error => error,
  );
  const said = Promise.race([
    until('a run', () => home.runs()[0]),
    left.then(result => Promise.reject(new Error(`${args[0]} left: ${result.stderr}${result.stdout}`))),
  ]);
  const run = await said;
  return {
    home,
    run,
    state: () => stateOf(home, run),
    killTerminal: () => void command.kill('SIGKILL'),
    killSupervisor: () => {
      const pid = supervisorOf(home, run);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    left,
  };
};

export type Billed = {
  /** Dollars. */
  readonly total: number;
  readonly containers: number;
  /** Dollars an hour of everything that was ever alive at once, at most. */
  readonly peak: number;
  readonly alive: boolean;
};

type AppRow = Readonly<Record<string, unknown>>;
type BillRows = {
  readonly rows: readonly { readonly app: string; readonly since: number; readonly until: number; readonly cost: string }[];
};

/** What the stand-in bills for every app of the run. */
export const billOf = async (standIn: StandIn, run: string): Promise<Billed> => {
  const [apps, { rows }, containers] = (await Promise.all([standIn.admin('apps'), standIn.admin('bill'), standIn.admin('containers')])) as [
    readonly AppRow[],
    BillRows,
    readonly AppRow[],
  ];
  const ids = new Set(
    apps
      .filter(app => String(app.description).startsWith(`ann-tui-${run}-`))
      .flatMap(app => Object.values(app).filter((value): value is string => typeof value === 'string' && value.startsWith('ap-'))),
  );
  const own = rows.filter(({ app }) => ids.has(app));
  const perHour = own.map(({ since, until: end, cost }) => ({ since, end, rate: (Number(cost) / Math.max(1e-9, end - since)) * 3600 }));
  const at = (moment: number): number =>
    perHour.filter(one => one.since <= moment && moment < one.end).reduce((sum, { rate }) => sum + rate, 0);
  const alive = containers.some(one => one.alive === true && Object.values(one).some(value => typeof value === 'string' && ids.has(value)));
  return {
    total: own.reduce((sum, { cost }) => sum + Number(cost), 0),
    containers: own.length,
    peak: Math.max(0, ...perHour.map(({ since }) => at(since))),
    alive,
  };
};
