/** Recordings on the datasets volume, or in the bucket that its stamps name: what a run at Modal is planned from. */
import { withModal } from '../accounts/with-modal.ts';
import type { RecordingsEntry } from '../config/datasets.ts';
import { UserError } from '../errors/errors.ts';
import { ModalError, type Where } from '../modal-client/index.ts';
import type { ModalClient } from '../modal-client/types.ts';
import { keyOfWords } from '../util/keyed.ts';
import { blankRecordings, correctedRecordings, parsedStamp, type RecordingsStamp } from './recordings-here.ts';

/** Seconds; nobody waits for longer. */
const patience = 20;
/** Milliseconds that an answer holds: the wizard plans again with every key. */
const holds = 30_000;

/** Undefined for none, or one that is no stamp of recordings. Throws a `ModalError`. */
export const stampThere = async (client: ModalClient, volume: string, name: string): Promise<RecordingsStamp | undefined> => {
  try {
    const { bytes } = await client.volumeRead(volume, `${name}.json`, { deadline: patience });
    return parsedStamp(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found') return undefined;
    throw error;
  }
};

/** Those of `names` that are known at Modal alone: in a bucket, or uploaded from another machine. None where Modal cannot be asked. */
export const entriesThere = async (where: Where, volume: string, names: readonly string[]): Promise<readonly RecordingsEntry[]> => {
  if (names.length === 0) return [];
  try {
    const stamps = await stampsThere(where, volume, names);
    return [...stamps].map(([name, stamp]) =>
      correctedRecordings({ ...blankRecordings, name, title: 'Your own' }, { of: 'recordings', state: 'verified', bytesHere: 0, stamp }),
    );
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
};

type Answer = { readonly at: number; readonly stamp: Promise<RecordingsStamp | undefined> };

const answers = new Map<string, Answer>();

/** Stamps by name, of those that have one. What is there is not asked for again within half a minute; what is not is. Throws a `ModalError`. */
export const stampsThere = async (
  where: Where,
  volume: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, RecordingsStamp>> => {
  const keyOf = (name: string): string => keyOfWords(where.profile ?? '', where.environment ?? '', volume, name);
  const now = Date.now();
  const asked = names.filter(name => now - (answers.get(keyOf(name))?.at ?? 0) > holds);
  if (asked.length > 0) {
    const found = withModal(where, async client => await Promise.all(asked.map(name => stampThere(client, volume, name))));
    for (const [at, name] of asked.entries()) {
      const key = keyOf(name);
      const stamp = found.then(all => all[at]);
      const answer = { at: now, stamp };
      const forget = (): void => {
        if (answers.get(key) === answer) answers.delete(key);
      };
      answers.set(key, answer);
      stamp.then(one => one === undefined && forget(), forget);
    }
  }
  const stamps = await Promise.all(names.map(async name => [name, await answers.get(keyOf(name))?.stamp] as const));
  return new Map(stamps.flatMap(([name, stamp]) => (stamp === undefined ? [] : [[name, stamp]])));
};
