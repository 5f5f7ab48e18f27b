/** What the words of `volumes` have in common. */
import { currentPrices } from '../accounts/live-rates.ts';
import type { ModalClient } from '../modal-client/types.ts';
import { type StorageRates, storageRateKey } from '../prices/storage.ts';
import type { Context, Invocation, Option } from './command.ts';

export type Work = {
  readonly client: ModalClient;
  readonly invocation: Invocation;
  readonly context: Context;
  /** Behind the verb. */
  readonly words: readonly string[];
};
export type Verb = (work: Work) => Promise<number>;

/** One that a workload adds to `volumes`. */
export type WorkloadVerb = {
  readonly name: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Its lines of the help. */
  readonly more: readonly string[];
  readonly load: () => Promise<{ readonly run: Verb }>;
};

/** The workspace's own, asked now; else those that are known. */
export const storageRates = async (client: ModalClient): Promise<StorageRates> => {
  const known = (await currentPrices()).value.storage;
  try {
    const { [storageRateKey]: gibMonth = known.gibMonth } = await client.rates({ deadline: 8 });
    return { ...known, gibMonth };
  } catch {
    return known;
  }
};
