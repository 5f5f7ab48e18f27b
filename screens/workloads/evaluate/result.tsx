import { useState } from 'react';
import { toFailure } from '../../../src/errors/errors.ts';
import { size as bytesText } from '../../../src/text/format.ts';
import type { EvaluateResults } from '../../../src/workloads/evaluate/results.ts';
import type { EvaluateSpec } from '../../../src/workloads/evaluate/spec.ts';
import { bestOf, ofDataset } from '../../../src/workloads/evaluate/verdict.ts';
import { worstFirst } from '../../../src/workloads/evaluate/worst-first.ts';
import { syntheticOf } from '../../../src/workloads/prepare/data.ts';
import { useCommandCenter, useCommands } from '../../app/commands.tsx';
import { useUi } from '../../app/context.tsx';
import { textWidth } from '../../app/text.ts';
import { type Cursor, useCursor } from '../../app/use-cursor.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { resultTitle } from '../../run/result-title.ts';
import { isLive } from '../../run/run-facts.ts';
import { useResult } from '../../run/use-result.ts';
import type { ResultProps } from '../workload-screens.ts';
import { evaluationLines, type Shown } from './result-lines.ts';
import { TracePage } from './trace.tsx';

type Props = ResultProps<EvaluateSpec, EvaluateResults>;

type OverviewProps = Props & {
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

const Overview = ({ state, shown, cursor, onDetector, onDataset, onTrace }: OverviewProps) => {
  const { services, navigation, size } = useUi();
  const { setNote } = useCommandCenter();
  const { now, cost, again, general } = useResult(state);
  const { run } = state;
  const { detector, rows, results } = shown;
  const row = rows[cursor.index];
  const told = (work: Promise<string>) => {
    work.then(setNote, (error: unknown) => {
      const { what, why, hint } = toFailure(error);
      setNote(`${what}: ${why}${hint === undefined ? '' : `; ${hint}`}`);
    });
  };

  useCommands('evaluation', {
    ...cursor.commands,
    ...general,
    'trace-open':
      row === undefined
        ? nothing
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
    'evaluation-report':
      detector === undefined
        ? nothing
        : () => {
            setNote('Writing the report.');
            told(services.workloads.evaluate.report(run).then(({ shown: file, bytes, says }) => `${file}: ${bytesText(bytes)}, ${says}`));
          },
    'evaluation-predictions':
      detector === undefined
        ? nothing
        : () =>
            told(
              services.workloads.evaluate.predictions(run, shown.dataset, detector.detector).then(folder => tsvWords(folder, size.columns)),
            ),
    'evaluation-again': again,
    compare: detector === undefined ? nothing : () => navigation.push({ screen: 'compare-with', kind: state.spec.kind, run }),
  });

  return (
    <Frame crumbs={['runs', run, 'result']} cost={cost}>
      {({ columns, height }) => (
        <Lines columns={columns} lines={[resultTitle(state, now, columns), ...evaluationLines(shown, columns, height - 1)]} />
      )}
    </Frame>
  );
};

/** What a run's detectors were worth, and what they got wrong; a trace takes its place while it is looked at. */
export const EvaluateResult = ({ state }: Props) => {
  const [wantedDataset, setDataset] = useState<string>();
  const [wantedDetector, setDetector] = useState<string>();
  const [at, setAt] = useState<number>();
  const names = [...new Set([...state.spec.datasets.map(({ name }) => name), ...state.results.detectors.map(({ dataset }) => dataset)])];
  const dataset = names.find(name => name === wantedDataset) ?? names[0] ?? '';
  const results = ofDataset(state.results, dataset);
  const detector = results.detectors.find(one => one.detector === wantedDetector) ?? bestOf(results.detectors);
  const rows = detector === undefined ? [] : worstFirst(results, detector.detector);
  const traces = rows.flatMap(row => row.traces);
  const cursor = useCursor(rows.map(({ patient }) => patient));
  const synthetic = syntheticOf(state.spec.data).has(dataset);

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
      shown={{
        results,
        dataset,
        several: names.length > 1,
        synthetic,
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
