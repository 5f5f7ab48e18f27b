/** Logs: as they come, and all of it after the fact. */
import { crc32 } from 'node:zlib';
import type { LogBatch } from '../../modal-client/types.ts';
import { createLineJoiner } from '../../targets/modal/stream.ts';
import { type Check, fail, ok, skipped, warn } from '../check.ts';
import { leadName } from './calls.ts';
import { appOf, ask, type Trial } from './trial.ts';

/** Printed in one go; the second line is a long one. */
const inOneGo = { lines: 2000, long: 8000 } as const;

/** Gathers the numbered lines of the leading container; `torn` are those whose checksum does not fit. */
export const createGathered = () => {
  const joiner = createLineJoiner();
  const seen = new Map<number, number>();
  let torn = 0;
  return {
    seen,
    torn: () => torn,
    add: ({ task, pieces }: Pick<LogBatch, 'task' | 'pieces'>): void => {
      for (const { fd, text } of pieces) {
        for (const line of fd === 'system' ? [] : joiner.add(`${task} ${fd}`, text)) {
          const [, number, sum, words] = /^selftest:(\d+):([0-9a-f]{8}) (.*)$/.exec(line) ?? [];
          if (number === undefined || words === undefined) continue;
          if (crc32(Buffer.from(words)) !== Number.parseInt(sum ?? '', 16)) torn += 1;
          else seen.set(Number(number), (seen.get(Number(number)) ?? 0) + 1);
        }
      }
    },
  };
};

const live: Check<Trial> = {
  name: 'log as it comes',
  assumes: 'what a container prints is seen here within ten seconds',
  needs: [leadName],
  limit: 300,
  run: async (trial, signal) => {
    const first = trial.printed + 1;
    const end = trial.printed + inOneGo.lines;
    const gathered = createGathered();
    const leave = new AbortController();
    let last: ((at: number) => void) | undefined;
    const whole = new Promise<number>(resolve => {
      last = resolve;
    });
    const following = trial.client.logs(appOf(trial), {
      signal: AbortSignal.any([signal, leave.signal]),
      onBatch: batch => {
        gathered.add(batch);
        if (gathered.seen.has(end)) last?.(performance.now());
      },
    });
    following.catch(() => {});
    try {
      await ask(trial, 'print', { first, ...inOneGo }, signal);
      trial.printed = end;
      const begun = performance.now();
      const over = new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), trial.patience * 1000).unref());
      const at = await Promise.race([whole, over]);
      const seen = [...gathered.seen.keys()].filter(number => number >= first).length;
      const facts = { lines: inOneGo.lines, seen, torn: gathered.torn() };
      if (at === undefined) return fail(`${seen} of ${inOneGo.lines} lines were seen after ${trial.patience} s`, facts);
      const seconds = Math.max(0, (at - begun) / 1000);
      const found = `the last of ${inOneGo.lines} lines ${seconds < 0.1 ? 'at once' : `${seconds.toFixed(1)} s later`}`;
      return seconds > 10 ? warn(found, { ...facts, seconds }) : ok(found, { ...facts, seconds });
    } finally {
      leave.abort(new Error('enough'));
      await following.catch(() => {});
    }
  },
};

const replay: Check<Trial> = {
  name: 'log afterwards',
  assumes: 'all that was printed can be had after the app has stopped, from its beginning, and then the log ends',
  needs: ['log as it comes'],
  limit: 600,
  run: async (trial, signal) => {
    const { printed } = trial;
    if (printed === 0) return skipped('not tried: nothing was printed');
    const gathered = createGathered();
    const over = AbortSignal.timeout(trial.patience * 2000);
    let ended = true;
    await trial.client.logs(appOf(trial), { signal: AbortSignal.any([signal, over]), onBatch: gathered.add }).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!over.aborted) throw error;
      ended = false;
    });
    const missing = Array.from({ length: printed }, (_, index) => index + 1).filter(number => !gathered.seen.has(number));
    const twice = [...gathered.seen.values()].filter(times => times > 1).length;
    const facts = { lines: printed, missing: missing.length, first_missing: missing[0] ?? null, twice, torn: gathered.torn() };
    if (missing.length > 0) return fail(`${missing.length} of ${printed} lines are missing, ${missing[0]} first`, facts);
    if (!ended) return fail(`all is there, but the log of an app that has stopped does not end`, facts);
    if (twice > 0) return warn(`complete; ${twice} lines came twice`, facts);
    return ok(`all ${printed} lines, one of ${inOneGo.long} characters`, facts);
  },
};

export const liveLog = live;
export const laterLog = replay;
