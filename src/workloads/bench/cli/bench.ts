import type { Context, Invocation, Run } from '../../../cli/command.ts';
import { syncOne } from '../../../cli/commands/sync-here.ts';
import { waitFor } from '../../../cli/finish.ts';
import { agreedToPay, cloudPlanLines, modalChoices, modalOnly, planCloud, readyOnModal } from '../../../cli/modal-options.ts';
import { list, positiveNumber, wholeNumber } from '../../../cli/parse.ts';
import { setUpFirst } from '../../../cli/set-up-first.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import type { Estimate } from '../../../metering/estimate.ts';
import { type BenchSpec, plannedPoints, specTitle, type TargetName } from '../../../runs/spec.ts';
import type { Services } from '../../../services/services.ts';
import * as format from '../../../text/format.ts';
import { parseDuration, parseMoney } from '../../../text/parse-amount.ts';
import { candidates, shownFrom } from '../../../user-code/user-file.ts';
import { planNotes } from '../compare/recall-rule.ts';
import { builtInNames } from '../config.ts';
import type { BenchChoices } from '../plan.ts';

const help = 'ann-tui bench --help';

export const targetOption = (invocation: Invocation): TargetName => {
  const target = invocation.text('target') ?? 'local';
  if (target === 'local' || target === 'modal') return target;
  throw usageError(`There is no target "${target}"`, 'there are: local, modal', help);
};

const budgetOption = (invocation: Invocation): number | undefined => {
  const text = invocation.text('budget');
  if (text === undefined) return undefined;
  const dollars = parseMoney(text);
  if (dollars === undefined) throw usageError(`--budget ${text} cannot be`, 'it is an amount of dollars above 0, such as 2 or $2.50', help);
  return dollars;
};

const timeoutOption = (invocation: Invocation): number | undefined => {
  const text = invocation.text('timeout');
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined)
    throw usageError(`--timeout ${text} cannot be`, 'it is a time with its unit, such as 90s, 30m, 2h or 1h30m', help);
  return seconds;
};

/** A row of the price list, or a container of one's own; a GPU alone is its usual container. */
const hardwareOption = async (invocation: Invocation): Promise<string> => {
  const [cores, memory] = [positiveNumber(invocation, 'cpu'), positiveNumber(invocation, 'memory')];
  const [id, gpu] = [invocation.text('hardware'), invocation.text('gpu')];
  if (cores === undefined && memory === undefined && gpu === undefined) return id ?? 'cpu-32';
  if (id !== undefined)
    throw usageError('--hardware and --cpu/--memory/--gpu exclude each other', 'each of them names the container', help);
  if (gpu === undefined) return `${cores ?? 32}x${memory ?? 32}`;
  const { loadHardware, usualShape } = await import('../../../config/hardware.ts');
  const usual = usualShape((await loadHardware()).value, gpu);
  if (usual?.gpu === gpu && cores === undefined && memory === undefined) return usual.id;
  return `${cores ?? usual?.cores ?? 8}x${memory ?? usual?.memoryGiB ?? 32}+${gpu}`;
};

/** A built-in name wins over a file here of the same name; a person is told. */
const tellShadowed = (words: readonly string[], { out }: Context): void => {
  for (const word of words) {
    const [file] = builtInNames.includes(word) ? candidates(word, process.cwd()) : [];
    if (file !== undefined)
      out.note(`${word} is the built-in one. To measure ${shownFrom(process.cwd(), file)}, give the file another name.`);
  }
};

const choicesOf = async (invocation: Invocation, services: Services): Promise<BenchChoices> => {
  const named = list([...invocation.texts('impl'), ...invocation.texts('compare')]);
  const sweep = invocation.text('sweep');
  const file = sweep === undefined ? undefined : await (await import('../config.ts')).loadSweep(sweep);
  const defaults = async (): Promise<readonly string[]> =>
    file?.implementations.map(({ name }) => name) ??
    (await services.implementations()).filter(entry => entry.default).map(({ name }) => name);
  const datasets = list(invocation.texts('dataset'));
  const optional = {
    k: wholeNumber(invocation, 'k'),
    threads: invocation.text('threads') === 'all' ? 0 : wholeNumber(invocation, 'threads'),
    subset: wholeNumber(invocation, 'subset'),
    sweep,
    budget: budgetOption(invocation),
    timeout: timeoutOption(invocation),
  };
  return {
    implementations: named.length > 0 ? named : await defaults(),
    datasets: datasets.length > 0 ? datasets : (file?.datasets ?? ['quick']),
    target: targetOption(invocation),
    hardware: await hardwareOption(invocation),
    ...(targetOption(invocation) === 'modal' ? modalChoices(invocation) : {}),
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<BenchChoices>),
  };
};

