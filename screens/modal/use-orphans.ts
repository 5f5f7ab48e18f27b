/** Apps of ours that no run here looks after: asked in the background, for every screen together. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Orphan } from '../../src/orphans/orphan.ts';
import type { Services } from '../../src/services/services.ts';

export type Orphans = {
  /** Absent until the first answer; what cannot be asked leaves it as it was. */
  readonly all: readonly Orphan[] | undefined;
  /** Asks anew, unless an answer is awaited or is newer than `olderThan` milliseconds. */
  readonly ask: (olderThan?: number) => void;
};

/** Milliseconds after the first frame: whoever opens the program sees it and can type before anything is started. */
const afterwards = 400;

export const useOrphans = (services: Services): Orphans => {
  const [all, setAll] = useState<readonly Orphan[]>();
  const underWay = useRef(false);
  const answeredAt = useRef(Number.NEGATIVE_INFINITY);
  const ask = useCallback(
    (olderThan = 0) => {
      if (underWay.current || performance.now() - answeredAt.current < olderThan) return;
      underWay.current = true;
      services.orphans
        .list()
        .then(setAll, () => {})
        .finally(() => {
          underWay.current = false;
          answeredAt.current = performance.now();
        });
    },
    [services],
  );
  useEffect(() => {
    const timer = setTimeout(ask, afterwards);
    return () => clearTimeout(timer);
  }, [ask]);
  return useMemo(() => ({ all, ask }), [all, ask]);
};
