import { useEffect, useRef } from 'react';
import { isEvaluateRun } from '../../../src/workloads/evaluate/spec.ts';
import { useCommands } from '../../app/commands.tsx';
import { useUi } from '../../app/context.tsx';
import { useKept } from '../../app/use-kept.ts';
import { useResource } from '../../app/use-resource.ts';
import { Frame, useBody } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { evaluationsCompared } from './compare-lines.ts';

const only = 'Evaluations are compared in one table.';

/** Two evaluations beside each other; of more, the first two. */
export const CompareEvaluations = ({ runs: names }: { readonly runs: readonly string[] }) => {
  const { runs = [], navigation, services } = useUi();
  const { columns, height } = useBody();
  const [top, setTop] = useKept('top', 0);
  const [a, b] = names.flatMap(name => runs.filter(isEvaluateRun).find(({ run }) => run === name) ?? []);
  const controller = useRef(new AbortController());
  useEffect(() => () => controller.current.abort(new Error('left')), []);
  const [asked] = useResource(
    async () =>
      a === undefined || b === undefined ? undefined : await services.workloads.evaluate.paired(a.run, b.run, controller.current.signal),
    names.join(' '),
  );
  const paired = asked.state === 'ready' ? asked.value : asked.state === 'failed' ? asked.failure.why : undefined;
  const lines =
    a === undefined || b === undefined ? ['Two evaluations are compared: mark two of them.'] : evaluationsCompared(a, b, paired, columns);
  const last = Math.max(0, lines.length - height);
  const to = (place: number) => () => setTop(Math.max(0, Math.min(place, last)));

  useCommands('compare', {
    up: to(top - 1),
    down: to(top + 1),
    'page-up': to(top - height),
    'page-down': to(top + height),
    top: to(0),
    bottom: to(last),
    'compare-plot': only,
    'compare-notes': only,
    'compare-rank': only,
    'compare-baseline': only,
    'compare-open': b === undefined ? 'There is no run to open.' : () => navigation.push({ screen: 'result', run: b.run }),
  });

  return (
    <Frame crumbs={['runs', 'compare']}>
      {body => <Lines columns={body.columns} lines={lines.slice(Math.min(top, last), Math.min(top, last) + body.height)} />}
    </Frame>
  );
};