/** "about 12s (4s to 36s), rough: from dataset size" */
const estimateText = ({ seconds: { low, likely, high }, basis }: Estimate): string =>
  `about ${format.duration(likely)} (${format.duration(low)} to ${format.duration(high)}), ${basis}`;

const printPlan = async (spec: BenchSpec, estimate: Estimate, services: Services, context: Context): Promise<void> => {
  await printWhat(spec, estimate, services, context);
  for (const note of planNotes(spec)) context.out.line(`  ${note}`);
};

const printWhat = async (spec: BenchSpec, estimate: Estimate, services: Services, { out }: Context): Promise<void> => {
  if (spec.target === 'modal') {
    const points = plannedPoints(spec);
    const threads = `${spec.threads} ${spec.threads === 1 ? 'thread searches' : 'threads search'}`;
    out.line(`${specTitle(spec)} · ${format.counted(points, 'point')} · k ${spec.k} · ${threads}`);
    const named = spec.datasets.map(({ name }) => name);
    const datasets = (await services.datasets()).filter(({ name }) => named.includes(name));
    for (const line of cloudPlanLines(spec, estimate, datasets)) out.line(line);
    return;
  }
  const { cores, cpu } = services.machine();
  const { label, dollarsPerHour } = spec.hardware;
  const points = plannedPoints(spec);
  out.line(`${specTitle(spec)} · ${format.counted(points, 'point')} · k ${spec.k} · ${spec.threads} of ${cores} cores search (${cpu})`);
  out.line(`  here: ${estimateText(estimate)}; nothing is billed`);
  out.line(`  that time on ${label} at ${format.rate(dollarsPerHour)}: ${format.money(estimate.dollarsThere)} (an estimate)`);
};

/** To where the run would look for them. Ends at the first that could not be had, with its exit code. */
const downloadAll = async ({ datasets, target }: BenchSpec, invocation: Invocation, context: Context): Promise<number> => {
  if (target === 'local') {
    await setUpFirst(context);
    for (const { name } of datasets) await syncOne(name, undefined, context);
    return exitCodes.done;
  }
  const { syncToModal } = await import('../../../cli/commands/sync-modal.ts');
  for (const { name } of datasets) {
    const code = await syncToModal(name, invocation, context);
    if (code !== exitCodes.done) return code;
  }
  return exitCodes.done;
};

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  if (invocation.flag('check')) {
    const { checkOwn } = await import('./check-own.ts');
    return await checkOwn(list([...invocation.texts('impl'), ...invocation.texts('compare')]), context);
  }
  const { createServices } = await import('../../../services/create-services.ts');
  const services = createServices();
  const choices = await choicesOf(invocation, services);
  tellShadowed(choices.implementations, context);
  const paid = choices.target === 'modal';
  const spec = paid ? await planCloud(services, choices, context) : await services.plan(choices);
  if (invocation.flag('download-only') && !invocation.flag('dry-run')) return await downloadAll(spec, invocation, context);
  const estimate = await services.estimate(spec);
  const idle = paid ? [] : modalOnly.filter(option => invocation.flag(option)).map(option => `--${option}`);
  if (idle.length > 0) out.note(`Nothing is billed on this machine: ${idle.join(', ')} ${idle.length === 1 ? 'has' : 'have'} no effect.`);
  // Before anything is said: a wrong command is only an error.
  if (paid && (!io.interactive || out.json) && !invocation.flag('dry-run')) await agreedToPay(spec, estimate, invocation, context);
  await printPlan(spec, estimate, services, context);
  if (invocation.flag('dry-run')) {
    out.record({ type: 'plan', spec, points: plannedPoints(spec), estimate });
    out.line(`  dry run: nothing was started`);
    return exitCodes.done;
  }
  if (paid) {
    // Nobody is asked about what cannot be.
    await readyOnModal(spec, services, context);
    if (!(await agreedToPay(spec, estimate, invocation, context))) {
      out.line('Nothing was started; nothing is billed.');
      return exitCodes.done;
    }
  } else await setUpFirst(context);
  const name = await services.launch(spec);
  out.record({ type: 'run', run: name, title: specTitle(spec), spec, points_planned: plannedPoints(spec), estimate });
  out.line(`  run ${name}`);
  return await waitFor(name, context);
};
