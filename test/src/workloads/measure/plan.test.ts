/** Which GPUs a budget measures, on which containers, how many at once; what is refused, and in which words. */
import { expect, test } from 'vitest';
import { backstop } from '../../../../src/metering/budget.ts';
import { costRange, fullRate } from '../../../../src/metering/cloud-cost.ts';
import { estimate } from '../../../../src/metering/estimate.ts';
import { fleetWords } from '../../../../src/metering/fleet-words.ts';
import { specMisfit } from '../../../../src/runs/spec-check.ts';
import { launchOf } from '../../../../src/targets/modal/launch-file.ts';
import { mostMachines, partSeconds } from '../../../../src/workloads/measure/candidates.ts';
import { choicesOf } from '../../../../src/workloads/measure/plan.ts';
import { planFromChoices } from '../../../../src/workloads/measure/plan-from-choices.ts';
import type { MeasureSpec } from '../../../../src/workloads/measure/spec.ts';
import { measure } from '../../../../src/workloads/measure/workload.ts';
import { commandOf } from '../../../../src/workloads/shared-plan.ts';
import { workOfSeed } from '../../../../src/workloads/train/cost.ts';
import { choices, measureSpec } from '../../../support/measure.ts';
import { recordingsContext } from '../../../support/recordings.ts';
import { trainSpec } from '../../../support/training.ts';

const gpusOf = ({ machines }: MeasureSpec): readonly string[] => machines.map(({ gpu }) => gpu);
const likely = (spec: MeasureSpec): number => {
  const found = estimate(spec, [], () => undefined, 2, { gibMonth: 0.09, freeGiB: 1024 });
  return costRange(spec, found).likely;
};

test('without a word for half a dollar: the cheapest first, each in its usual container, two at once', async () => {
  const spec = await measureSpec();
  expect(gpusOf(spec)).toEqual(['T4', 'L4', 'A10', 'L40S', 'A100-40GB', 'A100-80GB']);
  expect(spec).toMatchObject({ kind: 'measure', budget: 0.5, datasets: [], seconds: 60, cloud: { each: true, containers: 2 } });
  expect(spec.cloud?.choices?.[0]).toEqual({ gpu: 'T4', cores: 4, memoryGiB: 16, dollarsPerHour: spec.machines[0]?.dollarsPerHour });
  expect(spec.hardware).toMatchObject({ id: 't4,l4,a10,l40s,a100-40gb,a100-80gb', dollarsPerHour: spec.machines.at(-1)?.dollarsPerHour });
  expect(fleetWords(spec)).toBe('T4, L4, A10, L40S, A100-40GB, A100-80GB, 2 at once');
  expect(likely(spec)).toBeGreaterThan(0.3);
  expect(likely(spec)).toBeLessThan(0.4);
  expect(specMisfit(JSON.parse(JSON.stringify(spec)))).toBeUndefined();
  expect(measure.parts(spec).map(({ name }) => name)).toEqual(['w1', 'w2', 'w3', 'w4', 'w5', 'w6']);
});

test('a larger budget measures more, but never more than there are functions for', async () => {
  expect(gpusOf(await measureSpec({ budget: 0.08 }))).toEqual(['T4']);
  const rich = await measureSpec({ budget: 20 });
  expect(rich.machines).toHaveLength(mostMachines);
  expect(gpusOf(rich).at(-1)).toBe('H100');
  expect(rich.cloud?.containers).toBe(mostMachines);
  expect(fleetWords(rich)).toMatch(/H100, side by side$/);
});

test.each([
  [{}],
  [{ budget: 0.08 }],
  [{ budget: 0.75 }],
  [{ budget: 2 }],
  [{ gpus: ['H100', 'H200'], budget: 0.6 }],
  [{ gpus: ['B300'], budget: 0.56 }],
])('whatever hangs costs no more than the budget, and nothing that is sound is cut short: %j', async changes => {
  const spec = await measureSpec(changes);
  const timers = backstop(spec);
  if (timers === undefined || spec.budget === null) throw new Error('it can begin');
  // A container leaves by itself so long before its timer: jobkit/cloud/worker/limits.py.
  expect(timers.timeout - Math.min(30, timers.timeout / 4)).toBeGreaterThanOrEqual(partSeconds(spec) - 1);
  expect((fullRate(spec) * (timers.startup + timers.timeout + 30)) / 3600).toBeLessThanOrEqual(spec.budget + 1e-9);
  // What the job's own account counts for all of them, and for the way out of those at work: jobkit/budget/ledger.py.
  const counted = spec.machines.reduce((sum, { dollarsPerHour }) => sum + dollarsPerHour * (20 + partSeconds(spec) + 3), 0);
  expect((counted + fullRate(spec) * 17) / 3600).toBeLessThan(spec.budget);
});

