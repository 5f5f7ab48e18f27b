/** What a person says on the command line about any run: where, on what, for how much, how long. */
import { usageError } from '../errors/errors.ts';
import type { TargetName } from '../runs/spec.ts';
import { parseDuration, parseMoney } from '../text/parse-amount.ts';
import { workloadOf } from '../workloads/registry.ts';
import { helpOf, type SharedChoices } from '../workloads/shared-plan.ts';
import { accountOptions, type Invocation, type Option } from './command.ts';
import { list, positiveNumber, wholeNumber } from './parse.ts';

/** Options of a workload that works on datasets. */
export const datasetOptions: Readonly<Record<string, Option>> = {
  'download-only': { says: 'bring the data to where the run would be, and stop' },
};

/** Options of every command that starts a run, in the order of its help; its own stand before them. */
export const runOptions: Readonly<Record<string, Option>> = {
  'dry-run': { says: 'show the plan and its estimate, start nothing' },
  target: { value: 'local|modal', says: 'where to run (local)' },
  hardware: { value: 'ID', says: 'the container; a run of this machine is priced by it (cpu-32)' },
  cpu: { value: 'N', says: 'or one of N cores' },
  memory: { value: 'GiB', says: 'and so much memory' },
  gpu: { value: 'NAME[,NAME]', says: 'and this GPU; of a list the next, where the first is not to be had' },
  containers: { value: 'N', says: 'on Modal: so many work at once (1)' },
  region: { value: 'R', says: 'on Modal: only there: us, eu, us-west, …; costs more' },
  nonpreemptible: { says: 'on Modal: may not be interrupted; costs three times as much' },
  ...accountOptions,
  budget: { value: 'USD', says: 'the most that may be billed; nothing is on this machine' },
  'over-budget': { says: 'on Modal: go on until that is used up, though all of it will cost more' },
  timeout: { value: 'TIME', says: 'stop after 90s, 30m, 2h' },
  yes: { short: 'y', says: 'do not ask; without a terminal a run on Modal needs it, and --budget' },
};

/** The same of a workload whose `usualHardware` is another one. `role`: what it is to a run of this machine. */
export const runOptionsOn = (usualHardware: string, role = 'is priced by it'): Readonly<Record<string, Option>> => ({
  ...runOptions,
  hardware: { value: 'ID', says: `the container; a run of this machine ${role} (${usualHardware})` },
});

/** Those that have a meaning on Modal only. */
export const modalOnly = ['containers', 'region', 'nonpreemptible', 'profile', 'env', 'budget', 'over-budget'] as const;

/** Throws a usage error for one that there is not. */
export const targetOption = (invocation: Invocation, kind: string): TargetName => {
  const target = invocation.text('target') ?? 'local';
  if (target === 'local' || target === 'modal') return target;
  throw usageError(`There is no target "${target}"`, 'there are: local, modal', helpOf(kind));
};

const budgetOption = (invocation: Invocation, kind: string): number | undefined => {
  const text = invocation.text('budget');
  if (text === undefined) return undefined;
  const dollars = parseMoney(text);
  if (dollars !== undefined) return dollars;
  throw usageError(`--budget ${text} cannot be`, 'it is an amount of dollars above 0, such as 2 or $2.50', helpOf(kind));
};

const timeoutOption = (invocation: Invocation, kind: string): number | undefined => {
  const text = invocation.text('timeout');
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw usageError(`--timeout ${text} cannot be`, 'it is a time with its unit, such as 90s, 30m, 2h or 1h30m', helpOf(kind));
};

/** A row of the price list, or a container of one's own; a GPU alone is its usual container. */
const hardwareOption = async (invocation: Invocation, kind: string): Promise<string> => {
  const [cores, memory] = [positiveNumber(invocation, 'cpu'), positiveNumber(invocation, 'memory')];
  const [id, gpu] = [invocation.text('hardware'), invocation.text('gpu')];
  if (cores === undefined && memory === undefined && gpu === undefined) return id ?? workloadOf({ kind }).usualHardware;
  if (id !== undefined)
    throw usageError('--hardware and --cpu/--memory/--gpu exclude each other', 'each of them names the container', helpOf(kind));
  if (gpu === undefined) return `${cores ?? 32}x${memory ?? 32}`;
  const { loadHardware, usualShape } = await import('../config/hardware.ts');
  const usual = usualShape((await loadHardware()).value, gpu);
  if (usual?.gpu === gpu && cores === undefined && memory === undefined) return usual.id;
  return `${cores ?? usual?.cores ?? 8}x${memory ?? usual?.memoryGiB ?? 32}+${gpu}`;
};

const containersOption = (invocation: Invocation, kind: string): number | undefined => {
  const containers = wholeNumber(invocation, 'containers');
  if (containers === undefined || containers >= 1) return containers;
  throw usageError(`--containers ${containers} cannot be`, 'it is a whole number from 1', `ann-tui ${kind} --containers 4`);
};

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that were not said. */
export const said = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

/** `datasets`: where none was said; none for a workload that needs none. Throws a usage error for what cannot be. */
export const sharedChoices = async <K extends string>(
  kind: K,
  invocation: Invocation,
  datasets: readonly string[] = [],
): Promise<SharedChoices & { readonly kind: K }> => {
  const named = list(invocation.texts('dataset'));
  const target = targetOption(invocation, kind);
  const there = {
    containers: containersOption(invocation, kind),
    profile: invocation.text('profile'),
    environment: invocation.text('env'),
    region: invocation.text('region'),
    nonpreemptible: invocation.flag('nonpreemptible') ? true : undefined,
    overBudget: invocation.flag('over-budget') ? true : undefined,
  };
  return {
    kind,
    datasets: named.length > 0 ? named : datasets,
    target,
    hardware: await hardwareOption(invocation, kind),
    ...(target === 'modal' ? said(there) : {}),
    ...said({ budget: budgetOption(invocation, kind), timeout: timeoutOption(invocation, kind) }),
  };
};
