import { useCallback, useEffect, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import { useUi } from './context.tsx';

/** Something asked of a service. */
export type Resource<T> =
  | { readonly state: 'loading'; readonly since: number }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure };

/** Asks after the first frame, and again whenever `key` changes or `reload` is called. An older answer never replaces a newer one. */
export const useResource = <T>(load: () => Promise<T>, key = ''): readonly [Resource<T>, () => void] => {
  const { now } = useUi();
  const [turn, setTurn] = useState(0);
  const [resource, setResource] = useState<Resource<T>>(() => ({ state: 'loading', since: now() }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `load` is new on every render; `key` says when the question changed.
  useEffect(() => {
    let current = true;
    setResource(old => (old.state === 'ready' && turn > 0 ? old : { state: 'loading', since: now() }));
    load().then(
      value => {
        if (current) setResource({ state: 'ready', value });
      },
      error => {
        if (current) setResource({ state: 'failed', failure: toFailure(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [key, turn]);
  const reload = useCallback(() => setTurn(n => n + 1), []);
  return [resource, reload];
};
