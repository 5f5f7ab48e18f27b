/** So many at once; the first that fails ends all. */
export const forEachAtOnce = async <T>(items: Iterable<T>, most: number, act: (item: T) => Promise<void>): Promise<void> => {
  const left = items[Symbol.iterator]();
  let failed = false;
  const work = async (): Promise<void> => {
    for (let next = left.next(); !failed && !next.done; next = left.next()) {
      try {
        await act(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: most }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
};

/** Gives what is done through it so many places in all: whoever comes later waits. */
export const createPlaces = (most: number) => {
  let free = most;
  const waiting: (() => void)[] = [];
  return async <T>(act: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};
