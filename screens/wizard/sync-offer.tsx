import { useEffect, useRef, useState } from 'react';
import type { DatasetInfo, DatasetState } from '../../src/datasets/dataset-info.ts';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { ProgressEvent } from '../../src/events/event.ts';
import { count, duration, percent, size } from '../../src/text/format.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, span, wrap } from '../app/text.ts';
import { usePrompt } from '../app/use-prompt.ts';
import { bar } from '../components/bar.ts';
import { failureLines } from '../components/failure.ts';
import type { Body } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { originOf, suggestedPath } from './dataset-rows.ts';

export type SyncOfferProps = Body & {
  readonly dataset: DatasetInfo;
  readonly onLeave: () => void;
};

type Sync =
  | { readonly state: 'offered' }
  | { readonly state: 'working'; readonly since: number; readonly from: string | undefined }
  | { readonly state: 'done'; readonly seconds: number }
  | { readonly state: 'failed'; readonly failure: Failure };

const figure = (value: number, unit: string): string => (unit === 'bytes' ? size(value) : `${count(value)} ${unit}`);

const progressLines = (progress: ProgressEvent | undefined, columns: number): readonly LineLike[] => {
  if (progress === undefined) return [dim('· Asking for it')];
  const fraction = progress.total > 0 ? progress.done / progress.total : 0;
  const eta = progress.eta_seconds === undefined ? '' : `  ETA ${duration(progress.eta_seconds)}`;
  return [
    `${progress.label ?? progress.phase}`,
    [
      ...bar(fraction, Math.max(10, Math.min(40, columns - 38))),
      `  ${percent(fraction)}  `,
      dim(`${figure(progress.done, progress.unit)} of ${figure(progress.total, progress.unit)}${eta}`),
    ],
  ];
};

/** A dataset that is not here: what it takes to have it, and having it. */
export const SyncOffer = ({ dataset, onLeave, columns }: SyncOfferProps) => {
  const { services, now } = useUi();
  const { setNote } = useCommandCenter();
  const [sync, setSync] = useState<Sync>({ state: 'offered' });
  const [progress, setProgress] = useState<ProgressEvent>();
  const controller = useRef<AbortController>(undefined);
  const time = useNow(sync.state === 'working');
  // Leaving the screen ends the transfer; what came so far is kept and gone on with next time.
  useEffect(() => () => controller.current?.abort(), []);

  const start = (from?: string) => {
    if (sync.state === 'working') {
      setNote('It is on its way already.');
      return;
    }
    const since = now();
    const abort = new AbortController();
    controller.current = abort;
    setProgress(undefined);
    setSync({ state: 'working', since, from });
    services.datasets
      .sync(
        dataset.name,
        from,
        event => {
          if (event.type === 'progress') setProgress(event);
        },
        abort.signal,
      )
      .then(
        () => !abort.signal.aborted && setSync({ state: 'done', seconds: (now() - since) / 1000 }),
        error => !abort.signal.aborted && setSync({ state: 'failed', failure: toFailure(error) }),
      );
  };
  const prompt = usePrompt({ label: 'path', onAccept: path => path.trim() !== '' && start(path.trim()) });

  const openPrompt = () => prompt.open(suggestedPath(dataset.note));
  // Nothing to fetch; what was begun from a file is gone on with.
  const needsFile = dataset.url === null && !dataset.made && dataset.state === 'absent';

  useCommands('offer', {
    'offer-fetch': () => (sync.state === 'done' ? onLeave() : needsFile ? openPrompt() : start()),
    'offer-from': openPrompt,
    'offer-leave': onLeave,
  });

  const bytes = dataset.bytes === 0 ? '' : `, ${size(dataset.bytes)}`;
  const whole = wrap(`${dataset.title}${bytes}, ${originOf(dataset)}.`, columns);
  const note = dataset.note === undefined ? [] : wrap(dataset.note, columns).map(dim);
  const body: readonly LineLike[] = (() => {
    switch (sync.state) {
      case 'offered':
        return [
          ...note,
          '',
          ...wrap(offerText(dataset, needsFile), columns),
          ...wrap('It costs nothing. A transfer that is cut off goes on where it stopped; every file is checked.', columns).map(dim),
        ];
      case 'working':
        return [
          '',
          ...progressLines(progress, columns),
          dim(
            `${duration(Math.max(0, Math.floor((time - sync.since) / 1000)))} so far, usually ${usualTime(dataset)}; esc stops it, what came is kept`,
          ),
        ];
      case 'done':
        return [
          '',
          [span('ok', '✓ '), `here and checked, in ${duration(sync.seconds)}`],
          '',
          `enter goes back to the list${dataset.of === 'recordings' ? '; i there shows what is in it' : ''}`,
        ];
      case 'failed':
        return ['', ...failureLines(sync.failure, 'enter tries again, f takes it from a path, esc leaves it', columns)];
    }
  })();
  return (
    <Lines
      columns={columns}
      lines={[
        bold(`${dataset.name} is ${states[dataset.state]}`),
        '',
        ...whole,
        ...body,
        ...(prompt.line === undefined ? [] : ['', prompt.line]),
      ]}
    />
  );
};

/** What enter does, and f. */
const offerText = ({ of, url, made, state }: DatasetInfo, needsFile: boolean): string => {
  const place = of === 'recordings' ? 'a folder on this machine, which is used where it lies' : 'a file or folder on this machine';
  if (state === 'verified') return `enter looks again whether it is as it was; f takes it from ${place}; esc leaves it.`;
  if (needsFile) return `enter or f takes it from ${place}; esc leaves it.`;
  if (url === null && !made) return `enter goes on with it, f takes it anew from ${place}; esc leaves it.`;
  return `enter ${made ? 'makes' : 'fetches'} it; f takes it from ${place}; esc leaves it.`;
};

const states: Readonly<Record<DatasetState, string>> = { absent: 'not here yet', partial: 'only partly here', verified: 'here' };

/** Between a slow home line and a fast one. */
const usualTime = ({ of, bytes, url }: DatasetInfo): string =>
  url === null
    ? of === 'vectors'
      ? 'a few seconds'
      : 'a few minutes'
    : `${duration(Math.max(1, bytes / 40e6))} to ${duration(Math.max(5, bytes / 2e6))}`;
