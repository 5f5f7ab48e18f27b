import { useEffect, useRef, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { Progress } from '../../src/setup/making.ts';
import { duration, percent } from '../../src/text/format.ts';
import { useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, span, wrap } from '../app/text.ts';
import { useResource } from '../app/use-resource.ts';
import { bar } from '../components/bar.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';

export type SetupProps = {
  /** Where it goes when everything is in place. */
  readonly onward: 'review' | 'back';
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

/** The private Python environment and the C++ core: once, before the first run. */
export const Setup = ({ onward }: SetupProps) => {
  const { services, navigation, now } = useUi();
  const [status] = useResource(() => services.setup.status());
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
      .install(progress => setSteps(old => addProgress(old, progress, now())), abort.signal)
      .then(
        () => {
          if (abort.signal.aborted) return;
          setSteps(old => old.map(step => (step.endedAt === undefined ? { ...step, endedAt: now() } : step)));
          setWork({ state: 'done', seconds: (now() - since) / 1000 });
        },
        error => !abort.signal.aborted && setWork({ state: 'failed', failure: toFailure(error) }),
      );
  };

  useCommands('setup', {
    install:
      work.state === 'working'
        ? 'It is under way; esc stops it.'
        : work.state === 'done' || (status.state === 'ready' && status.value.ready && work.state === 'idle')
          ? goOn
          : { label: work.state === 'failed' ? 'try again' : 'start', run: start },
  });

  return (
    <Frame crumbs={onward === 'review' ? ['benchmark', 'set-up'] : ['set-up']}>
      {({ columns, height }) => {
        const folder = status.state === 'ready' ? status.value.folder : '…';
        const why = status.state === 'ready' ? status.value.why : undefined;
        const intro: readonly LineLike[] = [
          bold(work.state === 'done' ? 'This machine is set up' : 'This machine is not set up yet'),
          '',
          ...(why === undefined || work.state !== 'idle' ? [] : [...wrap(sentence(why), columns), '']),
          ...wrap(
            `Set-up makes a private Python environment and compiles the C++ core. Nothing outside of ${folder} is touched.`,
            columns,
          ).map(dim),
          ...wrap('Usually 1 to 3 minutes, once; ann-tui uninstall removes it.', columns).map(dim),
          '',
        ];
        const end: readonly LineLike[] = (() => {
          switch (work.state) {
            case 'idle':
              return [
                status.state === 'ready' && status.value.ready
                  ? 'Everything is in place: enter goes on.'
                  : 'enter starts it; esc leaves everything as it is.',
              ];
            case 'working':
              return [
                '',
                dim(`${duration(Math.max(0, Math.floor((time - work.since) / 1000)))} so far, usually 1 to 3 minutes; esc stops it`),
              ];
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
