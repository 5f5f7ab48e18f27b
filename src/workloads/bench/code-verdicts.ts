import { withoutCopies } from '../../user-code/copy-names.ts';
import type { VerdictEvent } from './events.ts';

/** `ok`, or one word for what was wrong; on one data set. */
export type Verdict = Omit<VerdictEvent, 'v' | 'seq' | 'container' | 'time' | 'type'>;

/** After these no point of an implementation counts, also those from before. */
export const worthlessVerdicts: readonly string[] = ['remembers-queries', 'dishonest-clock'];

export const toVerdict = ({ impl, verdict, what, why, kept, hint, dataset }: VerdictEvent): Verdict => ({
  impl,
  verdict,
  what: withoutCopies(what),
  why: withoutCopies(why),
  ...(kept === undefined ? {} : { kept }),
  ...(hint === undefined ? {} : { hint }),
  ...(dataset === undefined ? {} : { dataset }),
});

/** One verdict for an implementation and a data set: the newest. */
export const withVerdict = (verdicts: readonly Verdict[] = [], verdict: Verdict): readonly Verdict[] => {
  const at = verdicts.findIndex(({ impl, dataset }) => impl === verdict.impl && dataset === verdict.dataset);
  return at < 0 ? [...verdicts, verdict] : verdicts.with(at, verdict);
};

/** What went wrong, once for each implementation and word. */
export const badVerdicts = (verdicts: readonly Verdict[] = []): readonly Verdict[] =>
  verdicts.filter(
    ({ impl, verdict }, at) => verdict !== 'ok' && verdicts.findIndex(other => other.impl === impl && other.verdict === verdict) === at,
  );

/** "mine: crashed" */
export const verdictWords = ({ impl, verdict }: Verdict): string => `${impl}: ${verdict}`;
