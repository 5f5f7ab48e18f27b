/** Which checkpoints on the volume may go, and what keeps a run from being cleaned. */
import { describe, expect, test } from 'vitest';
import type { App, VolumeEntry } from '../../../../../src/modal-client/types.ts';
import type { RunState } from '../../../../../src/runs/state.ts';
import { type Going, holdOf, mayGo } from '../../../../../src/workloads/train/volume/clean.ts';
import { type KeptRun, keptRuns } from '../../../../../src/workloads/train/volume/kept.ts';
import { paidState, trainState } from '../../../../support/training.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);
const day = 86_400_000;
const run = 'train-aaaaaa';

const file = (path: string, bytes = 1, age = 0): VolumeEntry => ({ path, type: 'file', bytes, modified: now - age });
const checkpoint = (below: string, names: readonly string[], age = 0): readonly VolumeEntry[] =>
  names.flatMap(name => [
    file(`runs/${below}/checkpoints/${name}/model.safetensors`, 100, age),
    file(`runs/${below}/checkpoints/${name}/card.json`, 10, age),
    ...(name.endsWith('best') ? [] : [file(`runs/${below}/checkpoints/${name}/state.safetensors`, 200, age)]),
  ]);
const steps = (seed: number, ...all: readonly (number | 'best')[]): readonly string[] =>
  all.map(one => `seed-${seed}/${one === 'best' ? one : `step-${String(one).padStart(6, '0')}`}`);

const only = (entries: readonly VolumeEntry[]): KeptRun => {
  const [kept] = keptRuns(entries);
  if (kept === undefined) throw new Error('nothing is kept');
  return kept;
};
const goes = (kept: KeptRun, options: Partial<Parameters<typeof mayGo>[1]> = {}): readonly string[] =>
  mayGo(kept, { now, ...options })
    .map(({ folder }) => folder.replace(`runs/${run}/`, ''))
    .toSorted();

describe('what is kept', () => {
  test('run by run, the last changed first; what is no run’s and no checkpoint’s counts as neither', () => {
    const found = keptRuns([
      ...checkpoint(run, steps(0, 100, 'best'), 2 * day),
      file(`runs/${run}/log`, 1000, 3 * day),
      file('runs/train-bbbbbb/results.json', 5, day),
      file('runs/notes.txt', 9),
      file('stores/abc', 9),
      { path: `runs/${run}/checkpoints`, type: 'folder', bytes: 0, modified: null },
    ]);
    expect(found.map(({ run: name, files, bytes, done }) => [name, files, bytes, done])).toEqual([
      ['train-bbbbbb', 1, 5, true],
      [run, 6, 1420, false],
    ]);
    expect(found[1]?.checkpoints).toMatchObject([
      { folder: `runs/${run}/checkpoints/seed-0/step-000100`, part: null, seed: 0, step: 100, bytes: 310, whole: true },
      { folder: `runs/${run}/checkpoints/seed-0/best`, step: null, bytes: 110, changed: now - 2 * day },
    ]);
  });
});

describe('what may go', () => {
  test('all but the best and the last, of each seed', () => {
    const kept = only(checkpoint(run, [...steps(0, 100, 200, 300, 'best'), ...steps(1, 100, 50, 'best')]));
    expect(goes(kept)).toEqual(['checkpoints/seed-0/step-000100', 'checkpoints/seed-0/step-000200', 'checkpoints/seed-1/step-000050']);
  });

  test('the last that is whole stays, not one that was being written', () => {
    const kept = only([
      ...checkpoint(run, steps(0, 100, 200, 'best')),
      file(`runs/${run}/checkpoints/seed-0/step-000300/model.safetensors`),
    ]);
    expect(goes(kept)).toEqual(['checkpoints/seed-0/step-000100', 'checkpoints/seed-0/step-000300']);
  });

  test('nothing where no best is whole: it may be any of them', () => {
    expect(goes(only(checkpoint(run, steps(0, 100, 200))))).toEqual([]);
    const torn = [...checkpoint(run, steps(0, 100, 200)), file(`runs/${run}/checkpoints/seed-0/best/model.safetensors`)];
    expect(goes(only(torn), { keepBest: true })).toEqual([]);
  });

  test('with --keep-best the last, too', () => {
    expect(goes(only(checkpoint(run, steps(0, 100, 200, 'best'))), { keepBest: true })).toHaveLength(2);
  });

  test('only what is as old as was said', () => {
    const kept = only([...checkpoint(run, steps(0, 100), 40 * day), ...checkpoint(run, steps(0, 200, 300, 'best'), day)]);
    expect(goes(kept, { olderThan: 30 * 86_400 })).toEqual(['checkpoints/seed-0/step-000100']);
  });

  test('of a run that can go on, what it goes on with stays: it lies with its part', () => {
    const part = only(checkpoint(`${run}/parts/w1`, steps(0, 100, 200, 'best')));
    expect(goes(part)).toEqual(['parts/w1/checkpoints/seed-0/step-000100']);
  });
});

