/** What an evaluation says of its runs in plain lines and records. */
import { table } from '../../../cli/text/table.ts';
import type { WorkloadLines } from '../../../cli/workload-lines.ts';
import { count, counted } from '../../../text/format.ts';
import { splitText, syntheticOf } from '../../prepare/data.ts';
import { settingsText } from '../../prepare/settings.ts';
import { scoredDatasets } from '../best.ts';
import { dataNotes } from '../data-notes.ts';
import { fraction, kindWords, share } from '../figures.ts';
import { type Cell, matrixOf, matrixRule } from '../matrix.ts';
import type { DetectorScore, EvaluateResults } from '../results.ts';
import type { EvaluateRun, EvaluateSpec } from '../spec.ts';
import { basisOf, basisWords, gaps, headOf, ofDataset, rules, syntheticWord } from '../verdict.ts';
import { evaluate } from '../workload.ts';
import { worstFirst } from '../worst-first.ts';
import { detectorTable } from './detector-table.ts';

const marked = (dataset: string, synthetic: ReadonlySet<string>): string => (synthetic.has(dataset) ? ` · ${syntheticWord}` : '');

const isFrozen = ({ threshold_from }: DetectorScore): boolean => threshold_from === 'checkpoint';

const most = 10;

/** Patients of the best detector of one dataset, the worst first. */
const patientLines = (results: EvaluateResults, score: DetectorScore, mark: string): readonly string[] => {
  const rows = worstFirst(results, score.detector);
  if (rows.length === 0) return [];
  const lines = table(
    [
      { head: 'patient' },
      { head: 'seizures', right: true },
      { head: 'found', right: true },
      { head: 'false alarms', right: true },
      { head: 'hours', right: true },
      { head: 'AUROC', right: true },
    ],
    rows
      .slice(0, most)
      .map(({ patient, seizures, found, alarms, hours, auroc }) => [
        patient,
        String(seizures),
        String(found),
        String(alarms),
        hours.toFixed(2),
        fraction(auroc),
      ]),
  );
  const rest = rows.length - most;
  return [`${score.title}, patients worst first${mark}`, ...lines, ...(rest > 0 ? [`and ${counted(rest, 'patient')} more`] : [])];
};

/** Types of seizures, where something is known of them. */
const kindLines = (score: DetectorScore, mark: string): readonly string[] => {
  const { kinds = [] } = score;
  if (kinds.length === 0) return [];
  const right = (head: string) => ({ head, right: true });
  return [
    `${score.title}, by type of seizure${mark}`,
    ...table(
      [{ head: 'type' }, right('seizures'), right('found'), right('AUROC')],
      kinds.map(({ kind, seizures, found, auroc }) => [kindWords(kind) || 'not known', String(seizures), String(found), fraction(auroc)]),
    ),
  ];
};

const cellText = ({ own, score }: Cell): string => {
  const text = score === undefined ? '–' : `${fraction(score.auroc)} / ${share(score.f1)}`;
  return own ? `[${text}]` : text;
};

/** Rows: trained on; columns: tested on. */
const matrixLines = ({ spec, results }: EvaluateRun): readonly string[] => {
  const matrix = matrixOf(spec, results);
  if (matrix === undefined) return [];
  const { datasets, rows } = matrix;
  return [
    'trained on (rows) and tested on (columns)',
    ...table(
      [{ head: 'model' }, { head: 'trained on' }, ...datasets.map(head => ({ head, right: true }))],
      rows.map(({ title, trainedOn, cells }) => [title, trainedOn.join(', '), ...cells.map(cellText)]),
    ),
    matrixRule,
  ];
};

const perDataset = (run: EvaluateRun): readonly { readonly dataset: string; readonly mark: string; readonly own: EvaluateResults }[] => {
  const synthetic = syntheticOf(run.spec.data);
  return scoredDatasets(run.results).map(dataset => ({
    dataset,
    mark: marked(dataset, synthetic),
    own: ofDataset(run.results, dataset),
  }));
};

/** Some may be empty. */
const paragraphsOf = (run: EvaluateRun): readonly (readonly string[])[] => [
  ...perDataset(run).flatMap(({ dataset, mark, own }) => {
    const head = headOf(own.detectors, mark !== '');
    if (head === undefined) return [];
    const more = run.spec.datasets.length > 1 ? `${dataset}: ` : '';
    return [[`${more}${head.text}`], kindLines(head.detector, mark), patientLines(own, head.detector, mark)];
  }),
  matrixLines(run),
  ...(run.results.detectors.length === 0 ? [] : [[`with every miss and false alarm as a trace: ann-tui report ${run.run}`]]),
];

export const evaluateLines: WorkloadLines<EvaluateSpec, EvaluateResults> = {
  kind: 'evaluate',
  planned: ({ settings }, machine) => `${settingsText(settings)}${machine === undefined ? '' : ` · ${counted(machine.cores, 'core')}`}`,
  planNotes: ({ data, checkpoints = [] }) => [
    ...checkpoints.map(({ title, trainedOn }) => `${title}, trained on ${trainedOn.join(', ')}`),
    ...data.flatMap(({ dataset, synthetic, splits }) =>
      splits.map(split => `${dataset}${synthetic ? ` (${syntheticWord})` : ''}: ${splitText(split)}`),
    ),
    ...dataNotes(data).map(text => `! ${text}`),
  ],
  datasetNotes: () => [],
  asked: ({ checkpoint, settings, draws, seed }) => `${checkpoint} · ${settingsText(settings)} · ${count(draws)} draws · seed ${seed}`,
  // A recording that is judged is no figure yet, and there may be thousands: progress tells how many.
  news: () => [],
  table: ({ spec, results }) => (results.detectors.length === 0 ? [] : detectorTable(results.detectors, syntheticOf(spec.data))),
  tableNotes: run => [
    ...perDataset(run).flatMap(({ mark, own }) => [`test: ${basisWords(basisOf(own))}${mark}`, ...gaps(own.detectors, basisOf(own))]),
    `${rules}; thresholds chosen on dev${run.results.detectors.some(isFrozen) ? ', of trained models in training' : ''}, used once on test; * the best on dev`,
    '@ 10 to @ 1: sensitivity where a threshold makes so many false alarms in 24 hours',
    `95 %: of ${count(run.spec.draws)} draws of patients; AUROC and AUPRC pooled over the seconds of test`,
  ],
  bad: () => [],
  report: run => paragraphsOf(run).filter(lines => lines.length > 0),
  next: ({ run }) => `ann-tui report ${run}`,
  record: ({ spec, results }) => ({
    checkpoint: spec.checkpoint,
    ...(spec.checkpoints !== undefined && { checkpoints: spec.checkpoints }),
    settings: spec.settings,
    data: spec.data,
    rules,
    detectors: results.detectors.map(score => ({ ...score, synthetic: syntheticOf(spec.data).has(score.dataset) })),
    patients: results.patients,
    traces: results.traces,
    judged: results.judged,
  }),
  bestHead: 'AUROC',
  best: run => evaluate.headline(run).replace(/^AUROC /, '') || '–',
  compare: () => import('./compare.ts'),
  has: (what, { results: { detectors, judged } }) => detectors.length > 0 || (what === 'report' && judged.length > 0),
  recordFile: 'scores.json',
  writeReport: async (run, to) => {
    const { writeReport } = await import('../report/write.ts');
    return writeReport(run, to);
  },
};
