/** The built program, in a home of its own that shares the prepared Python environment. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { searchShown } from '../support/leaks.ts';
import { linkPython } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';

export const bundle = path.join(packageRoot, 'dist/ann-tui.js');

export type HomeOptions = {
  /** False: a machine on which `setup` never ran. */
  readonly prepared?: boolean;
  /** Where Modal is, say. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another build of the program. */
  readonly program?: string;
};

export class Home {
  readonly folder: string;
  readonly #terminals: Terminal[] = [];

  readonly #env: Readonly<Record<string, string>>;
  readonly #program: string;

  constructor({ prepared = true, env = {}, program = bundle }: HomeOptions = {}) {
    this.#env = env;
    this.#program = program;
    this.folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-e2e-'));
    if (prepared) linkPython(this.folder);
    // As it is after `npm install -g`: next steps are then `ann-tui ARGS`.
    mkdirSync(path.join(this.folder, 'bin'));
    symlinkSync(program, path.join(this.folder, 'bin/ann-tui'));
  }

  get env(): Record<string, string> {
    return { PATH: `${path.join(this.folder, 'bin')}:${process.env.PATH}`, ...this.#env, ANN_TUI_HOME: this.folder };
  }

  /** The TUI, or a command, in a pseudo-terminal. */
  open(args: readonly string[] = [], options: TerminalOptions = {}): Terminal {
    const terminal = new Terminal(process.execPath, [this.#program, ...args], { ...options, env: { ...this.env, ...options.env } });
    this.#terminals.push(terminal);
    return terminal;
  }

  /** A command without a terminal. */
  run(args: readonly string[], input = '', cwd: string = process.cwd()) {
    const env = { ...this.env, NODE_ENV: undefined };
    const running = execa(process.execPath, [this.#program, ...args], { env, input, cwd, reject: false });
    let printed = '';
    for (const stream of [running.stdout, running.stderr])
      stream.on('data', chunk => {
        printed += chunk;
      });
    searchShown(`what ann-tui ${args.join(' ')} printed`, () => printed);
    return running;
  }

  /** A file below the home's folder. */
  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** What is chosen by itself from now on is over soon: exact search, a graph that is quick to build, one pass a setting; `qg`: our index, too. */
  chooseLittle(qg = false): void {
    const hnsw = '{ default: true, build: { M: [16], efConstruction: [40] }, search: { efSearch: [10, 40, 160] } }';
    const ours = '  qg: { default: true, build: { R: [16], efConstruction: [40] }, search: { effort: [1000, 1200] } }\n';
    this.write(
      'config/benchmark.yaml',
      `k: 10\nrepeats: 1\nseed: 1\nimplementations:\n  naive: { default: true }\n  hnsw: ${hnsw}\n${qg ? ours : ''}`,
    );
  }

  runs(): readonly string[] {
    try {
      return readdirSync(path.join(this.folder, 'data/runs')).filter(name => !name.startsWith('.'));
    } catch {
      return [];
    }
  }

  runFile(run: string, ...name: readonly string[]): string {
    return readFileSync(path.join(this.folder, 'data/runs', run, ...name), 'utf8');
  }

  /** Waits for the `times`-th end of a run. The journal is asked: starting a program for each look would starve the run. */
  async ended(run: string, times = 1): Promise<void> {
    await until(`the end of ${run}`, () => this.runFile(run, 'journal.ndjson').split('"kind":"ended"').length > times);
  }

  /** Ends what this home started and removes it. */
  async close(): Promise<void> {
    for (const terminal of this.#terminals) terminal.kill('SIGKILL');
    for (const run of this.runs()) await this.run(['stop', run]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
