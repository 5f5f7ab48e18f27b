/** Whether Modal can be reached, put together from everything that talks to it. */
import type { Observation } from '../../runs/journal-entry.ts';

/** Tells each change once: lost when the first one loses contact, back when the last one has it again. */
export const createContact = (tell: (observation: Observation) => void) => {
  const lost = new Map<string, string>();
  return {
    lost: (who: string, why: string): void => {
      const news = lost.size === 0;
      lost.set(who, why);
      if (news) tell({ kind: 'contact', lost: true, why });
    },
    back: (who: string): void => {
      if (lost.delete(who) && lost.size === 0) tell({ kind: 'contact', lost: false });
    },
    /** Somebody has just been there and back: whoever still waits will find the same. */
    isBack: (): void => {
      if (lost.size > 0) tell({ kind: 'contact', lost: false });
      lost.clear();
    },
  };
};
