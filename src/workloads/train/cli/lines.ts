/** What a training says of its runs in plain lines and records. */
import path from 'node:path';
import type { WorkloadLines } from '../../../cli/workload-lines.ts';
import { runFiles } from '../../../runs/files.ts';
import { count, counted, size } from '../../../text/format.ts';
import { shownPath } from '../../../util/paths.ts';
import { scoredDatasets } from '../../evaluate/best.ts';
import { evaluateLines } from '../../evaluate/cli/lines.ts';
import { rules, syntheticWord } from '../../evaluate/verdict.ts';
import { splitText, syntheticOf } from '../../prepare/data.ts';
import { settingsText } from '../../prepare/settings.ts';
import { asEvaluation } from '../as-evaluation.ts';
import { trainedScores } from '../best.ts';
import { windowsOfStep } from '../cost.ts';
import { trainNotes } from '../data-notes.ts';
import { metricText } from '../metric-words.ts';
import { moneyOf, moneyRecord } from '../money/money.ts';
import { moneyLine } from '../money/words.ts';
import { bestCheckpoint, type Checked, type TrainResults } from '../results.ts';
import type { TrainRun, TrainSpec } from '../spec.ts';
import { seedsText, trainVerdict } from '../verdict.ts';
import { train } from '../workload.ts';
import { newsOf, progressOf } from './news.ts';

/** "laptop · 32 windows of 30 s a step · seeds 0, 1, 2 · 19 channels, average · 128 Hz · …" */
const askedText = ({ preset, config, seeds, settings, check }: TrainSpec): string =>
  [
    preset,
    ...(check ? ['only one batch, to be learnt by heart'] : []),
    `${count(windowsOfStep(config))} windows of ${config.windows.seconds} s a step`,
    `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`,
    settingsText(settings),
  ].join(' · ');

/** "seed 0 learns one batch by heart: loss 0.69 → 0.012 in 60 steps" */
const checkedText = ({ seed, learns, steps, first_loss, last_loss, bound }: Checked): string => {
  const loss = `loss ${metricText('loss', first_loss)} → ${metricText('loss', last_loss)} in ${counted(steps, 'step')}`;
  return learns
    ? `seed ${seed} learns one batch by heart: ${loss}`
    : `! seed ${seed} does not learn one batch by heart: ${loss}, and ${metricText('loss', bound)} was to be reached`;
};

/** What came out of each dataset, in a line or two. */
const verdictLines = ({ spec, results }: TrainRun): readonly string[] => {
  const synthetic = syntheticOf(spec.data);
  return scoredDatasets(results.evaluation).flatMap(dataset => {
    const seeds = seedsText(trainedScores(results, dataset));
    const where = spec.datasets.length > 1 ? `${dataset}: ` : '';
    return [
      `${where}${trainVerdict(results, dataset, synthetic.has(dataset))}`,
      ...(seeds === '' ? [] : [`${where}${seeds}${synthetic.has(dataset) ? ` · ${syntheticWord}` : ''}`]),
    ];
  });
};

/** Where what was learnt lies: of each seed that is over the checkpoint that is evaluated, else the best so far. */
const checkpointLines = ({ run, spec, results }: TrainRun): readonly string[] =>
  spec.seeds.flatMap(seed => {
    const best = bestCheckpoint(results, seed);
    const file = results.trained.find(one => one.seed === seed)?.file ?? best?.file;
    if (file === undefined) return [];
    const bytes = best === undefined ? '' : ` (${size(best.bytes)})`;
    return [`checkpoint of seed ${seed}: ${shownPath(path.join(runFiles(run).job, file))}${bytes}`];
  });

/** What can be done with it. */
const nextLines = (run: string): readonly string[] => [
  `on a recording of yours:      ann-tui predict FILE.edf --checkpoint ${run}`,
  `on other recordings:          ann-tui evaluate --checkpoint ${run}`,
  `beside another training:      ann-tui compare ${run} OTHER`,
];

/** Paragraphs with something in them. */
const paragraphs = (...parts: readonly (readonly string[])[]): readonly string[] =>
  parts.filter(part => part.length > 0).flatMap((part, at) => [...(at === 0 ? [] : ['']), ...part]);

export const trainLines: WorkloadLines<TrainSpec, TrainResults> = {
  kind: 'train',
  planned: (spec, machine) => `${askedText(spec)}${machine === undefined ? '' : ` · ${counted(machine.cores, 'core')}`}`,
  planNotes: ({ data }) => [
    ...data.flatMap(({ dataset, synthetic, splits }) =>
      splits.map(split => `${dataset}${synthetic ? ` (${syntheticWord})` : ''}: ${splitText(split)}`),
    ),
    ...data
      .filter(({ splits }) => splits.length === 0)
      .map(
        ({ dataset }) => `! ${dataset} is not here: its steps alone are counted, without preparing it, looks at dev and scores in the end`,
      ),
    ...trainNotes(data).map(text => `! ${text}`),
  ],
  datasetNotes: () => [],
  asked: askedText,
  news: (run, before) => {
    const told = new Set(before === undefined ? [] : newsOf(before));
    return newsOf(run).filter(line => !told.has(line));
  },
  progress: progressOf,
  bought: (run, now) => {
    const money = moneyOf(run, now);
    return { line: moneyLine(money), record: moneyRecord(money) };
  },
  table: run => [
    ...paragraphs(verdictLines(run), evaluateLines.table(asEvaluation(run)), run.results.checked.map(checkedText), checkpointLines(run)),
  ],
  tableNotes: run => (run.results.evaluation.detectors.length === 0 ? [] : evaluateLines.tableNotes(asEvaluation(run))),
  // A bad verdict on a person's own model is how its run failed, which is said anyway.
  bad: () => [],
  report: run =>
    run.results.evaluation.detectors.length === 0
      ? []
      : // Its first says which detector is the best: here the verdict says it, above the table.
        [...evaluateLines.report(asEvaluation(run)).slice(1), nextLines(run.run)],
  next: ({ run, results }) => (results.trained.length === 0 ? `ann-tui show ${run}` : `ann-tui results ${run}`),
  record: ({ spec, results }) => {
    const synthetic = syntheticOf(spec.data);
    const { detectors, ...evaluation } = results.evaluation;
    return {
      preset: spec.preset,
      config: spec.config,
      settings: spec.settings,
      data: spec.data,
      seeds: spec.seeds,
      source: spec.source,
      ...(results.verdict !== undefined && { model_verdict: results.verdict }),
      models: results.models,
      metrics: results.series.map(({ seed, name, steps, values }) => ({ seed, name, steps, values })),
      checkpoints: results.checkpoints,
      trained: results.trained,
      resumed: results.resumed,
      ...(spec.check && { checked: results.checked }),
      rules,
      detectors: detectors.map(score => ({ ...score, synthetic: synthetic.has(score.dataset) })),
      ...evaluation,
    };
  },
  bestHead: 'AUROC',
  best: run => train.headline(run).replace(/^AUROC /, '') || '–',
  compare: () => import('./compare.ts'),
  comparesWith: ['evaluate'],
  has: (_, run) => run.spec.check !== true && run.results.series.length > 0,
  unsound: async folder => (await import('./unsound.ts')).unsoundCheckpoints(folder),
  recordFile: 'training.json',
  writeReport: async (run, to) => {
    const { writeTrainReport } = await import('../report/write.ts');
    return writeTrainReport(run, to);
  },
};
