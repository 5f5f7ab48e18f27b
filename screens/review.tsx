import { useState } from 'react';
import { toFailure } from '../src/errors.ts';
import type { Failure } from '../src/runs/journal-entry.ts';
import { useCommandCenter, useCommands } from './commands.tsx';
import { failureLines } from './components/failure.ts';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import { waitLine } from './components/wait.ts';
import { useNow, useUi } from './context.tsx';
import { reviewLines } from './review-lines.ts';
import { bold, dim, type LineLike, wrap } from './text.ts';
import { useDefaults } from './use-defaults.ts';
import { useResource } from './use-resource.ts';
import { useWhenReady } from './use-when-ready.ts';

/** The last look: what, where, how long, what it costs. Enter starts it. */
export const Review = () => {
  const { services, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const { defaults, failure: unread, reload: readAgain } = useDefaults();
  const [launching, setLaunching] = useState<number>();
  const [failure, setFailure] = useState<Failure>();
  const [plan, reload] = useResource(
    async () => {
      if (defaults === undefined) return undefined;
      const spec = await services.plan(defaults.choices);
      const [estimate, obstacle] = await Promise.all([services.estimate(spec), services.check(spec)]);
      return { spec, estimate, obstacle };
    },
    defaults === undefined ? '' : JSON.stringify(defaults.choices),
  );
  const ready = plan.state === 'ready' ? plan.value : undefined;
  const shownFailure = failure ?? unread ?? (plan.state === 'failed' ? plan.failure : ready?.obstacle);
  const now = useNow(ready === undefined || launching !== undefined);

  // Enter before the plan stands counts only because nothing is billed here.
  const [launch, wanted] = useWhenReady(ready !== undefined || shownFailure !== undefined, () => {
    if (launching !== undefined) return;
    if (shownFailure !== undefined) {
      setFailure(undefined);
      readAgain();
      reload();
      return;
    }
    if (ready === undefined || defaults === undefined) return;
    setLaunching(Date.now());
    services.savePreferences(defaults.draft).catch(() => setNote('The choices could not be remembered.'));
    services.launch(ready.spec).then(
      run => navigation.reset({ screen: 'monitor', run }),
      error => {
        setLaunching(undefined);
        setFailure(toFailure(error));
      },
    );
  });

  useCommands('review', {
    launch,
    'change-what': () => navigation.push({ screen: 'what' }),
    'change-hardware': () => navigation.push({ screen: 'hardware' }),
    'change-dataset': () => navigation.push({ screen: 'dataset' }),
    budget: () => setNote('Nothing is billed on this machine, so no budget is needed here.'),
  });

  return (
    <Frame crumbs={['benchmark', 'review']}>
      {({ columns }) => {
        const body: readonly LineLike[] = [
          ...(ready === undefined ? [] : [...reviewLines(ready.spec, ready.estimate, services.machine(), columns), '']),
          ...(shownFailure !== undefined
            ? failureLines(shownFailure, 'enter tries again', columns)
            : ready === undefined
              ? [
                  waitLine(
                    wanted ? 'Planning the run, then starting it' : 'Planning the run',
                    plan.state === 'loading' ? plan.since : now,
                    now,
                    'under a second',
                  ),
                ]
              : launching !== undefined
                ? [waitLine('Starting the run', launching, now, 'a second')]
                : [
                    bold('enter starts it'),
                    ...wrap('It goes on when this terminal is closed. x stops it; finished points are kept.', columns).map(dim),
                  ]),
        ];
        return <Lines columns={columns} lines={[bold('Ready to run?'), '', ...body]} />;
      }}
    </Frame>
  );
};
