import { useEffect, useRef, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { Checked } from '../../src/selftest/check.ts';
import { duration, money } from '../../src/text/format.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { dim } from '../app/text.ts';
import { useResource } from '../app/use-resource.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { Question } from '../components/question.tsx';
import { type SelftestWork, selftestCost, selftestLines } from './selftest-lines.ts';

type Work = SelftestWork | { readonly state: 'failed'; readonly failure: Failure };

/** What is assumed of this machine, or of Modal: lines that fill in. */
export const Selftest = ({ target }: { readonly target: 'local' | 'modal' }) => {
  const { services, navigation, modal, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const [plan] = useResource(async () => (target === 'modal' ? await services.setup.selftestPlan() : undefined), target);
  const [work, setWork] = useState<Work>({ state: 'idle' });
  const [checked, setChecked] = useState<readonly Checked[]>([]);
  const [asking, setAsking] = useState(false);
  const controller = useRef<AbortController>(undefined);
  const now = useNow(work.state === 'working');
  // Leaving the screen ends it; what it has at Modal is removed on the way.
  useEffect(() => () => controller.current?.abort(new Error('left')), []);

  const { ask, status } = modal;
  useEffect(() => {
    if (target === 'modal') ask();
  }, [target, ask]);
  const obstacle = target === 'modal' && status !== undefined && status.state !== 'ready' ? status.failure : undefined;

  const known = plan.state === 'ready' ? plan.value : undefined;
  const start = () => {
    const abort = new AbortController();
    controller.current = abort;
    setAsking(false);
    setChecked([]);
    setWork({ state: 'working', since: clock() });
    services.setup
      .selftest({
        ...(known === undefined ? {} : { plan: known }),
        signal: abort.signal,
        onStart: current => setWork(old => (old.state === 'working' ? { ...old, current } : old)),
        onChecked: one => setChecked(old => [...old, one]),
      })
      .then(
        end => setWork({ state: 'done', end, cut: abort.signal.aborted }),
        error => setWork(abort.signal.aborted ? { state: 'idle' } : { state: 'failed', failure: toFailure(error) }),
      );
  };

  const stop = () => {
    controller.current?.abort(new Error('left'));
    setWork(old => (old.state === 'working' ? { ...old, leaving: true } : old));
  };
  useCommands('selftest', {
    'selftest-start':
      work.state === 'working'
        ? 'It is under way; esc stops it.'
        : () => {
            if (target === 'local') start();
            else if (obstacle !== undefined) setNote(`${obstacle.what}.`);
            else if (known === undefined || status === undefined) setNote('Modal has not answered yet.');
            else setAsking(true);
          },
    back: () => {
      if (work.state !== 'working') return navigation.back();
      if (work.leaving) setNote('It is leaving: what it has at Modal is being removed.');
      else stop();
    },
  });

  const cost = target === 'local' || work.state === 'failed' ? undefined : selftestCost({ plan: known, work, now });

  return (
    <Frame crumbs={[target === 'local' ? 'this machine' : 'Modal', 'self-test']} {...(cost === undefined ? {} : { cost })}>
      {body => {
        const { columns, height } = body;
        if (asking && known !== undefined)
          return (
            <Question
              {...body}
              scope="spend"
              title="Try Modal in miniature? This costs money."
              text={[
                `About ${money(known.likely)}, in about ${duration(known.seconds.likely)}; at most ${money(known.most)}.`,
                `${known.containers} containers of ${known.container}${known.training === undefined ? '' : `, and a training on ${known.training.containers} of ${known.training.container}`}, on your own account; app, volume and Dict are removed at the end.`,
              ]}
              handlers={{ 'spend-no': () => setAsking(false), 'spend-yes': start }}
            />
          );
        if (obstacle !== undefined) return <Lines columns={columns} lines={failureLines(obstacle, 'esc goes back', columns)} />;
        if (plan.state === 'failed') return <Lines columns={columns} lines={failureLines(plan.failure, 'esc goes back', columns)} />;
        if (work.state === 'failed') return <Lines columns={columns} lines={failureLines(work.failure, 'enter tries again', columns)} />;
        if (target === 'modal' && known === undefined) return <Lines columns={columns} lines={[dim('What does it cost? Asking…')]} />;
        return <Lines columns={columns} lines={selftestLines({ target, plan: known, work, checked, now, columns, height })} />;
      }}
    </Frame>
  );
};
