/** What a person chose on a screen: still there when the screen opened from it is left again. */
import { createContext, type Dispatch, type SetStateAction, useContext, useLayoutEffect, useState } from 'react';

/** Of one place on the stack of screens. */
export type Kept = Map<string, unknown>;

/** Absent: nothing is kept. */
export const KeptContext = createContext<Kept | undefined>(undefined);

/** As `useState`, and kept under `name` as long as the screen's place is on the stack. A name is used once on a screen. */
export const useKept = <T>(name: string, initial: T | (() => T)): readonly [T, Dispatch<SetStateAction<T>>] => {
  const kept = useContext(KeptContext);
  const [value, setValue] = useState<T>(() => {
    if (kept?.has(name) === true) return kept.get(name) as T;
    return typeof initial === 'function' ? (initial as () => T)() : initial;
  });
  useLayoutEffect(() => {
    kept?.set(name, value);
  }, [kept, name, value]);
  return [value, setValue];
};
