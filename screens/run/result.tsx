import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { screensOf } from '../workloads/registry.ts';
import { useRun } from './use-run.ts';

/** What a run found, as its workload shows it. */
export const Result = ({ run }: { readonly run: string }) => {
  const state = useRun(run);
  if (state === undefined)
    return <Frame crumbs={['runs', run, 'result']}>{({ columns }) => <Lines columns={columns} lines={['· Opening the result']} />}</Frame>;
  const { Result: Shown } = screensOf(state.spec);
  return <Shown state={state} />;
};
