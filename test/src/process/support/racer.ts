/** Takes the lock again and again. Whoever has it says so in a file, and checks that nobody else says so. Ends by being killed. */
import { appendFileSync, closeSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { acquireLock } from '../../../../src/process/lock.ts';

const folder = process.argv[2] as string;
const inside = path.join(folder, 'inside');
const log = path.join(folder, 'log');
const pause = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

process.stdout.write('ready\n');
for (;;) {
  const acquired = acquireLock(path.join(folder, 'lock'));
  if (!('lock' in acquired)) {
    pause(Math.random() * 2);
    continue;
  }
  // A predecessor that was killed left its mark; one that is alive would have kept us out.
  if (acquired.lock.inherited) rmSync(inside, { force: true });
  try {
    closeSync(openSync(inside, 'wx'));
  } catch {
    appendFileSync(log, 'two inside\n');
  }
  appendFileSync(log, `${process.pid}\n`);
  pause(Math.random() * 3);
  rmSync(inside, { force: true });
  acquired.lock.release();
}
