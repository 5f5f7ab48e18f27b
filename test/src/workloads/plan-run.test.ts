/** A plan that is judged as a whole, whatever the workload. */
import { expect, test } from 'vitest';
import { loadDatasets } from '../../../src/config/datasets.ts';
import { loadHardware } from '../../../src/config/hardware.ts';
import { loadModal } from '../../../src/config/modal.ts';
import { loadPrices } from '../../../src/config/prices.ts';
import type { BenchChoices } from '../../../src/workloads/bench/plan.ts';
import { isBench } from '../../../src/workloads/bench/spec.ts';
import { planRun, withBudget } from '../../../src/workloads/plan-run.ts';
import type { SharedContext } from '../../../src/workloads/shared-plan.ts';
import { givenHome } from '../../support/home.ts';

givenHome();

const context: SharedContext = {
  datasets: (await loadDatasets()).value,
  shapes: (await loadHardware()).value,
  rates: (await loadPrices()).value,
  modal: (await loadModal()).value,
  cores: 4,
};
const choices: BenchChoices = {
  kind: 'bench',
  implementations: ['naive', 'hnsw'],
  datasets: ['quick'],
  target: 'modal',
  hardware: 'cpu-32',
};
const plan = (changes: Partial<BenchChoices> = {}) => planRun({ ...choices, ...changes } as BenchChoices, context);

test('a spec is frozen through and through', async () => {
  const spec = await plan();
  const search = isBench(spec) ? spec.implementations[0]?.search : undefined;
  expect(Object.isFrozen(spec) && Object.isFrozen(spec.hardware) && Object.isFrozen(spec.cloud?.container)).toBe(true);
  expect(search).toBeDefined();
  expect(Object.isFrozen(search)).toBe(true);
});

test('no more containers are planned than there are parts', async () => {
  expect((await plan({ containers: 8 })).cloud?.containers).toBe(2);
  expect((await plan({ containers: 1 })).cloud?.containers).toBe(1);
});

test('a budget that would be gone before anything is measured is refused, with the plan and afterwards', async () => {
  await expect(plan({ budget: 0.02 })).rejects.toMatchObject({ exitCode: 2 });
  const spec = await plan();
  expect(spec.budget).toBeNull();
  expect(() => withBudget(spec, 0.02)).toThrow(expect.objectContaining({ exitCode: 2 }));
  const held = withBudget(spec, 2);
  expect(held).toEqual({ ...spec, budget: 2 });
  expect(Object.isFrozen(held)).toBe(true);
});

test('a dataset of the other kind is refused by what fits', async () => {
  await expect(plan({ datasets: ['quick', 'chb-mit'] })).rejects.toMatchObject({
    exitCode: 2,
    failure: {
      what: 'chb-mit is a dataset of recordings',
      why: expect.stringMatching(/^ann-tui bench takes vectors; there are: quick, .*chive-300-angular$/),
      hint: 'ann-tui bench --dataset quick',
    },
  });
});

test('a kind of run that nobody registered is refused', async () => {
  await expect(planRun({ ...choices, kind: 'knit' }, context)).rejects.toMatchObject({
    exitCode: 2,
    failure: { what: 'There is no workload "knit"', hint: 'ann-tui --help' },
  });
});
