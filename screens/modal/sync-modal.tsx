import { useEffect, useRef, useState } from 'react';
import type { DatasetInfo } from '../../src/datasets/dataset-info.ts';
import type { SyncPlan } from '../../src/datasets/sync-plan.ts';
import type { SyncStep } from '../../src/datasets/upload.ts';
import { toFailure } from '../../src/errors/errors.ts';
import type { Failure } from '../../src/errors/failure.ts';
import { count, duration, money, percent, size } from '../../src/text/format.ts';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, span, wrap } from '../app/text.ts';
import { bar } from '../components/bar.ts';
import { failureLines } from '../components/failure.ts';
import type { Body } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { Question } from '../components/question.tsx';
import { waitLine } from '../components/wait.ts';

export type SyncModalProps = Body & {
  readonly dataset: DatasetInfo;
  readonly onLeave: () => void;
};

type Sync =
  | { readonly state: 'planning'; readonly since: number }
  | { readonly state: 'offered'; readonly plan: SyncPlan }
  | { readonly state: 'working'; readonly plan: SyncPlan; readonly since: number }
  | { readonly state: 'done'; readonly plan: SyncPlan; readonly seconds: number }
  | { readonly state: 'failed'; readonly plan?: SyncPlan; readonly failure: Failure };

type CloudPlan = Extract<SyncPlan, { readonly how: 'cloud' }>;

/** What a container there costs, before it is started. */
export const cloudPlanText = ({ container, dollarsPerHour, seconds, limitSeconds, volume, bucket }: CloudPlan): readonly string[] => {
  const cost = (time: number) => money((dollarsPerHour * time) / 3600);
  const does =
    bucket === undefined
      ? `fetches and verifies it, straight onto the volume ${volume}`
      : `takes its inventory in ${bucket}; the recordings stay there, and nothing is written there`;
  return [
    `A container of its own at Modal (${container}, ${money(dollarsPerHour)}/h) ${does}.`,
    `About ${duration(seconds.likely)} (${duration(seconds.low)} to ${duration(seconds.high)}): ${cost(seconds.likely)} (${cost(seconds.low)} to ${cost(seconds.high)}), an estimate.`,
    `At most ${cost(limitSeconds)}: Modal's own timer ends it after ${duration(limitSeconds)}. It goes on without this terminal; cut off, it goes on where it was.`,
  ];
};

const uploadText = ({ volume, bytes, dollarsPerMonth }: Extract<SyncPlan, { readonly how: 'upload' }>): readonly string[] => [
  `It is only on this machine: it is uploaded from here onto the volume ${volume}, ${size(bytes)}, and checked there.`,
  `The transfer costs nothing; kept there ${money(dollarsPerMonth)} a month beyond the workspace's free TiB. Cut off, it goes on where it was.`,
];

const figure = (value: number, unit: string): string => (unit === 'bytes' ? size(value) : `${count(value)} ${unit}`);

const stepLines = (step: SyncStep | undefined, columns: number): readonly LineLike[] => {
  if (step === undefined || step.total === 0) return [dim(`· ${step?.label ?? 'Asking Modal'}`)];
  const { label, done, total, unit, bytesPerSecond, etaSeconds } = step;
  const speed = bytesPerSecond === undefined ? '' : `  ${size(bytesPerSecond)}/s`;
  const eta = etaSeconds === undefined ? '' : `  ETA ${duration(etaSeconds)}`;
  return [
    label,
    [...bar(done / total, Math.max(10, Math.min(40, columns - 10))), `  ${percent(done / total)}`],
    dim(`${figure(done, unit)} of ${figure(total, unit)}${speed}${eta}`),
  ];
};

/** A dataset that is not on Modal: what it takes to have it there, and having it. */
export const SyncModal = ({ dataset, onLeave, columns, height }: SyncModalProps) => {
  const { services, now } = useUi();
  const { setNote } = useCommandCenter();
  const { name } = dataset;
  const [sync, setSync] = useState<Sync>(() => ({ state: 'planning', since: now() }));
  const [step, setStep] = useState<SyncStep>();
  const controller = useRef<AbortController>(undefined);
  const time = useNow(sync.state === 'planning' || sync.state === 'working');
  useEffect(() => () => controller.current?.abort(), []);

  const start = (plan: SyncPlan) => {
    const since = now();
    const abort = new AbortController();
    controller.current = abort;
    setStep(undefined);
    setSync({ state: 'working', plan, since });
    services.datasets.syncToVolume(name, setStep, abort.signal).then(
      () => !abort.signal.aborted && setSync({ state: 'done', plan, seconds: (now() - since) / 1000 }),
      error => !abort.signal.aborted && setSync({ state: 'failed', plan, failure: toFailure(error) }),
    );
  };

  const ask = () => {
    setSync({ state: 'planning', since: now() });
    services.datasets.planVolumeSync(name).then(
      // One that is under way is paid for already: it is joined without a question.
      plan => (plan.how === 'cloud' && plan.underWay ? start(plan) : setSync({ state: 'offered', plan })),
      error => setSync({ state: 'failed', failure: toFailure(error) }),
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the offer opens.
  useEffect(ask, []);

  const goOn = () => {
    if (sync.state === 'planning') setNote('Modal has not answered yet.');
    else if (sync.state === 'working') setNote('It is on its way already.');
    else if (sync.state === 'done') onLeave();
    else if (sync.state === 'failed') ask();
    else start(sync.plan);
  };

  useCommands('offer', {
    'offer-fetch': goOn,
    'offer-from': () => setNote(`To bring it there from a file, type: ann-tui sync ${name} --target modal --from FILE`),
    'offer-leave': onLeave,
  });

  if (sync.state === 'offered' && sync.plan.how === 'cloud') {
    const { plan } = sync;
    return (
      <Question
        columns={columns}
        height={height}
        scope="spend"
        title={`Bring ${name} to Modal? (${size(dataset.bytes)})`}
        text={cloudPlanText(plan)}
        handlers={{ 'spend-no': onLeave, 'spend-yes': () => start(plan) }}
      />
    );
  }

  const body: readonly LineLike[] = (() => {
    switch (sync.state) {
      case 'planning':
        return [waitLine('Looking what it takes', sync.since, time, 'a second or two')];
      case 'offered':
        return [
          ...(sync.plan.how === 'upload' ? uploadText(sync.plan) : []).flatMap(text => wrap(text, columns)),
          '',
          'enter uploads it; esc leaves it.',
        ];
      case 'working': {
        const so = duration(Math.max(0, Math.floor((time - sync.since) / 1000)));
        const leaving =
          sync.plan.how === 'cloud'
            ? 'once its container runs it goes on without us; esc leaves it'
            : 'esc stops it, what was sent is kept';
        return [...stepLines(step, columns), '', ...wrap(`${so} so far; ${leaving}`, columns).map(dim)];
      }
      case 'done':
        return [[span('ok', '✓ '), `on ${sync.plan.volume} and checked, in ${duration(sync.seconds)}`], '', 'enter goes back to the list'];
      case 'failed':
        return failureLines(sync.failure, 'enter asks again, esc leaves it', columns);
    }
  })();
  return <Lines columns={columns} lines={[bold(`${name} to Modal`), '', ...body]} />;
};
