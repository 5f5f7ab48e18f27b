import type { PredictResults } from '../../../src/workloads/predict/results.ts';
import type { PredictSpec } from '../../../src/workloads/predict/spec.ts';
import { thresholdText } from '../../../src/workloads/predict/words.ts';
import { settingsText } from '../../../src/workloads/prepare/settings.ts';
import { dim, wrap } from '../../app/text.ts';
import { Lines } from '../../components/lines.tsx';
import { ResultFrame } from '../../run/result-frame.tsx';
import { resultTitle } from '../../run/result-title.ts';
import type { ResultProps } from '../workload-screens.ts';
import { predictedLines } from './lines.ts';

/** What was found in which recording. */
export const PredictResult = ({ state }: ResultProps<PredictSpec, PredictResults>) => (
  <ResultFrame state={state}>
    {({ columns, height, now }) => {
      const asked = `${thresholdText(state.spec)} · ${settingsText(state.spec.settings)}`;
      const head = [resultTitle(state, now, columns), ...wrap(asked, columns).map(dim), ''];
      return <Lines columns={columns} lines={[...head, ...predictedLines(state, columns, height - head.length)]} />;
    }}
  </ResultFrame>
);
