/** From the wizard's answers to a frozen spec with its estimate. */
import { useRef } from 'react';
import { costRange, partCount, suggestedBudget } from '../../src/metering/cloud-cost.ts';
import type { Estimate } from '../../src/metering/estimate.ts';
import type { Spec } from '../../src/runs/spec.ts';
import type { Services } from '../../src/services/services.ts';
import { withBudget } from '../../src/workloads/plan-run.ts';
import type { SharedChoices } from '../../src/workloads/shared-plan.ts';
import { useUi } from '../app/context.tsx';
import { type Resource, useResource } from '../app/use-resource.ts';
import type { Defaults } from './use-defaults.ts';

export type Plan = {
  /** The choices that it was made from, as text: a plan of earlier choices must not be started. */
  readonly key: string;
  readonly spec: Spec;
  readonly estimate: Estimate;
  readonly parts: number;
};

/** On Modal a budget is proposed where none was chosen (`proposes`). */
export const planRun = async (services: Services, choices: SharedChoices, proposes: boolean): Promise<Omit<Plan, 'key'>> => {
  const spec = await services.plans.plan(choices);
  const estimate = await services.plans.estimate(spec);
  const plan = { spec, estimate, parts: partCount(spec) };
  if (!proposes || choices.target === 'local' || choices.budget !== undefined) return plan;
  return { ...plan, spec: withBudget(spec, suggestedBudget(costRange(spec, estimate).high)) };
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
