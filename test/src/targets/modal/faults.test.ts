/** Everything that can go wrong at Modal, provoked: the words, the exit code and the state that a person is left with. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { meter } from '../../../../src/metering/meter.ts';
import { createModalClient } from '../../../../src/modal-client/index.ts';
import { runFiles } from '../../../../src/runs/files.ts';
import { type Handle, isModalHandle } from '../../../../src/runs/journal-entry.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { createRun, openRun, requestResume, requestStop } from '../../../../src/runs/store.ts';
import { pointsOf } from '../../../support/bench-run.ts';
import { until } from '../../../support/until.ts';
import { journalOf, untilState } from '../../runs/support/bench.ts';
import { type Cloud, modalSpec, openCloud, type TinyJob } from './support/bench.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(async () => {
  await cloud?.close();
});
const asking = createModalClient({});
afterAll(() => asking.close());

type Fault = { readonly kind: string; readonly match?: object; readonly options?: object; readonly times?: number | null };

const order = (fault: Fault): Promise<unknown> => cloud.standIn.admin('faults', fault);
const forget = (): Promise<unknown> => cloud.standIn.admin('faults', undefined, 'DELETE');
afterEach(forget);

/** No app of the run is left at Modal: what was told to stop may take a moment for it. */
const isOver = (run: string): Promise<unknown> =>
  until(`the end of every app of ${run}`, async () =>
    (await asking.apps()).every(({ name, state: now }) => !name.startsWith(`ann-tui-${run}`) || now === 'stopped'),
  );

const finish = async (job: TinyJob, during?: (run: string) => Promise<void>): Promise<RunState> => {
  const run = createRun(modalSpec());
  const { gone } = cloud.supervise(run, job);
  await during?.(run);
  expect((await gone).code).toBe(0);
  await isOver(run);
  return openRun(run).refresh();
};

const quick: TinyJob = { events: 2, lines: 3 };

describe('what makes a run fail', () => {
  const table: readonly (readonly [string, Fault | undefined, TinyJob, number, { what: RegExp; why: RegExp; hint: RegExp }])[] = [
    ['a mistyped token', { kind: 'bad_token', times: null }, quick, 3, { what: /token/i, why: /Token ID not found/, hint: /ann-tui auth/ }],
    ['an expired token', { kind: 'expired_token', times: null }, quick, 3, { what: /expired/i, why: /expired/, hint: /ann-tui auth/ }],
    [
      'the spend limit',
      { kind: 'spend_limit', times: null },
      quick,
      3,
      { what: /spend/i, why: /spend limit reached/, hint: /modal\.com|ann-tui/ },
    ],
    [
      'an image that does not build',
      { kind: 'image_build', options: { log: 'no such package: nmupy' } },
      quick,
      1,
      { what: /image/i, why: /./, hint: /logs .*--image|image/ },
    ],
    [
      'a job that takes too long',
      { kind: 'function_timeout', options: { seconds: 2 } },
      { events: 1, end: 'hang' },
      1,
      { what: /time/i, why: /timeout/i, hint: /resume|timeout/ },
    ],
    [
      'a job without memory',
      { kind: 'oom', options: { after: 2 } },
      { events: 1, end: 'hang' },
      1,
      { what: /memory|killed/i, why: /more --memory/, hint: /^ann-tui logs / },
    ],
    ['a job that raises', undefined, { events: 1, end: 'raise' }, 1, { what: /./, why: /the tiny job fails/, hint: /logs/ }],
    [
      'a job that says why itself',
      undefined,
      { events: 1, end: 'code' },
      1,
      { what: /Two parts failed/, why: /out of memory/, hint: /resume/ },
    ],
  ];
  it.each(table)('%s', async (_name, fault, job, exitCode, { what, why, hint }) => {
    if (fault !== undefined) await order(fault);
    // Only what the run itself asks is refused, not what the test asks afterwards.
    const run = createRun(modalSpec());
    const { gone } = cloud.supervise(run, job);
    await gone;
    await forget();
    const state = openRun(run).refresh();
    expect(state).toMatchObject({ status: 'ended', outcome: 'failed', exitCode });
    expect(state.failure?.what).toMatch(what);
    expect(state.failure?.why).toMatch(why);
    expect(state.failure?.hint).toMatch(hint);
    expect(state.failure?.kept).toBeTruthy();
    expect(pointsOf(state)).toHaveLength(job === quick ? 0 : 1);
    await isOver(run);
  });

  it('somebody who stops the app at Modal', async () => {
    const state = await finish({ events: 500, pace: 0.2 }, async run => {
      const { handle } = await untilState(run, 'a point', state => pointsOf(state).length > 0);
      if (handle !== undefined && isModalHandle(handle)) await asking.stopApp(handle.app);
    });
    expect(state).toMatchObject({ outcome: 'failed', exitCode: 1 });
    expect(`${state.failure?.what} ${state.failure?.why}`).toMatch(/stopped|cancel/i);
    expect(pointsOf(state).length).toBeGreaterThan(0);
  });
});

