/** What a run on Modal is about to cost, and the question before money is spent. */
import { roomWords, wasteWords } from '../accounts/fleet.ts';
import type { ModalStatus } from '../accounts/modal-status.ts';
import { environmentOf } from '../accounts/words.ts';
import type { DatasetInfo } from '../datasets/dataset-info.ts';
import { needsWords } from '../datasets/needs.ts';
import { exitCodes, UserError } from '../errors/errors.ts';
import { limitSeconds } from '../metering/budget.ts';
import { budgetSeconds, costRange, partCount, preparingRate, runningRate, suggestedBudget } from '../metering/cloud-cost.ts';
import type { Estimate } from '../metering/estimate.ts';
import { fleetWords } from '../metering/fleet-words.ts';
import { segmentWords } from '../metering/segments.ts';
import { containerLabel } from '../prices/container-price.ts';
import type { Spec } from '../runs/spec.ts';
import type { Services } from '../services/services.ts';
import * as format from '../text/format.ts';
import { quoted } from '../text/shell-word.ts';
import { workloadOf } from '../workloads/registry.ts';
import { commandOf, type SharedChoices } from '../workloads/shared-plan.ts';
import type { Context, Invocation } from './command.ts';
import { createStepPrinter } from './step-printer.ts';

/** Said where more containers were asked for than could work. */
export const tellIdle = (spec: Spec, { containers }: SharedChoices, { out }: Context): void => {
  const parts = partCount(spec);
  if (containers === undefined || containers <= parts) return;
  out.note(`The run has ${format.counted(parts, 'part')}: no more than ${parts} of the ${containers} containers could work.`);
};

/** `datasets`: those of the spec, as far as they are known. */
export const cloudPlanLines = (spec: Spec, estimate: Estimate, datasets: readonly DatasetInfo[] = []): readonly string[] => {
  const { hardware, cloud, budget } = spec;
  const { low, likely, high } = costRange(spec, estimate);
  const { seconds, basis } = estimate;
  const lasts = budgetSeconds(spec);
  const special = [cloud?.container.region ?? '', cloud?.container.nonpreemptible ? 'not preemptible' : ''].filter(Boolean);
  const needs = needsWords(datasets);
  const fleet = [fleetWords(spec), ...special].join(', ');
  return [
    `  on Modal: ${fleet}, and a coordinator: ${format.rate(runningRate(spec))} while all of them run (prices of ${hardware.pricesDate})`,
    `  about ${format.duration(seconds.likely)} (${format.duration(seconds.low)} to ${format.duration(seconds.high)}), ${basis}: ${format.money(likely)} (${format.money(low)} to ${format.money(high)}), an estimate`,
    ...(estimate.cloud !== undefined && estimate.cloud.segments > 1 ? [`  ${segmentWords(spec, estimate.cloud.segments)}`] : []),
    ...(cloud?.preparer === undefined
      ? []
      : [
          `  what is not prepared there yet is prepared first, by ${cloud.preparer.containers} × ${containerLabel({ ...cloud.preparer, gpu: null })}: ${format.rate(preparingRate(spec))} while all of those run, and no GPU waits`,
        ]),
    ...(needs === '' ? [] : [`  the data: ${needs}`]),
    budget === null || lasts === undefined
      ? '  no budget'
      : `  budget ${format.money(budget)}: lasts ${format.duration(lasts)} at that rate; finished ${workloadOf(spec).noun.many} are kept`,
    `  a container that hangs is ended by Modal's own timer after ${format.duration(limitSeconds(spec))}`,
    ...wasteWords(spec).map(text => `  ${text}`),
  ];
};

/** The command that was typed, with what was missing. */
const whole = (kind: string, invocation: Invocation, more: readonly string[]): string =>
  [commandOf(kind), ...invocation.args.map(quoted), ...more].join(' ');

/**
 * Whether to go on: `--yes`, or a person's own yes (no is the default). Where nobody can be asked, both `--yes` and `--budget` are needed.
 * Throws a usage error with the whole command otherwise.
 */
export const agreedToPay = async (spec: Spec, estimate: Estimate, invocation: Invocation, { io, out }: Context): Promise<boolean> => {
  const asks = io.interactive && !out.json;
  const missing = [
    ...(spec.budget === null && !asks ? ['--budget', String(suggestedBudget(costRange(spec, estimate).high))] : []),
    ...(invocation.flag('yes') ? [] : ['--yes']),
  ];
  if (!asks) {
    if (missing.length === 0) return true;
    const names = missing.filter(word => word.startsWith('--')).join(' and ');
    const { what, why } = {
      what: 'Nothing was started',
      why: `a run on Modal costs money: without a terminal to ask in it needs ${names}`,
    };
    throw new UserError({ what, why, hint: whole(spec.kind, invocation, missing) }, exitCodes.usage);
  }
  if (invocation.flag('yes')) return true;
  const limit = spec.budget === null ? 'no budget is set' : `at most ${format.money(spec.budget)}`;
  const question = `Start it? It costs money: about ${format.money(costRange(spec, estimate).likely)}, ${limit}. [y/N] `;
  return /^y(es)?$/i.test((await io.ask(question)).trim());
};

/** Whom Modal knows us as, on the account that the run is for. */
const statusFor = ({ cloud }: Spec, services: Services): Promise<ModalStatus> =>
  services.accounts.status({ profile: cloud?.profile ?? null, environment: cloud?.environment ?? null });

/** What stands in the way is thrown, with exit code 3, before there is a run; a client that is only not installed is installed. */
export const readyOnModal = async (spec: Spec, services: Services, { io, out }: Context): Promise<void> => {
  let obstacle = await services.plans.check(spec);
  if (obstacle !== undefined && (await services.accounts.status()).state === 'client') {
    out.note("Installing Modal's client, usually within a minute");
    await services.setup.installModalClient(createStepPrinter(out.note), io.signal);
    obstacle = await services.plans.check(spec);
  }
  if (obstacle !== undefined) throw new UserError(obstacle, exitCodes.refused);
  const status = await statusFor(spec, services);
  if (status.state !== 'ready')
    throw new UserError({ ...status.failure, kept: 'nothing was started, nothing is billed' }, exitCodes.refused);
  for (const text of roomWords(spec, environmentOf(status))) out.note(text);
};
