/** The containers of a run on Modal and their times, in plain lines. */

import type { ContainerState, RunState } from '../../runs/state.ts';
import { afterWords } from '../../text/after-words.ts';
import * as format from '../../text/format.ts';

const seconds = (from: number, to: number): string => format.duration(Math.max(0, (to - from) / 1000));

const times = ({ queuedAt, startedAt, finishedAt }: ContainerState, over: boolean, now: number): string => {
  const waited = queuedAt === undefined || startedAt === undefined ? [] : [`queued ${seconds(queuedAt, startedAt)}`];
  if (startedAt === undefined) {
    if (over || finishedAt !== undefined) return 'never started';
    return queuedAt === undefined ? 'starting' : `queued for ${seconds(queuedAt, now)}`;
  }
  const ran =
    finishedAt !== undefined
      ? `ran ${seconds(startedAt, finishedAt)}`
      : over
        ? 'its end is not known'
        : `runs for ${seconds(startedAt, now)}`;
  return [...waited, ran].join(' · ');
};

/** Of all attempts: each was billed. */
export const containerLines = (state: RunState, now: number): readonly string[] =>
  (state.containers ?? []).map((container, n) => {
    const { task, name = '–', role = '–', attempt, machine, after } = container;
    const more = [machine ?? '', afterWords(after), state.attempt > 1 ? `attempt ${attempt}` : '']
      .filter(Boolean)
      .map(text => ` · ${text}`);
    const label = n === 0 ? 'containers' : '';
    const over = state.status === 'ended' || attempt !== state.attempt;
    return `  ${label.padEnd(10)} ${name.padEnd(5)} ${role.padEnd(11)} ${task} · ${times(container, over, now)}${more.join('')}`;
  });
