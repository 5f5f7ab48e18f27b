/** What a prediction says of its runs in plain lines and records. */
import path from 'node:path';
import { table } from '../../../cli/text/table.ts';
import type { WorkloadLines } from '../../../cli/workload-lines.ts';
import { runFiles } from '../../../runs/files.ts';
import { duration } from '../../../text/format.ts';
import { shownPath } from '../../../util/paths.ts';
import { spansText } from '../../evaluate/predicted-words.ts';
import { settingsText } from '../../prepare/settings.ts';
import type { Predicted, PredictResults } from '../results.ts';
import type { PredictRun, PredictSpec } from '../spec.ts';
import { carriedText, failedText, predictedText, thresholdText, warningsOf } from '../words.ts';
import { predict } from '../workload.ts';

const asked = (spec: PredictSpec): string => `${thresholdText(spec)} · ${settingsText(spec.settings)}`;

const cellsOf = (one: Predicted): readonly string[] =>
  'error' in one
    ? [one.recording, '–', '–', one.error]
    : [one.recording, duration(one.seconds), String(one.events.length), [spansText(one.events), ...one.told].filter(Boolean).join('; ')];

/** Tables lie here once the run has brought them. */
const placeOf = ({ run, status, outcome }: PredictRun): readonly string[] =>
  status === 'ended' && outcome === 'done' ? [`tables: ${shownPath(path.join(runFiles(run).job, 'predictions'))}`] : [];

export const predictLines: WorkloadLines<PredictSpec, PredictResults> = {
  kind: 'predict',
  planned: asked,
  planNotes: spec => [carriedText(spec), ...warningsOf(spec).map(text => `! ${text}`)],
  datasetNotes: () => [],
  asked: spec => `${spec.checkpoint.title} · ${asked(spec)}`,
  news: (run, before) => {
    const told = new Set(before?.results.predicted);
    return run.results.predicted.filter(one => !told.has(one)).map(one => `  ${predictedText(one)}`);
  },
  table: ({ results: { predicted } }) =>
    predicted.length === 0
      ? []
      : table(
          [{ head: 'recording' }, { head: 'length', right: true }, { head: 'seizures', right: true }, { head: 'at' }],
          predicted.map(cellsOf),
        ),
  tableNotes: run => [
    ...placeOf(run),
    ...[failedText(run.results.predicted) ?? []].flat(),
    ...warningsOf(run.spec).map(text => `! ${text}`),
  ],
  bad: () => [],
  report: () => [],
  next: ({ run }) => `ann-tui results ${run} --get DIR`,
  record: ({ spec, results }) => ({
    checkpoint: spec.checkpoint,
    threshold: spec.threshold,
    settings: spec.settings,
    synthetic: spec.synthetic,
    predicted: results.predicted,
  }),
  bestHead: 'seizures',
  best: run => predict.headline(run).replace(/ seizures?/, '') || '–',
  has: () => false,
  recordFile: 'predicted.json',
};
