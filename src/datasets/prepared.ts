/** What was prepared of recordings: `stores/NAME-KEY`, one for each of the settings. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const storesOf = (folder: string, name: string): readonly string[] => {
  const stores = path.join(folder, 'stores');
  try {
    return readdirSync(stores)
      .filter(one => one.startsWith(`${name}-`) && /^[0-9a-f]{12}$/.test(one.slice(name.length + 1)))
      .map(one => path.join(stores, one));
  } catch {
    return [];
  }
};

/** Of all stores of a dataset. */
export const bytesPrepared = (folder: string, name: string): number =>
  storesOf(folder, name)
    .flatMap(store => {
      const signals = path.join(store, 'signals');
      try {
        return readdirSync(signals).map(file => statSync(path.join(signals, file), { throwIfNoEntry: false })?.size ?? 0);
      } catch {
        return [];
      }
    })
    .reduce((sum, bytes) => sum + bytes, 0);
