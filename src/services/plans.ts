/** From choices to a plan, with what it takes and costs. */
import type { DatasetEntry } from '../config/datasets.ts';
import type { Failure } from '../errors/failure.ts';
import type { Estimate } from '../metering/estimate.ts';
import type { HardwareRow, PriceDemands, PriceTable } from '../prices/container-price.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import type { Listed } from '../runs/store.ts';
import { thisMachine } from '../setup/machine.ts';
import { findWorkload, workloadOf } from '../workloads/registry.ts';
import type { SharedChoices } from '../workloads/shared-plan.ts';
import { obstacleOf } from './target-of.ts';

export type PlanService = {
  prices(demands?: PriceDemands): Promise<PriceTable>;
  /** Validates and freezes; throws `UserError`. */
  plan(choices: SharedChoices): Promise<Spec>;
  estimate(spec: Spec): Promise<Estimate>;
  /** Why this spec cannot start now; undefined when it can. */
  check(spec: Spec): Promise<Failure | undefined>;
};

const prices = async (demands: PriceDemands = {}): Promise<PriceTable> => {
  const [{ currentPrices }, { loadHardware }, { containerLabel, containerPrice }, { usageError }] = await Promise.all([
    import('../accounts/live-rates.ts'),
    import('../config/hardware.ts'),
    import('../prices/container-price.ts'),
    import('../errors/errors.ts'),
  ]);
  const [rates, shapes] = await Promise.all([currentPrices(), loadHardware()]);
  const rows = shapes.value.map((shape): HardwareRow => {
    if (shape.gpu !== null && !Object.hasOwn(rates.value.gpu, shape.gpu)) {
      const known = Object.keys(rates.value.gpu).join(', ');
      throw usageError(`${shapes.shownAs}: ${shape.id} has no price`, `${rates.shownAs} has no rate for ${shape.gpu}, only for ${known}`);
    }
    // Modal has containers that may not be preempted without a GPU only.
    const asked = { ...shape, ...demands, nonpreemptible: shape.gpu === null && demands.nonpreemptible === true };
    return { ...shape, label: containerLabel(shape), dollarsPerHour: containerPrice(rates.value, asked).total };
  });
  return {
    rows,
    date: rates.value.date,
    source: rates.live ? rates.shownAs : `${rates.shownAs} (${rates.value.source})`,
    live: rates.live,
  };
};

/** On the account that was chosen, where a run on Modal does not name another. */
const onChosenAccount = async (choices: SharedChoices): Promise<SharedChoices> => {
  if (choices.target !== 'modal') return choices;
  const { accountFor } = await import('../accounts/account.ts');
  const { profile, environment } = await accountFor(choices);
  return { ...choices, ...(profile && { profile }), ...(environment && { environment }) };
};

/** Recordings that are meant, known to nobody here, and at Modal. */
const onlyThere = async (choices: SharedChoices, here: readonly DatasetEntry[], volume: string): Promise<readonly DatasetEntry[]> => {
  const workload = findWorkload(choices.kind);
  if (choices.target !== 'modal' || workload?.usesDatasets !== 'recordings') return [];
  const names = choices.datasets.length > 0 ? choices.datasets : ((await workload.meant?.(choices)) ?? []);
  const unknown = names.filter(name => here.every(one => one.name !== name));
  if (unknown.length === 0) return [];
  const { entriesThere } = await import('../datasets/recordings-there.ts');
  return await entriesThere(choices, volume, unknown);
};

const plan = async (choices: SharedChoices, earlier: () => readonly RunState[]): Promise<Spec> => {
  const [{ catalogue }, { canBePlanned }, { loadHardware }, { currentPrices }, { loadModal }, { planRun }] = await Promise.all([
    import('../datasets/catalogue.ts'),
    import('../datasets/dataset-info.ts'),
    import('../config/hardware.ts'),
    import('../accounts/live-rates.ts'),
    import('../config/modal.ts'),
    import('../workloads/plan-run.ts'),
  ]);
  const [datasets, shapes, rates, modal] = await Promise.all([catalogue(), loadHardware(), currentPrices(), loadModal()]);
  const chosen = await onChosenAccount(choices);
  // Of one's own dataset nothing is known before it is verified.
  const here = datasets.filter(canBePlanned);
  return await planRun(chosen, {
    datasets: [...here, ...(await onlyThere(chosen, here, modal.value.volumes.datasets))],
    shapes: shapes.value,
    earlier,
    rates: rates.value,
    modal: modal.value,
    cores: thisMachine().cores,
    stampsThere: async (where, volume, names) => (await import('../datasets/recordings-there.ts')).stampsThere(where, volume, names),
  });
};

export const createPlanService = (list: () => Listed): PlanService => ({
  prices,
  plan: choices => plan(choices, () => list().runs),
  estimate: async spec => {
    const [{ estimate }, { catalogue }, { currentPrices }] = await Promise.all([
      import('../metering/estimate.ts'),
      import('../datasets/catalogue.ts'),
      import('../accounts/live-rates.ts'),
    ]);
    const [known, { value: rates }] = await Promise.all([catalogue(), currentPrices()]);
    const sizes = new Map(known.map(entry => [entry.name, entry]));
    const { rows } = workloadOf(spec).usesGpu ? await prices() : { rows: [] };
    return estimate(spec, list().runs, name => sizes.get(name), thisMachine().cores, rates.storage, rows);
  },
  check: obstacleOf,
});
