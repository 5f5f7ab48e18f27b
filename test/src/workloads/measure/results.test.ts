/** What parts tell, and what it comes to: a figure each, the most windows a dollar first. */
import { expect, test } from 'vitest';
import { fastest, ranking } from '../../../../src/workloads/measure/ranking.ts';
import { fitsMeasured, foldMeasured, nothingMeasured } from '../../../../src/workloads/measure/results.ts';
import { measure } from '../../../../src/workloads/measure/workload.ts';
import { windowsOfStep } from '../../../../src/workloads/train/cost.ts';
import { measureSpec, measureState, speed, three } from '../../../support/measure.ts';

test('a part that was measured is a unit; one that failed is told with why, and the others have their figures', async () => {
  const run = await three();
  expect(measure.done(run)).toBe(2);
  expect(measure.doneOf(run)).toEqual([1, 1, 0]);
  const ranked = ranking(run);
  expect(ranked.map(({ machine }) => machine.gpu)).toEqual(['L40S', 'T4', 'H100']);
  const [l40s, t4, h100] = ranked;
  expect(l40s?.windowsPerDollar).toBeCloseTo((1404.2 * 3600) / (l40s?.machine.dollarsPerHour ?? 0), 3);
  expect(l40s?.seconds).toBeCloseTo(run.spec.training.windows / 1404.2, 6);
  expect(l40s?.dollars).toBeCloseTo(((l40s?.seconds ?? 0) / 3600) * (l40s?.machine.dollarsPerHour ?? 0), 9);
  expect(l40s?.dollarsPerThousandSteps).toBeCloseTo((1000 * windowsOfStep(run.spec.config)) / (l40s?.windowsPerDollar ?? 1), 9);
  expect(t4?.measured).toEqual({ part: 'w1', windows_per_s: 204.4, steps: 900, seconds: 60.1, device: 'Tesla T4' });
  expect(h100).toEqual({ machine: run.spec.machines[2], part: 'w3', why: 'No machine was free: no machine with H100 for 10 min' });
  expect(fastest(ranked)).toBe(l40s);
  expect(measure.headline(run)).toBe('L40S 1,404 windows/s');
});

test('the cheapest for its speed comes first, though another is faster', async () => {
  const spec = await measureSpec({ gpus: ['T4', 'H100'], budget: 1 });
  const ranked = ranking(measureState(spec, [speed('w1', 400, 'Tesla T4'), speed('w2', 1000, 'NVIDIA H100 80GB HBM3')]));
  expect(ranked.map(({ machine }) => machine.gpu)).toEqual(['T4', 'H100']);
  expect(fastest(ranked)?.machine.gpu).toBe('H100');
});

test('while it goes on each tells its speed so far; a part that is told again takes the place of what it told', async () => {
  const spec = await measureSpec({ gpus: ['T4', 'L4'] });
  const going = measureState(spec, [{ part: 'w2', type: 'metric', seed: 0, step: 9, values: { windows_per_s: 88, memory_bytes: 1 } }], {
    status: 'running',
  });
  expect(ranking(going).map(({ soFar }) => soFar)).toEqual([undefined, 88]);
  expect(measure.results.settled(going.results).soFar).toEqual([]);
  const twice = measureState(spec, [speed('w1', 10, 'Tesla T4'), speed('w1', 12, 'Tesla T4')]);
  expect(twice.results.measured).toHaveLength(1);
  expect(measure.gist(twice)).toEqual([{ windows_per_s: 12, memory_bytes: 3e9 }, null]);
});

test('what is no speed counts as none', () => {
  for (const windows_per_s of [0, -1, Number.NaN, null, 'fast'])
    expect(foldMeasured(nothingMeasured, { v: 1, seq: 1, container: 'w1', time: 1, type: 'measured', windows_per_s } as never)).toBe(
      nothingMeasured,
    );
  expect(foldMeasured(nothingMeasured, { v: 1, seq: 1, container: 'w1', time: 1, type: 'model' } as never)).toBe(nothingMeasured);
  expect([fitsMeasured(nothingMeasured), fitsMeasured({ measured: [] }), fitsMeasured(null)]).toEqual([true, false, false]);
});
