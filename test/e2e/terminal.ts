/** A real pseudo-terminal with a real terminal emulator behind it: what a person would see, as text, cells and colours. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { searchShown } from '../support/leaks.ts';

export type TerminalOptions = {
  readonly cols?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
};

export type Exit = { readonly exitCode: number; readonly signal: number | undefined };

const keyBytes: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\x1b',
  tab: '\t',
  space: ' ',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  home: '\x1b[H',
  end: '\x1b[F',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
  'ctrl-u': '\x15',
};

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

/** The environment of a terminal, without what would make Ink believe that it runs in CI. */
const terminalEnv = (extra: TerminalOptions['env']): Record<string, string> => {
  const env: Record<string, string | undefined> = {
    ...process.env,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    COLORTERM: 'truecolor',
    ...extra,
  };
  const dropped = ['CI', 'CONTINUOUS_INTEGRATION', 'NODE_ENV', 'VITEST', 'LC_ALL', 'FORCE_COLOR', 'INIT_CWD'];
  if (extra?.NO_COLOR === undefined) dropped.push('NO_COLOR');
  for (const name of dropped) if (extra?.[name] === undefined) delete env[name];
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
};

/** The end of a process may be told before its last bytes have come through. */
const drainMs = 200;

export class Terminal {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Every byte the program wrote, for questions that the screen cannot answer. */
  raw = '';
  readonly #pty;
  readonly #screen;
  #exit: Exit | undefined;
  #exitedAt = Number.POSITIVE_INFINITY;

  constructor(file: string, args: readonly string[], options: TerminalOptions = {}) {
    const { cols = 80, rows = 24 } = options;
    this.#screen = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 2000 });
    const env = terminalEnv(options.env);
    this.#pty = spawn(file, [...args], {
      name: env.TERM ?? '',
      cols,
      rows,
      cwd: options.cwd ?? process.cwd(),
      env,
    });
    this.pid = this.#pty.pid;
    searchShown(`the terminal of ${args.join(' ')}`, () => this.raw);
    this.#pty.onData(data => {
      this.raw += data;
      this.#screen.write(data);
    });
    this.exited = new Promise(resolve => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#exit = { exitCode, signal };
        this.#exitedAt = Date.now();
        setTimeout(() => this.#screen.write('', () => resolve({ exitCode, signal })), drainMs);
      });
    });
  }

  /** The screen as it stands, one string a row, right-trimmed. */
  rows(): readonly string[] {
    const buffer = this.#screen.buffer.active;
    return Array.from({ length: this.#screen.rows }, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '');
  }

  screen(): string {
    return this.rows().join('\n');
  }

  /** The emulator itself, for cells and colours. */
  get emulator(): xterm.Terminal {
    return this.#screen;
  }

  /** True while the program uses the alternate screen. */
  get alternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  get cursorHidden(): boolean {
    return this.raw.lastIndexOf('\x1b[?25l') > this.raw.lastIndexOf('\x1b[?25h');
  }

  /** Waits until the screen shows `wanted`; the error shows what stood there instead. */
  async waitFor(wanted: string | RegExp, timeout = 120_000): Promise<string> {
    const end = Date.now() + timeout;
    for (;;) {
      const screen = this.screen();
      if (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)) return screen;
      if (Date.now() > this.#exitedAt + 2 * drainMs)
        throw new Error(`The program ended (${JSON.stringify(this.#exit)}) before showing ${wanted}:\n${this.screen()}`);
      if (Date.now() > end) throw new Error(`After ${timeout} ms the screen did not show ${wanted}:\n${screen}`);
      await pause(20);
    }
  }

  /** Presses keys one after another: names of `keyBytes` or text. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#pty.write(keyBytes[key] ?? key);
      // A terminal sends keys apart; an escape glued to the next key would be another key.
      await pause(40);
    }
  }

  resize(cols: number, rows: number): void {
    this.#screen.resize(cols, rows);
    this.#pty.resize(cols, rows);
  }

  kill(signal: NodeJS.Signals): void {
    try {
      if (this.#exit === undefined) process.kill(this.pid, signal);
    } catch (error) {
      // It has ended, and nobody was told yet.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Closes the terminal window: the kernel hangs up on the program. */
  hangUp(): void {
    this.#pty.kill('SIGHUP');
  }
}
