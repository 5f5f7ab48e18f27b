import { useState } from 'react';
import type { RunState } from '../../../src/runs/state.ts';
import { matrixOf } from '../../../src/workloads/evaluate/matrix.ts';
import type { EvaluateResults } from '../../../src/workloads/evaluate/results.ts';
import type { EvaluateRun, EvaluateSpec } from '../../../src/workloads/evaluate/spec.ts';
import { headOf, ofDataset } from '../../../src/workloads/evaluate/verdict.ts';
import { worstFirst } from '../../../src/workloads/evaluate/worst-first.ts';
import { syntheticOf } from '../../../src/workloads/prepare/data.ts';
import type { WrittenReport } from '../../../src/workloads/written-report.ts';
import { type Handler, useCommands } from '../../app/commands.tsx';
import { useUi } from '../../app/context.tsx';
import { type Line, textWidth } from '../../app/text.ts';
import { type Cursor, useCursor } from '../../app/use-cursor.ts';
import { useKept } from '../../app/use-kept.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { resultTitle } from '../../run/result-title.ts';
import { isLive } from '../../run/run-facts.ts';
import { useReport, useTold } from '../../run/use-report.ts';
import { useResult } from '../../run/use-result.ts';
import type { ResultProps } from '../workload-screens.ts';
import { evaluationLines, type Shown } from './result-lines.ts';
import { TracePage } from './trace.tsx';

/** What the result of a training has beside its evaluation. */
export type OwnView = {
  readonly report: () => Promise<WrittenReport>;
  readonly commands: Readonly<Record<'training-curves' | 'training-checkpoints' | 'training-evaluate', Handler>> & {
    readonly 'next-dataset'?: Handler;
    readonly compare?: Handler;
  };
  /** In place of the evaluation, below the title. `now`: unix milliseconds. */
  readonly lines?: ((columns: number, height: number, now: number) => readonly Line[]) | undefined;
};

export type EvaluationProps = {
  /** Whose result it is: an evaluation, or a training with one in it. */
  readonly state: RunState;
  readonly evaluation: EvaluateRun;
  readonly own?: OwnView;
};

type OverviewProps = Omit<EvaluationProps, 'evaluation'> & {
  readonly shown: Shown;
  readonly cursor: Cursor;
  readonly onDetector: (detector: string) => void;
  /** Undefined where there is no other. */
  readonly onDataset: (() => void) | undefined;
  readonly onTrace: (at: number) => void;
};

/** The folder of the detector, or where that is too long to be copied whole, the one of all detectors. */
const tsvWords = (folder: string, columns: number): string => {
  const words = `TSV in ${folder}`;
  return textWidth(words) <= columns - 4 ? words : words.replace(/(\/predictions)\/.*$/, '$1');
};

const nothing = 'No detector was scored yet.';
const noTraining = 'Only a training has that.';
const notOwn: OwnView['commands'] = { 'training-curves': noTraining, 'training-checkpoints': noTraining, 'training-evaluate': noTraining };

const Overview = ({ state, shown, cursor, own, onDetector, onDataset, onTrace }: OverviewProps) => {
  const { services, navigation, size } = useUi();
  const { now, cost, again, general } = useResult(state);
  const { run } = state;
  const { detector, rows, results } = shown;
  const row = rows[cursor.index];
  const told = useTold();
  const report = useReport(() => own?.report() ?? services.workloads.evaluate.report(run));

  useCommands<'evaluation' | 'training'>(own === undefined ? 'evaluation' : 'training', {
    ...cursor.commands,
    ...general,
    'trace-open':
      row === undefined
        ? own === undefined || shown.live
          ? nothing
          : { label: 'run again', run: again }
        : row.traces[0] === undefined
          ? 'No trace of this patient was kept: of the best detector it is, of each miss and false alarm.'
          : () => onTrace(rows.flatMap(({ traces }) => traces).indexOf(row.traces[0] as (typeof row.traces)[number])),
    'evaluation-detector':
      results.detectors.length < 2
        ? detector === undefined
          ? nothing
          : 'There is one detector only.'
        : () => {
            const at = results.detectors.findIndex(other => other.detector === detector?.detector);
            const next = results.detectors[(at + 1) % results.detectors.length];
            if (next !== undefined) onDetector(next.detector);
          },
    'next-dataset': onDataset ?? 'There is no other dataset.',
    report: detector === undefined ? nothing : report,
    'evaluation-predictions':
      detector === undefined
        ? nothing
        : () =>
            told(
              services.workloads.evaluate.predictions(run, shown.dataset, detector.detector).then(folder => tsvWords(folder, size.columns)),
            ),
    'evaluation-again': again,
    compare: detector === undefined ? nothing : () => navigation.push({ screen: 'compare-with', kind: state.spec.kind, run }),
    ...(own?.commands ?? notOwn),
  });

  return (
    <Frame crumbs={['runs', run, 'result']} cost={cost}>
      {({ columns, height }) => (
        <Lines
          columns={columns}
          lines={[
            resultTitle(state, now, columns),
            ...(own?.lines?.(columns, height - 1, now) ?? evaluationLines(shown, columns, height - 1)),
          ]}
        />
      )}
    </Frame>
  );
};

/** What a run's detectors were worth, and what they got wrong; a trace takes its place while it is looked at. */
export const EvaluationResult = ({ state, evaluation, own }: EvaluationProps) => {
  const [wantedDataset, setDataset] = useKept<string | undefined>('dataset', undefined);
  const [wantedDetector, setDetector] = useKept<string | undefined>('detector', undefined);
  const [at, setAt] = useState<number>();
  const names = [
    ...new Set([...evaluation.spec.datasets.map(({ name }) => name), ...evaluation.results.detectors.map(({ dataset }) => dataset)]),
  ];
  const dataset = names.find(name => name === wantedDataset) ?? names[0] ?? '';
  const results = ofDataset(evaluation.results, dataset);
  const synthetic = syntheticOf(evaluation.spec.data).has(dataset);
  const head = headOf(results.detectors, synthetic);
  const detector = results.detectors.find(one => one.detector === wantedDetector) ?? head?.detector;
  const rows = detector === undefined ? [] : worstFirst(results, detector.detector);
  const traces = rows.flatMap(row => row.traces);
  const cursor = useCursor(rows.map(({ patient }) => patient));

  if (at !== undefined && traces[at] !== undefined)
    return (
      <TracePage
        run={state.run}
        detector={detector?.title ?? ''}
        synthetic={synthetic}
        traces={traces}
        at={at}
        onAt={next => {
          setAt(next);
          cursor.select(traces[next]?.patient ?? '');
        }}
        onClose={() => setAt(undefined)}
      />
    );
  return (
    <Overview
      state={state}
      {...(own === undefined ? {} : { own })}
      shown={{
        results,
        dataset,
        several: names.length > 1,
        synthetic,
        head,
        matrix: matrixOf(evaluation.spec, evaluation.results),
        detector,
        rows,
        cursor: cursor.index,
        live: isLive(state),
        warnings: state.warnings,
      }}
      cursor={cursor}
      onDetector={setDetector}
      onDataset={names.length < 2 ? undefined : () => setDataset(names[(names.indexOf(dataset) + 1) % names.length])}
      onTrace={setAt}
    />
  );
};

export const EvaluateResult = ({ state }: ResultProps<EvaluateSpec, EvaluateResults>) => (
  <EvaluationResult state={state} evaluation={state} />
);
