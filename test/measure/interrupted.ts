/** An upload that is killed at half and begun again: how many bytes went over the line, by the server's own count. */
import type { ResultPromise } from 'execa';

export type Interrupted = {
  /** Bytes that had been sent when it was dead. */
  readonly first: number;
  /** Bytes that the second one sent. */
  readonly second: number;
};

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

/** `start`: the same command each time; `sent`: bytes that came up to now; `total`: of the tree. */
export const interruptAtHalf = async (start: () => ResultPromise, sent: () => Promise<number>, total: number): Promise<Interrupted> => {
  const before = await sent();
  const killed = start();
  const over = killed.then(
    () => true,
    () => true,
  );
  while ((await sent()) - before < total / 2) {
    if (await Promise.race([over, pause(10)])) throw new Error('It was over before it could be killed');
  }
  killed.kill('SIGKILL');
  await over;
  // What was on its way arrives yet.
  let half = await sent();
  for (let last = -1; last !== half; half = await sent()) {
    last = half;
    await pause(1000);
  }
  await start();
  return { first: half - before, second: (await sent()) - half };
};
