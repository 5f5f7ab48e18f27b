/** The middle of the monitor for an evaluation: recordings as they are judged, then detectors as they are scored. Pure. */
import { count, counted, duration } from '../../../src/text/format.ts';
import { scoredDatasets } from '../../../src/workloads/evaluate/best.ts';
import { fraction, interval, perDay } from '../../../src/workloads/evaluate/figures.ts';
import type { EvaluateResults, Judged } from '../../../src/workloads/evaluate/results.ts';
import type { EvaluateRun, EvaluateSpec } from '../../../src/workloads/evaluate/spec.ts';
import { ofDataset, ranked, rules, syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { syntheticOf } from '../../../src/workloads/prepare/data.ts';
import { bold, type Column, cells, dim, fitLine, type Line, type LineLike, line, span } from '../../app/text.ts';
import { bar } from '../../components/bar.ts';
import type { Middle } from '../workload-screens.ts';

const right = (width: number): Column => ({ width, align: 'right' });

const judgedRows = ({ spec, results: { judged } }: EvaluateRun, columns: number): readonly LineLike[] =>
  spec.data.flatMap(({ dataset, synthetic, splits }): readonly LineLike[] => [
    [bold(dataset), dim(synthetic ? `  ${syntheticWord}` : '')],
    ...splits.map(({ split, recordings }): LineLike => {
      const done = judged.filter(one => one.dataset === dataset && one.split === split);
      const seizures = done.reduce((sum, one) => sum + one.seizures, 0);
      const words = `  ${count(done.length)} of ${counted(recordings, 'recording')} judged, ${counted(seizures, 'seizure')}`;
      return [
        `  ${split.padEnd(5)}  `,
        ...bar(recordings === 0 ? 0 : done.length / recordings, Math.max(6, Math.min(24, columns - 55))),
        words,
      ];
    }),
  ]);

/** What each phase of a job on recordings does. */
const works: Readonly<Record<string, string>> = {
  data: 'Looking whether the recordings are here',
  inventory: 'Reading headers and annotations',
  prepare: 'Preparing: filtering, resampling, scaling',
  train: 'Training',
  judge: 'Judging: each detector scores every second',
  score: 'Scoring: thresholds from dev, figures and intervals of test',
};

const hoursUnits = new Set(['h', 'hours']);

/** The phase that is at work, in words, and how far it is; undefined where none is. */
export const workLine = ({ phases, progress, spec }: Pick<EvaluateRun, 'phases' | 'progress' | 'spec'>): LineLike | undefined => {
  const phase = phases.findLast(({ seconds }) => seconds === undefined);
  if (phase === undefined) return undefined;
  const own = progress?.phase === phase.name && progress.total > 0 ? progress : undefined;
  // A label that is no dataset's name says more of it: "Making patients".
  const label = own?.label !== undefined && !spec.datasets.some(({ name }) => name === own.label) ? own.label : undefined;
  const figure = (value: number): string => (hoursUnits.has(own?.unit ?? '') ? value.toFixed(1) : count(value));
  const far =
    own === undefined || own.unit === 'bytes'
      ? ''
      : `  ${figure(own.done)} of ${figure(own.total)} ${hoursUnits.has(own.unit) ? 'h' : own.unit}`;
  return [span('accent', '▸ '), label ?? works[phase.name] ?? phase.name, dim(far)];
};

const detectorRows = (run: EvaluateRun, dataset: string, columns: number): readonly Line[] => {
  const wide = columns >= 74;
  const mark = syntheticOf(run.spec.data).has(dataset) ? `  ${syntheticWord}` : '';
  const layout: readonly Column[] = [
    { width: Math.max(12, Math.min(36, columns - (wide ? 45 : 28))) },
    right(5),
    ...(wide ? [{ width: 14 }] : []),
    right(5),
    right(7),
  ];
  const row = (cellsOf: readonly [string, string, string, string, string], role?: 'dim' | 'ok'): Line => {
    const [name, auroc, between, f1, alarms] = cellsOf.map(text => (role === undefined ? { text } : span(role, text)));
    return cells([name ?? '', auroc ?? '', ...(wide ? [between ?? ''] : []), f1 ?? '', alarms ?? ''], layout);
  };
  return [
    line([bold(dataset), dim(mark)]),
    row(['  detector', 'AUROC', '95 %', 'F1', 'FA/24h'], 'dim'),
    ...ranked(ofDataset(run.results, dataset).detectors).map(({ best, title, auroc, auroc_interval, f1, fa_per_day }) =>
      row(
        [`${best ? '★ ' : '  '}${title}`, fraction(auroc), interval(auroc_interval), fraction(f1), perDay(fa_per_day)],
        best ? 'ok' : undefined,
      ),
    ),
  ];
};

const judgedText = ({ recording, split, hours, seizures }: Judged): string =>
  `${recording}  ${split}  ${duration(Math.round(hours * 3600))}${seizures > 0 ? `  ${counted(seizures, 'seizure')}` : ''}`;

export const evaluateLines = (run: EvaluateRun, columns: number, height: number): readonly Line[] => {
  const scored = scoredDatasets(run.results);
  const detectors = scored.flatMap((dataset, n): readonly LineLike[] => [...(n > 0 ? [''] : []), ...detectorRows(run, dataset, columns)]);
  const work = scored.length === 0 ? workLine(run) : undefined;
  const above = scored.length === 0 ? [...judgedRows(run, columns), ...(work === undefined ? [] : [work])] : [...detectors, dim(rules)];
  const room = height - above.length - 1;
  const newest =
    scored.length < run.spec.datasets.length && room >= 2 ? ['', ...run.results.judged.slice(-room).map(one => dim(judgedText(one)))] : [];
  return [...above, ...newest].slice(0, height).map(like => fitLine(line(like), columns));
};

export const evaluateMiddle: Middle<EvaluateSpec, EvaluateResults> = {
  views: ['detectors'],
  isEmpty: ({ results }) => results.judged.length === 0 && results.detectors.length === 0,
  waiting: 'Recordings come here as they are judged, then the detectors with their scores.',
  begun: () => '',
  lines: (run, _shown, _view, columns, height) => evaluateLines(run, columns, height),
  next: () => ({ none: 'All of it is shown.' }),
  bad: () => [],
};
