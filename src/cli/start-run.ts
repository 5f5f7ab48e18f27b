/** From choices to the end of a run: the same steps for every workload. */

import { exitCodes } from '../errors/errors.ts';
import type { Estimate } from '../metering/estimate.ts';
import type { Spec } from '../runs/spec.ts';
import type { Services } from '../services/services.ts';
import * as format from '../text/format.ts';
import { countedUnits, titleOf, workloadOf } from '../workloads/registry.ts';
import type { SharedChoices } from '../workloads/shared-plan.ts';
import { agreedToPay, cloudPlanLines, readyOnModal, tellIdle } from './cloud-run.ts';
import type { Context, Invocation } from './command.ts';
import { syncOne } from './commands/data/sync-here.ts';
import { waitFor } from './finish.ts';
import { modalOnly } from './run-options.ts';
import { setUpFirst } from './set-up-first.ts';
import { linesOf } from './workloads.ts';

/** "about 12s (4s to 36s), rough: from dataset size" */
const estimateText = ({ seconds: { low, likely, high }, basis }: Estimate): string =>
  `about ${format.duration(likely)} (${format.duration(low)} to ${format.duration(high)}), ${basis}`;

/** What it would cost on the hardware that prices the run: the same time, or what that makes of the work. */
const thereLines = ({ hardware: { label, dollarsPerHour } }: Spec, { dollarsThere, there }: Estimate): readonly string[] => {
  if (dollarsThere === undefined) return [];
  const [rate, dollars] = [format.rate(dollarsPerHour), format.money(dollarsThere)];
  if (there === undefined) return [`  that time on ${label} at ${rate}: ${dollars} (an estimate)`];
  return [`  on ${label} at ${rate}: about ${format.duration(there.seconds)}, ${dollars} for ${there.of} (an estimate)`];
};

const localPlanLines = (spec: Spec, estimate: Estimate): readonly string[] => [
  `  here: ${estimateText(estimate)}; nothing is billed`,
  ...thereLines(spec, estimate),
];

/** What a result of the same work cost there, where an earlier run has said. */
const knownLines = async (spec: Spec): Promise<readonly string[]> => {
  const { price } = workloadOf(spec);
  if (price?.known === undefined) return [];
  const [{ listRuns }, { knownPriceText }] = await Promise.all([import('../runs/store.ts'), import('../workloads/known-price-text.ts')]);
  const { hardware } = spec;
  const text = knownPriceText(price.head, price.known(spec, [hardware], listRuns()), hardware.id, Date.now());
  return text === '' ? [] : [`  ${text}`];
};

const printPlan = async (spec: Spec, estimate: Estimate, services: Services, { out }: Context): Promise<void> => {
  const lines = linesOf(spec);
  const size = countedUnits(spec, workloadOf(spec).total(spec));
  const paid = spec.target === 'modal';
  out.line(`${titleOf(spec)} · ${size} · ${lines.planned(spec, paid ? undefined : services.host.machine())}`);
  const named = spec.datasets.map(({ name }) => name);
  const more = paid
    ? cloudPlanLines(
        spec,
        estimate,
        (await services.datasets.list()).filter(({ name }) => named.includes(name)),
      )
    : localPlanLines(spec, estimate);
  for (const line of [...more, ...(await knownLines(spec))]) out.line(line);
  for (const note of lines.planNotes(spec)) out.line(`  ${note}`);
};

/** To where the run would look for them. Ends at the first that could not be had, with its exit code. */
const downloadAll = async ({ datasets, target }: Spec, invocation: Invocation, context: Context): Promise<number> => {
  if (target === 'local') {
    await setUpFirst(context);
    for (const { name } of datasets) await syncOne(name, undefined, context);
    return exitCodes.done;
  }
  const { syncToModal } = await import('./commands/data/sync-modal.ts');
  for (const { name } of datasets) {
    const code = await syncToModal(name, invocation, context);
    if (code !== exitCodes.done) return code;
  }
  return exitCodes.done;
};

/** What is done with a run that was launched: by default it is followed to its end. */
type Wait = (run: string, context: Context) => Promise<number>;

/** Plans, asks where it costs money, launches and follows; returns the exit code. */
export const startRun = async (
  choices: SharedChoices,
  services: Services,
  invocation: Invocation,
  context: Context,
  wait: Wait = waitFor,
): Promise<number> => {
  const { io, out } = context;
  const paid = choices.target === 'modal';
  const spec = await services.plans.plan(choices);
  if (paid) tellIdle(spec, choices, context);
  if (invocation.flag('download-only') && !invocation.flag('dry-run')) return await downloadAll(spec, invocation, context);
  const estimate = await services.plans.estimate(spec);
  const idle = paid ? [] : modalOnly.filter(option => invocation.flag(option)).map(option => `--${option}`);
  if (idle.length > 0) out.note(`Nothing is billed on this machine: ${idle.join(', ')} ${idle.length === 1 ? 'has' : 'have'} no effect.`);
  // Before anything is said: a wrong command is only an error.
  if (paid && (!io.interactive || out.json) && !invocation.flag('dry-run')) await agreedToPay(spec, estimate, invocation, context);
  await printPlan(spec, estimate, services, context);
  const { noun, total } = workloadOf(spec);
  if (invocation.flag('dry-run')) {
    out.record({ type: 'plan', spec, [noun.many]: total(spec), estimate });
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
  } else if (!(await setUpFirst(context, workloadOf(spec).runtime(spec), invocation.flag('yes')))) return exitCodes.done;
  const name = await services.runs.launch(spec);
  out.record({ type: 'run', run: name, title: titleOf(spec), spec, [`${noun.many}_planned`]: total(spec), estimate });
  out.line(`  run ${name}`);
  return await wait(name, context);
};
