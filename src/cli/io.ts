/** The program's ends: what a command may write to and be interrupted by. Tests pass their own. */
import type { Environ } from '../setup/setup-process.ts';

export type Io = {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Bytes to stdout; resolves when more can be taken, so that a slow reader holds a fast writer back. */
  readonly write: (bytes: string | Uint8Array) => Promise<void>;
  /** stdout is a terminal. */
  readonly terminal: boolean;
  /** To be called when nothing is left but to tell: a reader of stdout that leaves, or has left, then ends the program. Absent where none can. */
  readonly endWithReader?: () => void;
  /** stdin and stdout are both a terminal. */
  readonly interactive: boolean;
  readonly env: Environ;
  /** Asks a person; only called when interactive. */
  readonly ask: (question: string) => Promise<string>;
  /** The same, with what is typed not shown; absent where nobody can be asked so. */
  readonly askSecret?: (question: string) => Promise<string>;
  /** All that comes on stdin; absent where nothing can. */
  readonly input?: () => Promise<string>;
  /** Aborted with an `Interruption` by Ctrl-C. */
  readonly signal: AbortSignal;
};

/** Somebody asked to leave: Ctrl-C, or a signal. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.name = 'Interruption';
    this.exitCode = exitCode;
  }
}

/** Whether this locale can show more than ASCII. */
export const isUtf8 = (env: Environ): boolean => {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  // macOS terminals are UTF-8 also where no locale is exported.
  return locale ? /utf-?8/i.test(locale) : process.platform === 'darwin';
};

const twins: Readonly<Record<string, string>> = {
  '·': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '×': 'x',
  '≈': '~',
  '→': '->',
  '≤': '<=',
  '≥': '>=',
  '✓': '+',
  '✗': 'x',
  '▸': '>',
  '’': "'",
};

/** The same words in ASCII. */
export const toAscii = (text: string): string =>
  text.replace(/[^\x00-\x7f]/gu, character => twins[character] ?? (character.normalize('NFKD').replace(/[^\x00-\x7f]/g, '') || '?'));
