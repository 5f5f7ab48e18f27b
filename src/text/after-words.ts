/** What a container goes on after, in words: how the one before it ended. */
const known: Readonly<Record<string, string>> = {
  preemption: 'after a preemption',
  time: 'where the last one’s time was over',
  loss: 'after one that was lost',
  failure: 'after a failure',
  budget: 'after the budget was used up',
  forecast: 'after it looked too dear',
  asked: 'after a stop',
};

/** "" for the first container of its part. */
export const afterWords = (after: string | undefined): string => (after === undefined ? '' : (known[after] ?? 'after another one'));
