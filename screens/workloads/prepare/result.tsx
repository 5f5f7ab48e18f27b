import type { PrepareResults } from '../../../src/workloads/prepare/results.ts';
import { settingsText } from '../../../src/workloads/prepare/settings.ts';
import type { PrepareSpec } from '../../../src/workloads/prepare/spec.ts';
import { dim, wrap } from '../../app/text.ts';
import { Lines } from '../../components/lines.tsx';
import { ResultFrame } from '../../run/result-frame.tsx';
import { resultTitle } from '../../run/result-title.ts';
import type { ResultProps } from '../workload-screens.ts';
import { prepareLines } from './split-rows.ts';

/** What of the recordings is ready. */
export const PrepareResult = ({ state }: ResultProps<PrepareSpec, PrepareResults>) => (
  <ResultFrame state={state}>
    {({ columns, height, now }) => {
      const head = [resultTitle(state, now, columns), ...wrap(settingsText(state.spec.settings), columns).map(dim), ''];
      return <Lines columns={columns} lines={[...head, ...prepareLines(state, columns, height - head.length)]} />;
    }}
  </ResultFrame>
);
