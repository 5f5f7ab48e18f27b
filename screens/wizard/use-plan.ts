/** From the wizard's answers to a frozen spec with its estimate. */
import { useRef } from 'react';
import { costRange, partsOf, suggestedBudget } from '../../src/metering/cloud-cost.ts';
import type { Estimate } from '../../src/metering/estimate.ts';
import type { BenchSpec } from '../../src/runs/spec.ts';
import type { Services } from '../../src/services/services.ts';
import type { BenchChoices } from '../../src/workloads/bench/plan.ts';
import { useUi } from '../app/context.tsx';
import { type Resource, useResource } from '../app/use-resource.ts';
import type { Defaults } from './use-defaults.ts';

export type Plan = {
  /** The choices that it was made from, as text: a plan of earlier choices must not be started. */
  readonly key: string;
  readonly spec: BenchSpec;
  readonly estimate: Estimate;
  readonly parts: number;
};

/** On Modal: no more containers than parts, and a budget is proposed where none was chosen (`proposes`). */
export const planRun = async (services: Services, choices: BenchChoices, proposes: boolean): Promise<Omit<Plan, 'key'>> => {
  const estimated = async (spec: BenchSpec) => ({ spec, estimate: await services.estimate(spec), parts: partsOf(spec) });
  if (choices.target === 'local') return estimated(await services.plan(choices));
  const one = await services.plan({ ...choices, containers: 1 });
  const containers = Math.max(1, Math.min(choices.containers ?? 1, partsOf(one)));
  const whole = await estimated(containers === 1 ? one : await services.plan({ ...choices, containers }));
  if (!proposes || choices.budget !== undefined) return whole;
  const budget = suggestedBudget(costRange(whole.spec, whole.estimate).high);
  return { ...whole, spec: await services.plan({ ...choices, containers, budget }) };
};

/** `latest` is the plan of the newest choices; `last` the newest that there is, also while another is made. */
export const usePlan = (
  defaults: Defaults | undefined,
): {
  readonly resource: Resource<Plan | undefined>;
  readonly latest: Plan | undefined;
  readonly last: Plan | undefined;
  readonly reload: () => void;
} => {
  const { services } = useUi();
  const proposes = defaults?.draft.target === 'modal' && defaults.draft.budget === undefined;
  const key = defaults === undefined ? '' : JSON.stringify([defaults.choices, proposes]);
  const [resource, reload] = useResource(
    async () => (defaults === undefined ? undefined : { key, ...(await planRun(services, defaults.choices, proposes)) }),
    key,
  );
  const value = resource.state === 'ready' ? resource.value : undefined;
  const latest = value?.key === key ? value : undefined;
  const last = useRef(latest);
  if (latest !== undefined) last.current = latest;
  return { resource, latest, last: last.current, reload };
};
