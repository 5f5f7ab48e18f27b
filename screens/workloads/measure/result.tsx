import type { MeasureResults } from '../../../src/workloads/measure/results.ts';
import type { MeasureSpec } from '../../../src/workloads/measure/spec.ts';
import { Lines } from '../../components/lines.tsx';
import { ResultFrame } from '../../run/result-frame.tsx';
import { resultTitle } from '../../run/result-title.ts';
import type { ResultProps } from '../workload-screens.ts';
import { measuredLines } from './table.ts';

/** Which GPU trains how fast, and for how much. */
export const MeasureResult = ({ state }: ResultProps<MeasureSpec, MeasureResults>) => (
  <ResultFrame state={state}>
    {({ columns, height, now }) => (
      <Lines columns={columns} lines={[resultTitle(state, now, columns), '', ...measuredLines(state, columns, height - 2)]} />
    )}
  </ResultFrame>
);
