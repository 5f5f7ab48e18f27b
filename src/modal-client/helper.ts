/** One process of `modal/helper`: requests in, answers and items out. */
import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { killGroup } from '../setup/group.ts';
import { packageRoot } from '../util/paths.ts';
import { type ErrorContext, ModalError } from './errors.ts';
import { oneLine } from './words.ts';

export type Ask = {
  readonly given?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each item before the next is read. */
  readonly onItem?: (item: unknown) => void;
};

export type Helper = {
  /** Rejects with a `ModalError`, with `HelperGone` when the process died, or with the signal's reason. */
  ask(what: string, ask: Ask): Promise<unknown>;
  /** Requests under way. */
  pending(): number;
  /** Whether it still runs. */
  alive(): boolean;
  close(): Promise<void>;
};

/** The process ended before it answered. */
export class HelperGone extends Error {
  override readonly name = 'HelperGone';
}

type Waiting = {
  readonly onItem: (item: unknown) => void;
  readonly settle: (end: { readonly ok: unknown } | { readonly error: unknown }) => void;
};

export type HelperOptions = {
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  readonly context: ErrorContext;
  readonly onIdle: () => void;
};

/** The helper keeps deadlines itself; this much later it is taken for stuck. */
const graceMs = 10_000;
const closeWithinMs = 2000;
const keptStderr = 4000;

type Message = { readonly id?: unknown; readonly ok?: unknown; readonly item?: unknown; readonly error?: unknown };

const toError = (error: unknown, context: ErrorContext): ModalError => {
  const { type, text, status, unreachable } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return new ModalError(typeof type === 'string' ? type : 'BadAnswer', typeof text === 'string' ? text : 'no word', {
    ...context,
    ...(typeof status === 'string' ? { status } : {}),
    ...(unreachable === true ? { unreachable } : {}),
  });
};

export const startHelper = ({ python, env, context, onIdle }: HelperOptions): Helper => {
  // A session of its own: a terminal's Ctrl-C is not for it. It ends with its stdin, however this process ends.
  const child = spawn(python, ['-I', '-B', path.join(packageRoot, 'modal', 'helper')], { cwd: '/', env, detached: true });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let gone: string | undefined;
  let stderr = '';
  let rest = '';

  /** An idle helper does not keep a command from ending. */
  const hold = (wanted: boolean): void => {
    for (const one of [child, child.stdin, child.stdout, child.stderr] as unknown as readonly { ref(): void; unref(): void }[]) {
      if (wanted) one.ref();
      else one.unref();
    }
  };

  const take = (id: number): Waiting | undefined => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one !== undefined && waiting.size === 0) {
      hold(false);
      onIdle();
    }
    return one;
  };

  const send = (message: object): void => {
    if (gone === undefined) child.stdin.write(`${JSON.stringify(message)}\n`);
  };

  const drop = (id: number, error: unknown): void => {
    take(id)?.settle({ error });
    send({ cancel: id });
  };

  const hear = (line: string): void => {
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      return;
    }
    const id = message.id as number;
    const one = waiting.get(id);
    if (one === undefined) return;
    if ('item' in message) {
      try {
        one.onItem(message.item);
      } catch (error) {
        drop(id, error);
      }
    } else take(id)?.settle('error' in message ? { error: toError(message.error, context) } : { ok: message.ok });
  };

  child.stdout.on('data', (chunk: Buffer) => {
    // The helper writes ASCII only.
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-keptStderr);
  });
  const leave = (why: string): void => {
    if (gone !== undefined) return;
    const words = oneLine(stderr.trim().split('\n').at(-1) ?? '');
    gone = words === '' ? why : `${why}: ${words}`;
    for (const id of [...waiting.keys()]) take(id)?.settle({ error: new HelperGone(gone) });
  };
  child.stdin.on('error', () => {});
  const ended = new Promise<void>(resolve => {
    child.once('error', error => {
      leave(error.message);
      resolve();
    });
    child.once('close', (code, signal) => {
      leave(signal === null ? `it left with code ${code}` : `it was ended by ${signal}`);
      resolve();
    });
  });
  hold(false);

  return {
    ask: (what, { given = {}, deadline, signal, onItem = () => {} }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (gone !== undefined) return reject(new HelperGone(gone));
        const id = ++last;
        const onAbort = () => drop(id, signal?.reason);
        const timer =
          deadline === undefined
            ? undefined
            : setTimeout(
                () => {
                  drop(id, new ModalError('DeadlineExceeded', `no answer within ${deadline} s`, { ...context, unreachable: true }));
                  killGroup(child.pid, 'SIGKILL');
                },
                deadline * 1000 + graceMs,
              );
        // As many questions as one likes may end with one signal: Node takes more than ten for a leak, and says so.
        if (signal !== undefined) setMaxListeners(0, signal);
        signal?.addEventListener('abort', onAbort, { once: true });
        if (waiting.size === 0) hold(true);
        waiting.set(id, {
          onItem,
          settle: end => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', onAbort);
            if ('error' in end) reject(end.error);
            else resolve(end.ok);
          },
        });
        send({ id, do: what, with: given, ...(deadline === undefined ? {} : { deadline }) });
      }),
    pending: () => waiting.size,
    alive: () => gone === undefined,
    close: async () => {
      for (const id of [...waiting.keys()]) take(id)?.settle({ error: new HelperGone('it was closed') });
      if (gone !== undefined) return;
      hold(true);
      child.stdin.end();
      const force = setTimeout(() => killGroup(child.pid, 'SIGKILL'), closeWithinMs);
      await ended;
      clearTimeout(force);
    },
  };
};