describe('what Modal no longer knows', () => {
  const forgetAt = (handle: Handle | undefined, what: 'app' | 'call'): Promise<unknown> => {
    if (handle === undefined || !isModalHandle(handle)) throw new Error('it has no call');
    return cloud.standIn.admin('forget', { ids: [handle[what]] });
  };
  const isLost = (state: RunState): void => {
    expect(state).toMatchObject({ outcome: 'lost', exitCode: 1 });
    expect(state.failure).toMatchObject({
      what: 'Nobody knows how the run ended',
      why: expect.stringMatching(/no longer knows/),
      kept: expect.stringMatching(/points/),
      hint: `ann-tui resume ${state.run}`,
    });
    // Nothing of it counts as lost contact, and what it cost is known as far as it can be.
    expect(state.contactLost).toBeUndefined();
    expect(meter(state, Date.now()).billed).toBeGreaterThan(0);
  };

  it.each(['app', 'call'] as const)('its %s, in mid-run', async what => {
    const state = await finish({ events: 900, pace: 0.2 }, async run => {
      const { handle } = await untilState(run, 'a point', state => pointsOf(state).length > 0);
      await forgetAt(handle, what);
      await cloud.standIn.admin('cut', {});
    });
    isLost(state);
    expect(pointsOf(state).length).toBeGreaterThan(0);
  });

  it('its app and call, while nobody followed: whoever takes it up ends it', async () => {
    const run = createRun(modalSpec());
    await cloud.supervise(run, { events: 900, pace: 0.2 }, { dieAt: 'after launched#1' }).gone;
    await forgetAt(openRun(run).refresh().handle, 'app');
    expect((await cloud.supervise(run, quick).gone).code).toBe(0);
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'lost', exitCode: 1, failure: { what: 'Nobody knows how the run ended' } });
  });

  it.each([false, true])('and is to be stopped (at once: %s): it is soon over', async force => {
    let asked = 0;
    const state = await finish({ events: 900, pace: 0.2 }, async run => {
      const { handle } = await untilState(run, 'a point', state => pointsOf(state).length > 0);
      await forgetAt(handle, 'app');
      asked = performance.now();
      requestStop(run, { force });
    });
    expect(state).toMatchObject({ outcome: 'stopped', exitCode: 130 });
    // Its job would go on for three minutes.
    expect(performance.now() - asked).toBeLessThan(150_000);
  });
});

