import { useEffect, useRef, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { Progress } from '../../src/setup/making.ts';
import { duration, percent } from '../../src/text/format.ts';
import type { Runtime } from '../../src/workloads/workload.ts';
import { type Handler, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, span, wrap } from '../app/text.ts';
import { useResource } from '../app/use-resource.ts';
import { bar } from '../components/bar.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { crumbOf } from '../wizard/use-defaults.ts';

export type SetupProps = {
  /** Where it goes when everything is in place. */
  readonly onward: 'review' | 'back';
  readonly runtime: Runtime;
};

export type Step = { readonly progress: Progress; readonly startedAt: number; readonly endedAt?: number };

type Work =
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly since: number }
  | { readonly state: 'done'; readonly seconds: number }
  | { readonly state: 'failed'; readonly failure: Failure };

/** A new step ends the one before; news of the same step replaces it. Pure. */
export const addProgress = (steps: readonly Step[], progress: Progress, at: number): readonly Step[] => {
  const last = steps.at(-1);
  if (last === undefined) return [{ progress, startedAt: at }];
  if (last.progress.step === progress.step) return [...steps.slice(0, -1), { ...last, progress }];
  return [...steps.slice(0, -1), { ...last, endedAt: at }, { progress, startedAt: at }];
};

/** Pure. */
export const stepLines = (steps: readonly Step[], now: number, over: boolean, columns: number): readonly LineLike[] =>
  steps.flatMap(({ progress, startedAt, endedAt }): readonly LineLike[] => {
    const seconds = dim(`  ${duration(Math.max(0, Math.floor(((endedAt ?? now) - startedAt) / 1000)))}`);
    if (endedAt !== undefined) return [[span('ok', '✓ '), progress.step, seconds]];
    const figure =
      progress.fraction === undefined ? [] : [...bar(progress.fraction, Math.min(30, columns - 20)), `  ${percent(progress.fraction)}`];
    const eta = progress.etaSeconds === undefined ? '' : `  ETA ${duration(progress.etaSeconds)}`;
    return [
      [over ? span('danger', '✗ ') : span('accent', '▸ '), bold(progress.step), seconds, dim(eta)],
      ...(figure.length === 0 ? [] : [['  ', ...figure]]),
      ...(progress.detail === undefined ? [] : [dim(`  ${progress.detail}`)]),
    ];
  });

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

const titles: Readonly<Record<Runtime, { readonly before: string; readonly after: string }>> = {
  core: { before: 'This machine is not set up yet', after: 'This machine is set up' },
  training: { before: 'This needs the environment for trainings', after: 'The environment for trainings is there' },
};

/** What is done, and how to undo it. `takes`: what the training environment is and how large, once it is known. */
const aboutLines = (runtime: Runtime, folder: string, takes: string | undefined): readonly string[] => {
  if (runtime === 'core')
    return [
      `Set-up makes a private Python environment and compiles the C++ core. Nothing outside of ${folder} is touched.`,
      'Usually 1 to 3 minutes, once; ann-tui uninstall removes it.',
    ];
  return [
    takes === undefined ? 'Looking for what is on this machine already…' : `${takes}.`,
    `Once, into ${folder}; ann-tui uninstall --training removes it. For another PyTorch: ann-tui setup --training --torch PATH.`,
  ];
};

/** The private environment of a runtime: once, before the first run that needs it. */
export const Setup = ({ onward, runtime }: SetupProps) => {
  const { services, navigation, draft, now } = useUi();
  const [status] = useResource(() => services.setup.status(runtime));
  const [takes] = useResource(async () => (runtime === 'training' ? await services.setup.trainingTakes() : undefined));
  const [work, setWork] = useState<Work>({ state: 'idle' });
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const controller = useRef<AbortController>(undefined);
  const time = useNow(work.state === 'working');
  useEffect(() => () => controller.current?.abort(), []);

  const goOn = () => (onward === 'review' ? navigation.replace({ screen: 'review' }) : navigation.back());
  const start = () => {
    const since = now();
    const abort = new AbortController();
    controller.current = abort;
    setSteps([]);
    setWork({ state: 'working', since });
    services.setup
      .install(runtime, progress => setSteps(old => addProgress(old, progress, now())), abort.signal)
      .then(
        () => {
          if (abort.signal.aborted) return;
          setSteps(old => old.map(step => (step.endedAt === undefined ? { ...step, endedAt: now() } : step)));
          setWork({ state: 'done', seconds: (now() - since) / 1000 });
        },
        error => !abort.signal.aborted && setWork({ state: 'failed', failure: toFailure(error) }),
      );
  };

  const enter = (): Handler => {
    if (work.state === 'working') return 'It is under way; esc stops it.';
    if (work.state === 'done' || (status.state === 'ready' && status.value.ready && work.state === 'idle')) return goOn;
    // Nobody agrees to what was not said yet.
    if (runtime === 'training' && takes.state === 'loading') return 'Still looking for what it takes.';
    return { label: work.state === 'failed' ? 'try again' : 'start', run: start };
  };
  useCommands('setup', { install: enter() });

  return (
    <Frame crumbs={onward === 'review' ? [crumbOf(draft), 'set-up'] : ['set-up']}>
      {({ columns, height }) => {
        const folder = status.state === 'ready' ? status.value.folder : '…';
        const about = aboutLines(runtime, folder, takes.state === 'ready' ? takes.value : undefined);
        const why = status.state === 'ready' ? status.value.why : undefined;
        const intro: readonly LineLike[] = [
          bold(work.state === 'done' ? titles[runtime].after : titles[runtime].before),
          '',
          ...(why === undefined || work.state !== 'idle' ? [] : [...wrap(sentence(why), columns), '']),
          ...about.flatMap(text => wrap(text, columns).map(dim)),
          '',
        ];
        const usually = runtime === 'core' ? ', usually 1 to 3 minutes' : '';
        const end: readonly LineLike[] = (() => {
          switch (work.state) {
            case 'idle':
              return [
                status.state === 'ready' && status.value.ready
                  ? 'Everything is in place: enter goes on.'
                  : runtime === 'core'
                    ? 'enter starts it; esc leaves everything as it is.'
                    : 'enter agrees and starts it; esc leaves everything as it is.',
              ];
            case 'working':
              return ['', dim(`${duration(Math.max(0, Math.floor((time - work.since) / 1000)))} so far${usually}; esc stops it`)];
            case 'done':
              return ['', [span('ok', '✓ '), `done in ${duration(work.seconds)}: enter goes on`]];
            case 'failed':
              return ['', ...failureLines(work.failure, 'enter tries again', columns)];
          }
        })();
        const room = Math.max(1, height - intro.length - end.length);
        return (
          <Lines columns={columns} lines={[...intro, ...stepLines(steps, time, work.state === 'failed', columns).slice(-room), ...end]} />
        );
      }}
    </Frame>
  );
};