test('those that are named, each once, in their order; several of a container where the training has as many processes', async () => {
  const spec = await measureSpec({ gpus: ['h100', 'T4', 'H100'] });
  expect(gpusOf(spec)).toEqual(['H100', 'T4']);
  const two = trainSpec({ training: { processes: 2 } });
  const pairs = await measureSpec({ gpus: ['L4', 'T4:2'] }, two);
  expect(pairs.machines.map(({ gpu, hardware }) => [gpu, hardware])).toEqual([
    ['L4:2', '8x32+L4:2'],
    ['T4:2', '4x16+T4:2'],
  ]);
  await expect(measureSpec({ gpus: ['L4:4'] }, two)).rejects.toMatchObject({
    failure: { what: '4 GPUs of a container would not all be used', hint: expect.stringContaining('--set training.processes=4') },
  });
});

test('what cannot be is refused, with a command that can', async () => {
  const which = { config: 'my file.yaml', sets: ['training.steps=9'] };
  await expect(measureSpec({ gpus: ['L4', 'H100'], budget: 0.02, which })).rejects.toMatchObject({
    exitCode: 2,
    failure: {
      what: 'A budget of $0.0200 would be gone before 2 GPUs are measured',
      hint: "ann-tui train --config 'my file.yaml' --set training.steps=9 --measure --target modal --gpu L4,H100 --budget 0.36",
    },
  });
  expect(gpusOf(await measureSpec({ gpus: ['L4', 'H100'], budget: 0.36 }))).toEqual(['L4', 'H100']);
  await expect(measureSpec({ budget: 0.01 })).rejects.toMatchObject({ failure: { hint: expect.stringMatching(/modal --budget 0\.0\d$/) } });
  await expect(measureSpec({ gpus: ['T5'] })).rejects.toMatchObject({ failure: { what: 'There is no price for the GPU "T5"' } });
  const every = ['T4', 'L4', 'A10', 'L40S', 'A100-40GB', 'A100-80GB', 'RTX-PRO-6000', 'H100', 'H200'];
  await expect(measureSpec({ gpus: every, budget: 9 })).rejects.toMatchObject({
    failure: { what: 'No more than 8 GPUs are measured in one run', hint: expect.stringMatching(/RTX-PRO-6000,H100$/) },
  });
  await expect(measureSpec({ target: 'local' })).rejects.toMatchObject({ failure: { hint: 'ann-tui train --measure' } });
  await expect(measureSpec({ region: 'us', budget: 0 })).rejects.toMatchObject({ exitCode: 2 });
});

test('a region is in the price of each', async () => {
  const [anywhere, there] = [await measureSpec({ gpus: ['L4'] }), await measureSpec({ gpus: ['L4'], region: 'us' })];
  expect(there.machines[0]?.dollarsPerHour).toBeCloseTo(1.5 * (anywhere.machines[0]?.dollarsPerHour ?? 0), 6);
  expect(there.cloud?.container.region).toBe('us');
});

test('the training that it is of, read as the training’s own command reads it; data that are not here are no reason not to', async () => {
  const context = await recordingsContext();
  const made = await planFromChoices(choices({ which: { config: 'laptop', sets: ['training.steps=700'], seeds: '3' } }), context);
  expect(made).toMatchObject({ preset: 'laptop', config: { training: { steps: 700 } }, training: { stepsAlone: false, seeds: [0, 1, 2] } });
  expect(made.training).toMatchObject({
    datasets: ['synthetic-seizures'],
    command: 'ann-tui train --config laptop --seeds 3 --set training.steps=700',
  });
  const absent = await planFromChoices(choices({ on: ['siena'] }), context);
  expect(absent.training).toMatchObject({ datasets: ['siena'], stepsAlone: true, command: 'ann-tui train --dataset siena' });
  const spec = await measureSpec();
  expect(spec.training.windows).toBe(workOfSeed(trainSpec()));
});

test('the same once more is the same plan', async () => {
  const spec = await measureSpec({ gpus: ['T4', 'L4'], budget: 1 });
  const again = await planFromChoices({ ...choicesOf(spec), budget: 1 }, await recordingsContext());
  expect(again).toMatchObject({ machines: spec.machines, config: spec.config, training: { datasets: spec.training.datasets } });
  expect(again.training.command).toBeUndefined();
  expect(measure.work(again)).toEqual(measure.work(spec));
});

test('what Modal is told: a machine each with its own shape and price, and the job’s list in the same order', async () => {
  const spec = await measureSpec({ gpus: ['T4', 'H100'], budget: 1 });
  if (spec.cloud === undefined) throw new Error('it is at Modal');
  const launch = launchOf(spec, spec.cloud, 'measure-aaaaaa', 1, '/nowhere');
  const [t4, h100] = spec.machines;
  expect(launch).toMatchObject({
    torch: 'torch',
    containers: 2,
    job: { v: 1, job: 'measure', source: null, seconds: 60, machines: ['T4', 'H100'], config: spec.config, settings: spec.settings },
    machines: {
      each: true,
      patience: 600,
      work: [
        { label: 'T4', gpu: 'T4', cores: 4, memory_gib: 16, rate: t4?.dollarsPerHour },
        { label: 'H100', gpu: 'H100', cores: 24, memory_gib: 96, rate: h100?.dollarsPerHour },
      ],
    },
    budget: { dollars: 1 },
  });
  expect(launch).not.toHaveProperty('project_after');
});

test('its command is that of the training', () => {
  expect(commandOf('measure')).toBe('ann-tui train');
});