describe('a launch that failed', () => {
  it('while its supervisor was dead: the next one says why, and a resumed run is launched anew', async () => {
    await order({ kind: 'spend_limit', times: null });
    const run = createRun(modalSpec());
    await cloud.supervise(run, quick).gone;
    await forget();
    const failed = openRun(run).refresh();
    expect(failed).toMatchObject({ outcome: 'failed', exitCode: 3, failure: { what: expect.stringMatching(/spend limit/) } });
    // As a supervisor leaves it that died between the client's end and its own last word.
    const { journal, snapshot } = runFiles(run);
    rmSync(snapshot);
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
    expect(lines.at(-1)).toContain('"ended"');
    writeFileSync(journal, `${lines.slice(0, -1).join('\n')}\n`);
    expect((await cloud.supervise(run, quick).gone).code).toBe(0);
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'failed', exitCode: 3, failure: failed.failure });
    requestResume(run);
    expect((await cloud.supervise(run, quick).gone).code).toBe(0);
    expect(openRun(run).refresh()).toMatchObject({ outcome: 'done', attempt: 2 });
  });
});

describe('what a run survives', () => {
  const isWhole = (state: RunState, points: number): void => {
    expect(state).toMatchObject({ outcome: 'done', exitCode: 0, attempt: 1, missingEvents: 0, badEvents: 0 });
    expect(pointsOf(state)).toHaveLength(points);
    expect(state.contactLost).toBeUndefined();
  };

  it('a preemption: the same call goes on, and a person is told', async () => {
    await order({ kind: 'preempt', options: { after: 2 } });
    const state = await finish({ events: 10, pace: 0.5 });
    isWhole(state, 10);
    expect(state.notices?.join('\n')).toMatch(/preempt/i);
    expect(state.containers?.length).toBeGreaterThanOrEqual(2);
  });

  it('connections that are cut again and again', async () => {
    const state = await finish({ events: 20, pace: 0.3 }, async run => {
      await untilState(run, 'a point', state => pointsOf(state).length > 0);
      for (let cut = 0; cut < 5; cut += 1) {
        await cloud.standIn.admin('cut', {});
        await new Promise(resolve => setTimeout(resolve, 700));
      }
    });
    isWhole(state, 20);
  });

  it('a control plane that is gone for a while: told, and told when it is back', async () => {
    const state = await finish({ events: 20, pace: 0.3 }, async run => {
      await untilState(run, 'a point', state => pointsOf(state).length > 0);
      await cloud.standIn.admin('outage', { seconds: 12 });
      const { contactLost } = await untilState(run, 'the lost contact', now => now.contactLost !== undefined);
      expect(contactLost?.why).toBeTruthy();
    });
    isWhole(state, 20);
    const contacts = journalOf(state.run).flatMap(line =>
      line.kind === 'observed' && line.observation.kind === 'contact' ? [line.observation.lost] : [],
    );
    expect(contacts.slice(0, 2)).toEqual([true, false]);
  });

  it.each([false, true])(
    'a control plane that is gone when it is to be stopped (at once: %s): stopped as soon as there is a way',
    async force => {
      const state = await finish({ events: 500, pace: 0.3 }, async run => {
        await untilState(run, 'a point', state => pointsOf(state).length > 0);
        await cloud.standIn.admin('outage', { seconds: 6 });
        requestStop(run, { force });
      });
      expect(state).toMatchObject({ outcome: 'stopped', exitCode: 130 });
      expect(pointsOf(state).length).toBeGreaterThan(0);
    },
  );

  it('a token that expires in mid-run', async () => {
    const state = await finish({ events: 30, pace: 0.3 }, async run => {
      await untilState(run, 'a point', state => pointsOf(state).length > 0);
      await order({ kind: 'expired_token', times: null });
      // The stream that is open already is cut, as Modal does at its next renewal.
      await cloud.standIn.admin('cut', {});
      const { contactLost } = await untilState(run, 'the lost contact', now => now.contactLost !== undefined);
      expect(contactLost?.why).toMatch(/expired/i);
      await forget();
    });
    isWhole(state, 30);
  });

  it.each(['AppCreate', 'FunctionMap', 'AppPublish'])('a reply that is lost on the way: %s', async rpc => {
    await order({ kind: 'lost_reply', match: { rpc, side: 'client' } });
    isWhole(await finish(quick), 2);
  });
});
