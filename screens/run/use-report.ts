/** What a command that takes a while says: that it is at work, what came of it, why it could not be. */
import { toFailure } from '../../src/errors/errors.ts';
import { size as bytesText } from '../../src/text/format.ts';
import type { WrittenReport } from '../../src/workloads/written-report.ts';
import { useCommandCenter } from '../app/commands.tsx';

/** `work`: resolves with what is to be said. */
export const useTold = (): ((work: Promise<string>) => void) => {
  const { setNote } = useCommandCenter();
  return work => {
    work.then(
      text => setNote(text, 'done'),
      (error: unknown) => {
        const { what, why, hint } = toFailure(error);
        setNote(`${what}: ${why}${hint === undefined ? '' : `; ${hint}`}`);
      },
    );
  };
};

/** Writes a report, and says where. */
export const useReport = (write: () => Promise<WrittenReport>): (() => void) => {
  const { setNote } = useCommandCenter();
  const told = useTold();
  return () => {
    setNote('Writing the report.', 'wait');
    told(write().then(({ shown, bytes, says }) => `${shown}: ${bytesText(bytes)}, ${says}`));
  };
};
