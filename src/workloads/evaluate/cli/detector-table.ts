/** Detectors as a table in plain lines. Pure. */
import { type Column, table } from '../../../cli/text/table.ts';
import { fraction, interval, perDay, share } from '../figures.ts';
import type { DetectorScore } from '../results.ts';
import { askedRates, ranked, sensitivityAt, syntheticWord } from '../verdict.ts';

const right = (head: string): Column => ({ head, right: true });

/** Of all datasets, one below the other. `synthetic`: names of those that are made up. */
export const detectorTable = (detectors: readonly DetectorScore[], synthetic: ReadonlySet<string>): readonly string[] => {
  const datasets = [...new Set(detectors.map(({ dataset }) => dataset))];
  const columns: readonly Column[] = [
    ...(datasets.length > 1 ? [{ head: 'dataset' }] : []),
    { head: 'detector' },
    right('AUROC'),
    { head: '95 %' },
    right('AUPRC'),
    right('F1'),
    right('sens'),
    right('prec'),
    right('FA/24h'),
    ...askedRates.map(rate => right(`@ ${rate}`)),
    { head: '' },
  ];
  const rows = datasets.flatMap(dataset =>
    ranked(detectors.filter(one => one.dataset === dataset)).map(score => [
      ...(datasets.length > 1 ? [dataset] : []),
      `${score.title}${score.best ? ' *' : ''}`,
      fraction(score.auroc),
      interval(score.auroc_interval),
      fraction(score.auprc),
      fraction(score.f1),
      fraction(score.sensitivity),
      fraction(score.precision),
      perDay(score.fa_per_day),
      ...askedRates.map(rate => share(sensitivityAt(score, rate))),
      synthetic.has(dataset) ? syntheticWord : '',
    ]),
  );
  return table(columns, rows);
};
