/** What a person says on the command line about a run on Modal, and the question before money is spent. */
import { roomWords, wasteWords } from '../accounts/fleet.ts';
import type { ModalStatus } from '../accounts/modal-status.ts';
import { environmentOf } from '../accounts/words.ts';
import type { DatasetInfo } from '../datasets/catalogue.ts';
import { needsWords } from '../datasets/needs.ts';
import { exitCodes, UserError, usageError } from '../errors/errors.ts';
import { limitSeconds } from '../metering/budget.ts';
import { budgetSeconds, containersOf, costRange, fullRate, partsOf, suggestedBudget } from '../metering/cloud-cost.ts';
import type { Estimate } from '../metering/estimate.ts';
import type { BenchSpec } from '../runs/spec.ts';
import type { Services } from '../services/services.ts';
import * as format from '../text/format.ts';
import { quoted } from '../text/shell-word.ts';
import type { BenchChoices } from '../workloads/bench/plan.ts';
import type { Context, Invocation } from './command.ts';
import { wholeNumber } from './parse.ts';
import { createStepPrinter } from './set-up-first.ts';

/** Options of a run that have a meaning on Modal only. */
export const modalOnly = ['containers', 'region', 'nonpreemptible', 'profile', 'env', 'budget'] as const;

export const modalChoices = (invocation: Invocation): Partial<BenchChoices> => {
  const containers = wholeNumber(invocation, 'containers');
  if (containers !== undefined && containers < 1)
    throw usageError(`--containers ${containers} cannot be`, 'it is a whole number from 1', 'ann-tui bench --containers 4');
  const given = {
    containers,
    profile: invocation.text('profile'),
    environment: invocation.text('env'),
    region: invocation.text('region'),
    nonpreemptible: invocation.flag('nonpreemptible') ? true : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<BenchChoices>;
};

/** No more containers than there are parts: more would only wait. */
export const planCloud = async (services: Services, choices: BenchChoices, { out }: Context): Promise<BenchSpec> => {
  const spec = await services.plan(choices);
  const parts = partsOf(spec);
  if (choices.containers === undefined || choices.containers <= parts) return spec;
  out.note(`The run has ${format.counted(parts, 'part')}: no more than ${parts} of the ${choices.containers} containers could work.`);
  return await services.plan({ ...choices, containers: parts });
};

/** `datasets`: those of the spec, as far as they are known. */
export const cloudPlanLines = (spec: BenchSpec, estimate: Estimate, datasets: readonly DatasetInfo[] = []): readonly string[] => {
  const { hardware, cloud, budget } = spec;
  const containers = containersOf(spec);
  const { low, likely, high } = costRange(spec, estimate);
  const { seconds, basis } = estimate;
  const lasts = budgetSeconds(spec);
  const special = [cloud?.container.region ?? '', cloud?.container.nonpreemptible ? 'not preemptible' : ''].filter(Boolean);
  const needs = needsWords(datasets);
  const fleet = [`${containers} × ${hardware.label}`, ...special].join(', ');
  return [
    `  on Modal: ${fleet}, and a coordinator: ${format.rate(fullRate(spec))} while all of them run (prices of ${hardware.pricesDate})`,
    `  about ${format.duration(seconds.likely)} (${format.duration(seconds.low)} to ${format.duration(seconds.high)}), ${basis}: ${format.money(likely)} (${format.money(low)} to ${format.money(high)}), an estimate`,
    ...(needs === '' ? [] : [`  the data: ${needs}`]),
    budget === null || lasts === undefined
      ? '  no budget'
      : `  budget ${format.money(budget)}: lasts ${format.duration(lasts)} at that rate; finished points are kept`,
    `  a container that hangs is ended by Modal's own timer after ${format.duration(limitSeconds(spec))}`,
    ...wasteWords(spec).map(text => `  ${text}`),
  ];
};

/** The command that was typed, with what was missing. */
const whole = (invocation: Invocation, more: readonly string[]): string =>
  ['ann-tui bench', ...invocation.args.map(quoted), ...more].join(' ');

/**
 * Whether to go on: `--yes`, or a person's own yes (no is the default). Where nobody can be asked, both `--yes` and `--budget` are needed.
 * Throws a usage error with the whole command otherwise.
 */
export const agreedToPay = async (spec: BenchSpec, estimate: Estimate, invocation: Invocation, { io, out }: Context): Promise<boolean> => {
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
    throw new UserError({ what, why, hint: whole(invocation, missing) }, exitCodes.usage);
  }
  if (invocation.flag('yes')) return true;
  const limit = spec.budget === null ? 'no budget is set' : `at most ${format.money(spec.budget)}`;
  const question = `Start it? It costs money: about ${format.money(costRange(spec, estimate).likely)}, ${limit}. [y/N] `;
  return /^y(es)?$/i.test((await io.ask(question)).trim());
};

/** Whom Modal knows us as, on the account that the run is for. */
const statusFor = ({ cloud }: BenchSpec, services: Services): Promise<ModalStatus> =>
  services.modalStatus({ profile: cloud?.profile ?? null, environment: cloud?.environment ?? null });

/** What stands in the way is thrown, with exit code 3, before there is a run; a client that is only not installed is installed. */
export const readyOnModal = async (spec: BenchSpec, services: Services, { io, out }: Context): Promise<void> => {
  let obstacle = await services.check(spec);
  if (obstacle !== undefined && (await services.modalStatus()).state === 'client') {
    out.note("Installing Modal's client, usually within a minute");
    await services.installModalClient(createStepPrinter(out.note), io.signal);
    obstacle = await services.check(spec);
  }
  if (obstacle !== undefined) throw new UserError(obstacle, exitCodes.refused);
  const status = await statusFor(spec, services);
  if (status.state !== 'ready')
    throw new UserError({ ...status.failure, kept: 'nothing was started, nothing is billed' }, exitCodes.refused);
  for (const text of roomWords(spec, environmentOf(status))) out.note(text);
};
