/**
 * Checksums of files, read on a thread of their own: what is on its way out never waits for one. The thread's program is the text of a
 * function, so that it is in the bundle without being a file beside it.
 */
import type * as Crypto from 'node:crypto';
import { createHash } from 'node:crypto';
import type * as Fs from 'node:fs';
import { type MessagePort, Worker } from 'node:worker_threads';

export type Digest = {
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** Of each part, hexadecimal. */
  readonly md5s: readonly string[];
};

/** Of what is in memory and goes in one part. */
export const digestOfBody = (body: Buffer): Digest => ({
  sha256: createHash('sha256').update(body).digest('hex'),
  md5s: [createHash('md5').update(body).digest('hex')],
});

type Question = { readonly file: string; readonly bytes: number; readonly size: number };
type Answer =
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'error'; readonly message: string; readonly code: unknown };

/** What the thread does. It is sent as text, so it may name nothing outside itself. */
const answerQuestions = (port: MessagePort, fs: typeof Fs, crypto: typeof Crypto): void => {
  const buffer = Buffer.allocUnsafe(1 << 20);
  const say = (answer: Answer): void => port.postMessage(answer);
  const digest = ({ file, bytes, size }: Question): Digest => {
    const whole = crypto.createHash('sha256');
    const md5s: string[] = [];
    const handle = fs.openSync(file, 'r');
    try {
      for (let at = 0; md5s.length === 0 || at < bytes; ) {
        const part = crypto.createHash('md5');
        for (const end = Math.min(bytes, at + size); at < end; ) {
          const count = fs.readSync(handle, buffer, 0, Math.min(buffer.length, end - at), at);
          if (count === 0) throw new Error(`${file} became shorter while it was read`);
          const read = buffer.subarray(0, count);
          whole.update(read);
          part.update(read);
          at += count;
          say({ kind: 'read', bytes: count });
        }
        md5s.push(part.digest('hex'));
      }
    } finally {
      fs.closeSync(handle);
    }
    return { sha256: whole.digest('hex'), md5s };
  };
  port.on('message', (question: Question) => {
    try {
      say({ kind: 'digest', digest: digest(question) });
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      say({ kind: 'error', message, code });
    }
  });
};

const program = `(${answerQuestions})(require('node:worker_threads').parentPort, require('node:fs'), require('node:crypto'))`;

type Asked = {
  readonly onRead: (bytes: number) => void;
  readonly resolve: (digest: Digest) => void;
  readonly reject: (error: unknown) => void;
};

/** One file after another, in the order they are asked for. `close` ends what is under way; nothing is asked afterwards. */
export const createDigester = () => {
  const asked: Asked[] = [];
  let thread: Worker | undefined;
  let over: unknown;
  const end = (error: unknown): void => {
    over ??= error;
    for (const { reject } of asked.splice(0)) reject(over);
  };
  const start = (): Worker =>
    new Worker(program, { eval: true })
      .on('error', end)
      .on('exit', () => end(new Error('the thread that reads files for their checksums ended')))
      .on('message', (answer: Answer) => {
        if (answer.kind === 'read') asked[0]?.onRead(answer.bytes);
        else if (answer.kind === 'digest') asked.shift()?.resolve(answer.digest);
        else asked.shift()?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
      });
  return {
    /** Of a file of `bytes` bytes, in parts of `size`. `onRead` is told of each stretch in bytes. */
    digestOf: async (file: string, bytes: number, size: number, onRead: (bytes: number) => void): Promise<Digest> => {
      if (over !== undefined) throw over;
      thread ??= start();
      thread.postMessage({ file, bytes, size } satisfies Question);
      return await new Promise((resolve, reject) => asked.push({ onRead, resolve, reject }));
    },
    close: async (): Promise<void> => {
      await thread?.terminate();
    },
  };
};
