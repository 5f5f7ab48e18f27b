/** How fast a transfer goes and how long it will still take, from the last seconds of it. Pure but for the clock it is given. */

export type Speed = {
  /** Bytes a second; undefined before anything can be said. */
  readonly bytesPerSecond: number | undefined;
  readonly etaSeconds: number | undefined;
};

/** Milliseconds that are looked back. */
const window = 15_000;
/** Milliseconds before a first word. */
const least = 1000;

export const createRate = (now: () => number = () => performance.now()) => {
  let seen: { readonly at: number; readonly sent: number }[] = [];
  return {
    /** `sent`: bytes that went over the line so far; `left`: bytes that still have to. */
    look: (sent: number, left: number): Speed => {
      const at = now();
      // It went back: a part is sent again.
      if (sent < (seen.at(-1)?.sent ?? 0)) seen = [];
      seen.push({ at, sent });
      while (seen.length > 2 && at - (seen[1]?.at ?? at) >= window) seen.shift();
      const [first] = seen;
      if (first === undefined || at - first.at < least || sent === first.sent) return { bytesPerSecond: undefined, etaSeconds: undefined };
      const bytesPerSecond = ((sent - first.sent) / (at - first.at)) * 1000;
      return { bytesPerSecond, etaSeconds: Math.max(0, left) / bytesPerSecond };
    },
  };
};