describe('what keeps a run from being cleaned', () => {
  const app = (name: string, state: App['state'] = 'detached'): App => ({ id: 'ap-1', name, state, created: 0, stopped: null, tasks: 1 });
  const old = { run, changed: now - day };
  const over = paidState(run);
  const hold = (going: Partial<Going>, kept: Pick<KeptRun, 'run' | 'changed'> = old) =>
    holdOf(kept, { apps: [], runs: [over], specs: {}, now, ...going });
  const using = (changes: Partial<RunState> = {}): RunState => {
    const { spec, ...state } = paidState('evaluate-cccccc', { live: true });
    return { ...state, spec: { ...spec, kind: 'evaluate', checkpoint: `${run}:0` } as unknown as typeof spec, ...changes };
  };

  test('nothing, where it is over and nobody uses it', () => {
    expect(hold({})).toBeUndefined();
    expect(
      hold({
        apps: [app('ann-tui-train-bbbbbb-1'), app(`ann-tui-${run}-1`, 'stopped'), app('other')],
        runs: [over, paidState('train-bbbbbb')],
      }),
    ).toBeUndefined();
    expect(hold({ runs: [] })).toBeUndefined();
  });

  test('its app, also one that is being stopped, and whoever started it', () => {
    expect(hold({ apps: [app(`ann-tui-${run}-2`)] })).toEqual({
      why: `its app ann-tui-${run}-2 is alive at Modal (detached)`,
      next: `ann-tui stop ${run}`,
    });
    expect(hold({ apps: [app(`ann-tui-${run}-2`, 'stopping')], runs: [], specs: { [run]: {} } })?.next).toBe(
      `ann-tui stop ann-tui-${run}-2`,
    );
  });

  test('its journal, which has no end', () => {
    expect(hold({ runs: [trainState(run, { live: true })] })).toEqual({
      why: 'it is not over here (running)',
      next: `ann-tui attach ${run}`,
    });
  });

  test('another run that is alive and names it: of this machine, or of another by its spec on the volume', () => {
    const used = { why: 'evaluate-cccccc uses its checkpoints, and is alive', next: 'ann-tui attach evaluate-cccccc' };
    expect(hold({ runs: [over, using()] })).toEqual(used);
    expect(hold({ runs: [over, using({ status: 'ended' })] })).toBeUndefined();
    const specs = { 'evaluate-cccccc': { checkpoints: [{ folder: `/mnt/results/runs/${run}/checkpoints/seed-0/best` }] } };
    expect(hold({ apps: [app('ann-tui-evaluate-cccccc-1')], specs })).toEqual(used);
    expect(hold({ specs: { 'evaluate-cccccc': { checkpoint: `${run}b` } } })).toBeUndefined();
  });

  test('one of another machine that has not said yet what it reads', () => {
    expect(hold({ apps: [app('ann-tui-evaluate-cccccc-1')], specs: { 'evaluate-cccccc': undefined } })?.why).toContain(
      'what it reads is not known here',
    );
  });

  test('that it changed a moment ago, where no journal here knows it', () => {
    const fresh = { run, changed: now - 60_000 };
    expect(hold({ runs: [] }, fresh)?.why).toMatch(/^it changed 1m 00s ago and no journal here knows it/);
    expect(hold({}, fresh)).toBeUndefined();
  });
});
