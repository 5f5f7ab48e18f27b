/** A stretch of a recording as lines: its channels in braille, what is true and what was predicted below them. Pure. */
import { clock } from '../../../src/workloads/evaluate/figures.ts';
import type { Trace } from '../../../src/workloads/evaluate/trace-signal.ts';
import { dim, type Line, padEnd, type Span, span, textWidth } from '../../app/text.ts';
import type { Role } from '../../app/theme.ts';
import { createCanvas } from '../../components/plot/canvas.ts';
import type { TraceView } from './trace-view.ts';

/** Rows below the channels: time, truth, prediction, score. */
const bandRows = 4;
/** Channels on a row, at most: below that their curves cannot be told apart. */
const channelsPerRow = 1.3;

/** Channels that `height` rows can show. */
export const channelRoom = (trace: Trace, height: number): number =>
  Math.min(trace.channels.length, Math.max(1, Math.floor(Math.max(1, height - bandRows) * channelsPerRow)));

const within = (stretches: readonly { readonly start: number; readonly end: number }[], from: number, to: number): boolean =>
  stretches.some(({ start, end }) => start < to && end > from);

/** Lowest and highest of a row between two seconds of the trace, its crossing of either included: no spike is lost, no curve is torn. */
const extremes = (row: Float32Array, rate: number, from: number, to: number): readonly [number, number] | undefined => {
  const last = row.length - 1;
  const first = from * rate;
  const end = Math.min(to * rate, last);
  if (first > last || end < 0) return undefined;
  const at = (place: number): number => {
    const low = Math.max(0, Math.min(last, Math.floor(place)));
    const high = Math.min(last, low + 1);
    return (row[low] ?? 0) + ((row[high] ?? 0) - (row[low] ?? 0)) * Math.max(0, Math.min(1, place - low));
  };
  const [begin, finish] = [at(Math.max(0, first)), at(end)];
  let low = Math.min(begin, finish);
  let high = Math.max(begin, finish);
  // Every sample on the screen goes through here, up to millions a frame.
  for (let n = Math.max(0, Math.ceil(first)); n <= end; n++) {
    const value = row[n] as number;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return [low, high];
};

/** Names of the channels whose baseline is on a row: two, where they share it. */
const labelsOf = (names: readonly string[], rows: number): readonly string[] => {
  const labels: string[] = Array.from({ length: rows }, () => '');
  names.forEach((name, n) => {
    const row = Math.min(rows - 1, Math.floor(((n + 0.5) * rows) / names.length));
    labels[row] = labels[row] === '' ? name : `${labels[row]}/${name}`;
  });
  return labels;
};

const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Spans of one text each, neighbours of a role joined. */
const joined = (parts: readonly Span[]): Line => {
  const spans: Span[] = [];
  for (const part of parts) {
    const last = spans.at(-1);
    if (last !== undefined && last.role === part.role) spans[spans.length - 1] = { ...last, text: last.text + part.text };
    else spans.push(part);
  }
  return spans;
};

const band = (stretches: Trace['prediction'], role: Role, edges: readonly number[]): Line =>
  joined(edges.slice(0, -1).map((from, n) => (within(stretches, from, edges[n + 1] ?? from) ? span(role, '█') : dim('⋅'))));

/** The highest score of each column: to half of its height below the threshold, above half from it on, whatever the range of the scores. */
const scoreBand = ({ scores, start, threshold }: Trace, edges: readonly number[]): Line => {
  const known = scores.filter(Number.isFinite);
  const [least, most] = [Math.min(threshold, ...known), Math.max(threshold, ...known)];
  const half = levels.length / 2;
  const part = (value: number, low: number, high: number): number =>
    high > low ? Math.min(half - 1, Math.floor(((value - low) / (high - low)) * half)) : half - 1;
  return joined(
    edges.slice(0, -1).map((from, n): Span => {
      const to = edges[n + 1] ?? from;
      const seconds = scores.slice(Math.max(0, Math.floor(from - start)), Math.max(0, Math.ceil(to - start))).filter(Number.isFinite);
      if (seconds.length === 0) return { text: ' ' };
      const score = Math.max(...seconds);
      if (score < threshold) return dim(levels[part(score, least, threshold)] ?? '▁');
      return { ...span('warn', levels[half + part(score, threshold, most)] ?? '█'), bold: true };
    }),
  );
};

/** Ticks at round seconds, far enough apart for their words. */
const axis = (from: number, seconds: number, width: number): Line => {
  const steps = [0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
  const step = steps.find(one => (one / seconds) * width >= 12) ?? 600;
  const chars = Array.from({ length: width }, () => '─');
  for (let tick = Math.ceil(from / step) * step; tick < from + seconds; tick += step) {
    const at = Math.round(((tick - from) / seconds) * width);
    const text = `┬${clock(tick, step < 1)}`;
    if (at + text.length <= width) chars.splice(at, text.length, ...text);
  }
  return [dim(chars.join(''))];
};

/** Exactly `height` lines, or as few as there have to be. */
export const traceLines = (trace: Trace, view: TraceView, columns: number, height: number): readonly Line[] => {
  const shown = channelRoom(trace, height);
  const channels = trace.channels.slice(view.channel, view.channel + shown);
  const rows = Math.max(1, height - bandRows);
  const labels = labelsOf(channels, rows);
  const labelWidth = Math.min(Math.max(5, ...labels.map(textWidth)), Math.floor(columns / 4));
  const width = Math.max(1, columns - labelWidth - 1);
  const edges = Array.from({ length: width + 1 }, (_, n) => view.from + (n / width) * view.seconds);

  // In the colours of the bands below.
  const roles = edges.slice(0, -1).map((from, n): Role | undefined => {
    const to = edges[n + 1] ?? from;
    return within(trace.truth, from, to) ? 'ok' : within(trace.prediction, from, to) ? 'warn' : undefined;
  });

  const canvas = createCanvas(width, rows);
  const dots = rows * 4;
  const dotsPerMicrovolt = dots / channels.length / view.spacing;
  channels.forEach((_, n) => {
    const row = trace.rows[view.channel + n];
    if (row === undefined) return;
    const baseline = ((n + 0.5) * dots) / channels.length;
    for (let x = 0; x < width * 2; x++) {
      const from = view.from - trace.start + (x / (width * 2)) * view.seconds;
      const found = extremes(row, trace.rate, from, from + view.seconds / (width * 2));
      if (found === undefined) continue;
      canvas.stroke(
        x,
        Math.round(baseline - found[1] * dotsPerMicrovolt - 0.5),
        Math.round(baseline - found[0] * dotsPerMicrovolt - 0.5),
        roles[x >> 1],
      );
    }
  });

  const labelled = (label: string, spans: Line): Line => [dim(`${padEnd(label, labelWidth)} `), ...spans];
  return [
    ...labels.map((label, n): Line => labelled(label, canvas.row(n))),
    labelled('', axis(view.from, view.seconds, width)),
    labelled('truth', band(trace.truth, 'ok', edges)),
    labelled(labelWidth < 10 ? 'pred.' : 'prediction', band(trace.prediction, 'warn', edges)),
    labelled('score', scoreBand(trace, edges)),
  ].slice(-Math.max(1, height));
};

/** What the eye needs to read it: seconds across, microvolts from channel to channel, the threshold, what is not in sight. */
export const scaleWords = (trace: Trace, view: TraceView, columns: number, height: number): string => {
  const [shown, all] = [channelRoom(trace, height), trace.channels.length];
  const seconds = Number(view.seconds.toFixed(1));
  const part = shown < all ? [`${view.channel + 1}–${view.channel + shown} of ${all} channels`] : [];
  if (columns < 76) return [`${seconds} s`, `${view.spacing} µV`, ...part, `≥ ${trace.threshold.toFixed(2)}`].join(' · ');
  return [
    view.seconds >= trace.seconds - 1e-9 ? `all ${seconds} s` : `${seconds} of ${Number(trace.seconds.toFixed(1))} s`,
    `${view.spacing} µV`,
    ...part,
    `threshold ${trace.threshold.toFixed(2)}`,
  ].join(' · ');
};
