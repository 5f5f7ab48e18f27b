/** What to know of recordings before a detector is trained on them. Pure. */
import type { RecordingsData } from '../prepare/data.ts';
import type { SplitName } from '../prepare/splits.ts';

/** null before they are made: then there are some. */
const seizuresIn = ({ splits }: RecordingsData, name: SplitName): number | null | undefined =>
  splits.find(({ split }) => split === name)?.seizures;

export const trainNotes = (data: readonly RecordingsData[]): readonly string[] =>
  data.flatMap(one => [
    ...(seizuresIn(one, 'dev') === 0
      ? [`${one.dataset} has no seizure in dev: neither the best checkpoint nor its threshold can be chosen by it`]
      : []),
    // Without a split nobody has counted them.
    ...(one.splits.length === 0 || one.splits.some(({ split }) => split === 'test')
      ? []
      : [
          `${one.dataset} has no test split: what is trained is scored on dev, where its threshold is chosen too, so its figures are too good`,
        ]),
    ...(seizuresIn(one, 'test') === 0 ? [`${one.dataset} has no seizure in test: only false alarms can be counted`] : []),
  ]);
