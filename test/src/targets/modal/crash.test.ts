/**
 * Supervisors and clients that die on the way to Modal and back: whatever they left, the next one ends the run rightly, with one live call
 * at a time and nothing left running.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModalClient } from '../../../../src/modal-client/index.ts';
import { identify, isAlive } from '../../../../src/process/identity.ts';
import { runFiles } from '../../../../src/runs/files.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { adoptRun, createRun, openRun, requestStop, resolveRun } from '../../../../src/runs/store.ts';
import { adoptFromModal } from '../../../../src/targets/modal/adopt.ts';
import { readClaim } from '../../../../src/targets/wrapper/attempt.ts';
import { pointsOf } from '../../../support/bench-run.ts';
import { until } from '../../../support/until.ts';
import { journalOf, untilState } from '../../runs/support/bench.ts';
import { type Cloud, modalHome, modalSpec, openCloud, type TinyJob } from './support/bench.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(async () => {
  await cloud?.close();
});

const asking = createModalClient({});
afterAll(() => asking.close());

/** When each call of the run was alive, by its own word on the volume. */
const startsOf = async (run: string): Promise<readonly string[]> => {
  const { bytes } = await asking.volumeRead('ann-results', `runs/${run}/starts`);
  return bytes.toString().trim().split('\n');
};

/** What must hold however it went: no app of the run is alive, the journal is whole, the log is the job's own. */
const expectSound = async (run: string, state: RunState): Promise<void> => {
  const apps = (await asking.apps()).filter(({ name }) => name.startsWith(`ann-tui-${run}`));
  expect(apps.filter(({ state: now }) => now !== 'stopped')).toEqual([]);
  const journal = journalOf(run);
  expect(journal.map(({ n }) => n)).toEqual(journal.map((_, index) => index + 1));
  expect(journal.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
  expect(state).toMatchObject({ status: 'ended', missingEvents: 0, badEvents: 0 });
};

const expectSameLog = async (run: string): Promise<void> => {
  const { bytes } = await asking.volumeRead('ann-results', `runs/${run}/main/log`);
  expect(readFileSync(path.join(runFiles(run).job, 'containers/main/log')).equals(bytes)).toBe(true);
};

const job: TinyJob = { events: 2, lines: 5, pace: 0.2 };

describe('a supervisor killed at a step', () => {
  it('is followed by one that ends the run rightly, at every single one', async () => {
    const clean = createRun(modalSpec());
    const { said } = await cloud.supervise(clean, job, { steps: true }).gone;
    expect(openRun(clean).refresh()).toMatchObject({ outcome: 'done', exitCode: 0 });
    await expectSound(clean, openRun(clean).refresh());
    // Each kind of step once; events and observations differ only in what they carry.
    const names = [...new Set(said.match(/^step .*#1$/gm)?.map(line => line.slice(5)))];
    expect(names).toEqual(
      expect.arrayContaining(['after launching#1', 'after launch#1', 'after exited#1', 'before collect#1', 'after collected#1']),
    );
    const one = async (dieAt: string): Promise<void> => {
      const run = createRun(modalSpec());
      expect((await cloud.supervise(run, job, { dieAt }).gone).signal, dieAt).toBe('SIGKILL');
      expect((await cloud.supervise(run, job).gone).code, dieAt).toBe(0);
      const state = openRun(run).refresh();
      expect(state, dieAt).toMatchObject({ outcome: 'done', exitCode: 0, attempt: 1 });
      expect(pointsOf(state), dieAt).toHaveLength(2);
      expect(await startsOf(run), dieAt).toHaveLength(1);
      await expectSound(run, state);
      await expectSameLog(run);
    };
    // Three at a time: they wait for processes to start more than they work.
    const queue = names.values();
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (const name of queue) await one(name);
      }),
    );
  }, 600_000);
});

describe('a client killed while it launches, its supervisor with it', () => {
  it('leaves nothing alive that the next supervisor does not know', async () => {
    await Promise.all(
      [300, 900, 1500, 2100, 2700].map(async after => {
        const run = createRun(modalSpec());
        const { child, gone } = cloud.supervise(run, job);
        const claim = await untilClaimed(run);
        await sleep(after);
        child.kill('SIGKILL');
        if (isAlive(claim)) process.kill(-claim.pid, 'SIGKILL');
        await gone;
        expect((await cloud.supervise(run, job).gone).code).toBe(0);
        const state = openRun(run).refresh();
        expect(state, `${after} ms`).toMatchObject({ outcome: 'done', attempt: 1 });
        expect(identify(claim.pid)).toBeUndefined();
        await expectSound(run, state);
        await expectNoTwoAtOnce(run);
      }),
    );
  });
});

/** From the control plane's own table: containers of the run's apps, when each lived. */
const expectNoTwoAtOnce = async (run: string): Promise<void> => {
  const { containers } = openRun(run).refresh();
  const lives = (containers ?? [])
    .map(({ startedAt = 0, finishedAt = 0 }) => [startedAt, finishedAt] as const)
    .toSorted(([a], [b]) => a - b);
  for (const [at, [start]] of lives.entries()) if (at > 0) expect(start).toBeGreaterThanOrEqual(lives[at - 1]?.[1] ?? 0);
};

const untilClaimed = (run: string) =>
  until('a client', () => {
    const claim = readClaim(runFiles(run).job, 1001);
    return claim !== undefined && 'wrapper' in claim && claim.wrapper;
  });

describe('a person', () => {
  it('stops a run there, and its points are kept', async () => {
    const run = createRun(modalSpec());
    const { gone } = cloud.supervise(run, { events: 500, pace: 0.2 });
    await untilState(run, 'a point', state => pointsOf(state).length > 0);
    requestStop(run);
    await gone;
    const state = openRun(run).refresh();
    expect(state).toMatchObject({ outcome: 'stopped', exitCode: 130 });
    expect(pointsOf(state).length).toBeGreaterThan(0);
    await expectSound(run, state);
  });

  it('stops a run while it is being launched', async () => {
    const run = createRun(modalSpec());
    const { gone } = cloud.supervise(run, { events: 500, pace: 0.2 });
    await untilClaimed(run);
    requestStop(run);
    await gone;
    const state = openRun(run).refresh();
    expect(state).toMatchObject({ outcome: 'stopped', exitCode: 130 });
    await expectSound(run, state);
  });

  it('follows it from a second laptop by its name alone', async () => {
    const run = createRun(modalSpec());
    const { child, gone } = cloud.supervise(run, { events: 30, pace: 0.2 });
    await untilState(run, 'a point', state => pointsOf(state).length > 0);
    const first = process.env.ANN_TUI_HOME ?? '';
    const elsewhere = modalHome();
    try {
      await adoptFromModal(run, { client: asking, profile: null, environment: null, resultsVolume: 'ann-results' });
      expect(resolveRun(run)).toBe(run);
      // A second time it is there already.
      expect(adoptRun(run, modalSpec(), { attempt: 1, handle: { app: 'ap-x', call: 'fc-x', run } })).toBe(false);
      await cloud.supervise(run, {}).gone;
      expect(openRun(run).refresh()).toMatchObject({ outcome: 'done', results: { points: { length: 30 } } });
      await expectSameLog(run);
    } finally {
      elsewhere();
      process.env.ANN_TUI_HOME = first;
    }
    await gone;
    expect(child.exitCode).toBe(0);
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'done', results: { points: { length: 30 } } });
  });
});
