type Lane<T> = {
  readonly items: Iterable<T>;
  /** Of this lane, so many at once. */
  readonly most: number;
  readonly act: (item: T) => Promise<void>;
};

/** Lanes beside each other; the first failure in any ends all. */
export const forEachOfLanes = async <T>(lanes: readonly Lane<T>[]): Promise<void> => {
  let failed = false;
  const work = async (left: Iterator<T>, act: Lane<T>['act']): Promise<void> => {
    for (let next = left.next(); !failed && !next.done; next = left.next()) {
      try {
        await act(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = lanes.flatMap(({ items, most, act }) => {
    const left = items[Symbol.iterator]();
    return Array.from({ length: most }, () => work(left, act));
  });
  for (const end of await Promise.allSettled(workers)) if (end.status === 'rejected') throw end.reason;
};

/** So many at once; the first that fails ends all. */
export const forEachAtOnce = <T>(items: Iterable<T>, most: number, act: (item: T) => Promise<void>): Promise<void> =>
  forEachOfLanes([{ items, most, act }]);

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
