import { useEffect, useState } from 'react';

/**
 * Enter that comes before a screen has read what it needs is not lost: it counts as soon as it can. Leaving the screen
 * forgets it. Returns what Enter does, and whether it is being waited for.
 */
export const useWhenReady = (ready: boolean, act: () => void): readonly [() => void, boolean] => {
  const [waiting, setWaiting] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `act` is new on every render; becoming ready is the moment.
  useEffect(() => {
    if (!ready || !waiting) return;
    setWaiting(false);
    act();
  }, [ready, waiting]);
  return [() => (ready ? act() : setWaiting(true)), waiting];
};
