import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until there is something (neither undefined nor false); `seconds` is for a busy machine, and only a failure reaches it. */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 200,
): Promise<T> => {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`Waited ${seconds} s in vain for: ${what}`);
    await sleep(20);
  }
};
