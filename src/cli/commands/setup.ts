import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import { setupStatus } from '../../setup/python-env.ts';
import { type Extra, extraNames } from '../../setup/training/contents.ts';
import { requireTorch, type TrainingWish } from '../../setup/training/plan.ts';
import { trainingStatus } from '../../setup/training/status.ts';
import type { Context, Invocation, Run } from '../command.ts';
import { list } from '../parse.ts';
import { setUpFirst } from '../set-up-first.ts';
import { createStepPrinter } from '../step-printer.ts';
import { failureLines } from '../text/print-error.ts';

/** Modal's client, as the last step: what went wrong with it is a warning, because everything here works without it. */
const setUpClient = async ({ io, out }: Context) => {
  const { setUpModalClient } = await import('../../setup/modal-client.ts');
  return await setUpModalClient({ onProgress: createStepPrinter(out.note), signal: io.signal });
};

/** What `--torch` and `--with` say; undefined without `--training`. Throws a usage error for what cannot be. */
const trainingWish = (invocation: Invocation): TrainingWish | undefined => {
  const torch = invocation.text('torch');
  const named = list(invocation.texts('with'));
  if (!invocation.flag('training')) {
    if (torch === undefined && named.length === 0) return undefined;
    throw usageError('--torch and --with belong to the training environment', 'it is asked for with --training', 'ann-tui setup --help');
  }
  const strange = named.find(name => !(extraNames as readonly string[]).includes(name));
  if (strange !== undefined) throw usageError(`--with knows no ${strange}`, `there are: ${extraNames.join(', ')}`, 'ann-tui setup --help');
  return { torch, extras: named as readonly Extra[] };
};

const setUpTrainingToo = async (wish: TrainingWish, invocation: Invocation, context: Context): Promise<number> => {
  const { out } = context;
  const { setUpTraining } = await import('../set-up-training.ts');
  if (!(await setUpTraining(wish, invocation.flag('yes'), context))) return exitCodes.done;
  const status = trainingStatus();
  if (!status.ready) throw new UserError({ what: 'The training environment is not ready', why: status.why, hint: 'ann-tui doctor' });
  const { folder, torch, variant, extras } = status;
  out.line(`Ready: ${folder}`);
  out.record({ type: 'setup', ready: true, folder, torch, variant, extras });
  return exitCodes.done;
};

export const run: Run = async (invocation, context) => {
  const wish = trainingWish(invocation);
  if (wish !== undefined) {
    // A plan asks that too; what comes before it takes minutes.
    if (!setupStatus().ready) await requireTorch(wish.torch, context.io.env);
    // Its pip looks for what is on this machine, and its Python has what a training begins with.
    await setUpFirst(context);
    return await setUpTrainingToo(wish, invocation, context);
  }
  const already = setupStatus().ready;
  await setUpFirst(context);
  const client = await setUpClient(context);
  const { folder } = setupStatus();
  context.out.line(already ? `Set up already: ${folder}` : `Ready: ${folder}`);
  if (client !== undefined) for (const line of failureLines(client)) context.out.note(line);
  context.out.record({ type: 'setup', ready: true, folder, already, modal: client === undefined, ...(client && { warning: client }) });
  return exitCodes.done;
};
