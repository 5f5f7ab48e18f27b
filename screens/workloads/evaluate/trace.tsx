import { useMemo, useState } from 'react';
import { toBipolar } from '../../../src/workloads/evaluate/montage.ts';
import type { TraceRef } from '../../../src/workloads/evaluate/results.ts';
import type { Trace } from '../../../src/workloads/evaluate/trace-signal.ts';
import { syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { dim, type Line, leftRight, span } from '../../app/text.ts';
import { useResource } from '../../app/use-resource.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame, useBody } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { waitLine } from '../../components/wait.ts';
import { eventWords } from './result-patients.ts';
import { channelRoom, scaleWords, traceLines } from './trace-lines.ts';
import { firstView, gained, moved, scrolled, type TraceView, zoomed } from './trace-view.ts';

export type TracePageProps = {
  readonly run: string;
  /** Whose misses and alarms these are. */
  readonly detector: string;
  readonly synthetic: boolean;
  /** In the order in which they are gone through. */
  readonly traces: readonly TraceRef[];
  readonly at: number;
  readonly onAt: (at: number) => void;
  readonly onClose: () => void;
};

const loading = 'The trace is being read.';

/** One miss or false alarm: the channels around it, what is true, what was predicted. */
export const TracePage = ({ run, detector, synthetic, traces, at, onAt, onClose }: TracePageProps) => {
  const { services, now } = useUi();
  const body = useBody();
  const ref = traces[at] as TraceRef;
  const [resource] = useResource(() => services.workloads.evaluate.trace(run, ref.file), ref.file);
  const [isBipolar, setBipolar] = useState(false);
  const [chosen, setChosen] = useState<{ readonly file: string; readonly view: TraceView }>();
  const time = useNow(resource.state === 'loading');

  const read = resource.state === 'ready' ? resource.value : undefined;
  const other = useMemo(() => (read === undefined ? undefined : toBipolar(read)), [read]);
  const trace: Trace | undefined = isBipolar ? (other ?? read) : read;
  const start = useMemo(() => (trace === undefined ? undefined : firstView(trace, ref, body.columns)), [trace, ref, body.columns]);
  const view = chosen?.file === ref.file ? chosen.view : start;
  const height = body.height - 1;

  const by = (change: (trace: Trace, view: TraceView) => TraceView) =>
    trace === undefined || view === undefined ? loading : () => setChosen({ file: ref.file, view: change(trace, view) });
  const channels = trace === undefined ? 0 : channelRoom(trace, height);
  const scroll = (rows: number) =>
    trace !== undefined && channels >= trace.channels.length
      ? 'All channels are shown.'
      : by((one, old) => scrolled(one, old, rows, channels));

  useCommands('trace', {
    back: onClose,
    'trace-left': by((one, old) => moved(one, old, -0.25)),
    'trace-right': by((one, old) => moved(one, old, 0.25)),
    'trace-closer': by((one, old) => zoomed(one, old, true)),
    'trace-wider': by((one, old) => zoomed(one, old, false)),
    'trace-less': by((_, old) => gained(old, false)),
    'trace-more': by((_, old) => gained(old, true)),
    'trace-montage':
      read === undefined
        ? loading
        : other === undefined
          ? 'It is bipolar as it was recorded: no other montage can be made of it.'
          : () => {
              setBipolar(!isBipolar);
              if (view !== undefined) setChosen({ file: ref.file, view: { ...view, channel: 0 } });
            },
    'trace-next': at + 1 < traces.length ? () => onAt(at + 1) : 'This is the last one.',
    'trace-previous': at > 0 ? () => onAt(at - 1) : 'This is the first one.',
    'trace-event': start === undefined ? loading : () => setChosen(undefined),
    'trace-channels-down': scroll(1),
    'trace-channels-up': scroll(-1),
    'trace-start': by((one, old) => moved(one, { ...old, from: one.start }, 0)),
    'trace-end': by((one, old) => moved(one, { ...old, from: one.start + one.seconds }, 0)),
  });

  const title = (columns: number): Line =>
    leftRight(
      [
        span(ref.what === 'miss' ? 'danger' : 'warn', eventWords(ref)),
        synthetic && span('warn', ` · ${syntheticWord}`),
        dim(columns < 100 ? '' : `  ${detector}`),
        dim(other === undefined || columns < 100 ? '' : isBipolar ? '  bipolar' : '  referential'),
      ],
      dim(trace === undefined || view === undefined ? '' : scaleWords(trace, view, columns, height)),
      columns,
    );

  return (
    <Frame crumbs={['runs', run, 'result', `${ref.patient}, ${at + 1} of ${traces.length}`]}>
      {({ columns }) => {
        if (resource.state === 'failed')
          return (
            <Lines columns={columns} lines={[title(columns), '', ...failureLines(resource.failure, 'n the next one, esc back', columns)]} />
          );
        if (trace === undefined || view === undefined)
          return (
            <Lines
              columns={columns}
              lines={[
                title(columns),
                '',
                waitLine('Reading the trace', resource.state === 'loading' ? resource.since : now(), time, '0.1s'),
              ]}
            />
          );
        return <Lines columns={columns} lines={[title(columns), ...traceLines(trace, view, columns, height)]} />;
      }}
    </Frame>
  );
};
