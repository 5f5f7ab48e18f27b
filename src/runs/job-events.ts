/** What a job has said since this supervisor last looked, as journal entries. */
import { parseLine } from '../events/event.ts';
import type { Target } from '../targets/target.ts';
import type { JournalEntry } from './journal-entry.ts';
import type { RunState } from './state.ts';

/** Numbers of a container grow; one that was seen is a repeat. */
const isNew = ({ lastSeq }: RunState, { container, seq }: { readonly container: string; readonly seq: number }): boolean =>
  !Object.hasOwn(lastSeq, container) || seq > (lastSeq[container] as number);

/** `append` writes an entry, `stateNow` is the fold after it. Each call journals what is new; true when there may be more. */
export const createEventReader = (
  target: Target,
  folder: string,
  stateNow: () => RunState,
  append: (entry: JournalEntry) => void,
): (() => Promise<boolean>) => {
  /** Bytes of the job's event file that were read; before the first look the journal knows. */
  let from: number | undefined;
  return async () => {
    const { attempt, eventsOffset = 0 } = stateNow();
    const { lines, offset } = await target.follow(folder, from ?? eventsOffset);
    from = offset;
    const parsed = lines.map(parseLine);
    const last = parsed.findLastIndex(({ verdict }) => verdict === 'ok' || verdict === 'bad');
    parsed.forEach((line, index) => {
      // Only the last one knows for sure where the next begins; a crash before it sees the others again, and numbers tell.
      const next = index === last ? { next: offset } : {};
      if (line.verdict === 'ok' && isNew(stateNow(), line.event)) append({ kind: 'event', attempt, event: line.event, ...next });
      if (line.verdict === 'bad') append({ kind: 'bad_event', attempt, field: line.at, ...next });
    });
    return lines.length > 0;
  };
};
