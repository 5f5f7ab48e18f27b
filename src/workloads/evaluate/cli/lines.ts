/** What an evaluation says of its runs in plain lines and records. */
import { table } from '../../../cli/text/table.ts';
import type { WorkloadLines } from '../../../cli/workload-lines.ts';
import { count, counted } from '../../../text/format.ts';
import { splitText, syntheticOf } from '../../prepare/data.ts';
import { settingsText } from '../../prepare/settings.ts';
import { scoredDatasets } from '../best.ts';
import { dataNotes } from '../data-notes.ts';
import { fraction } from '../figures.ts';
import type { DetectorScore, EvaluateResults } from '../results.ts';
import type { EvaluateRun, EvaluateSpec } from '../spec.ts';
import { basisOf, basisWords, bestOf, gaps, ofDataset, rules, syntheticWord, verdict } from '../verdict.ts';
import { evaluate } from '../workload.ts';
import { worstFirst } from '../worst-first.ts';
import { detectorTable } from './detector-table.ts';

const marked = (dataset: string, synthetic: ReadonlySet<string>): string => (synthetic.has(dataset) ? ` · ${syntheticWord}` : '');

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

const perDataset = (run: EvaluateRun): readonly { readonly dataset: string; readonly mark: string; readonly own: EvaluateResults }[] => {
  const synthetic = syntheticOf(run.spec.data);
  return scoredDatasets(run.results).map(dataset => ({
    dataset,
    mark: marked(dataset, synthetic),
    own: ofDataset(run.results, dataset),
  }));
};

export const evaluateLines: WorkloadLines<EvaluateSpec, EvaluateResults> = {
  kind: 'evaluate',
  planned: ({ settings }, machine) => `${settingsText(settings)}${machine === undefined ? '' : ` · ${counted(machine.cores, 'core')}`}`,
  planNotes: ({ data }) => [
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
    `${rules}; thresholds chosen on dev, used once on test; * the best on dev`,
    '@ 10 to @ 1: sensitivity where a threshold makes so many false alarms in 24 hours',
    `95 %: of ${count(run.spec.draws)} draws of patients; AUROC and AUPRC pooled over the seconds of test`,
  ],
  bad: () => [],
  report: run => [
    ...perDataset(run).flatMap(({ dataset, mark, own }) => {
      const best = bestOf(own.detectors);
      if (best === undefined) return [];
      const more = run.spec.datasets.length > 1 ? `${dataset}: ` : '';
      return [[`${more}${verdict(own.detectors, mark !== '')}`], patientLines(own, best, mark)];
    }),
    ...(run.results.detectors.length === 0 ? [] : [[`with every miss and false alarm as a trace: ann-tui report ${run.run}`]]),
  ],
  next: ({ run }) => `ann-tui report ${run}`,
  record: ({ spec, results }) => ({
    checkpoint: spec.checkpoint,
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
  recordFile: 'scores.json',
  writeReport: async (run, to) => {
    const { writeReport } = await import('../report/write.ts');
    return writeReport(run, to);
  },
};
