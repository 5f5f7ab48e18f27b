/** What to know of recordings before detectors are scored on them. Pure. */
import type { RecordingsData } from '../prepare/data.ts';
import type { SplitName } from '../prepare/splits.ts';

/** null before they are made: then there are some. */
const hasNone = ({ splits }: RecordingsData, name: SplitName): boolean => (splits.find(({ split }) => split === name)?.seizures ?? 1) === 0;

export const dataNotes = (data: readonly RecordingsData[]): readonly string[] =>
  data.flatMap(one => {
    const hasDev = one.splits.some(({ split }) => split === 'dev');
    return [
      ...(hasDev && !hasNone(one, 'dev') ? [] : [`${one.dataset} has no seizure in dev: no threshold can be chosen there`]),
      ...(hasNone(one, 'test') ? [`${one.dataset} has no seizure in test: only false alarms can be counted`] : []),
    ];
  });
