/** `train --measure --target modal`: each GPU for a minute, in a run of its own. */
import type { Context, Invocation } from '../../../cli/command.ts';
import { list } from '../../../cli/parse.ts';
import { said, sharedChoices } from '../../../cli/run-options.ts';
import { startRun } from '../../../cli/start-run.ts';
import { usageError } from '../../../errors/errors.ts';
import type { Services } from '../../../services/services.ts';
import { helpOf } from '../../shared-plan.ts';
import { checkOwnFile } from '../../train/cli/own-file.ts';
import { type MeasureChoices, measureCommand, type WhichTraining } from '../plan.ts';
import type { MeasureSpec } from '../spec.ts';

/** What names one container alone. */
const single = ['hardware', 'cpu', 'memory'] as const;

const choicesIn = async (which: WhichTraining, invocation: Invocation): Promise<MeasureChoices> => {
  const named = single.filter(option => invocation.text(option) !== undefined);
  if (named.length > 0)
    throw usageError(
      `--measure at Modal takes no ${named.map(option => `--${option}`).join(', ')}`,
      'each GPU is measured in the container that it usually comes with',
      `${measureCommand} --gpu T4,L4`,
    );
  if (invocation.flag('download-only'))
    throw usageError(
      '--measure at Modal needs no data',
      'its windows are made in memory, so there is nothing to download',
      helpOf('measure'),
    );
  const gpus = list(invocation.texts('gpu'));
  const { datasets, ...shared } = await sharedChoices('measure', invocation);
  return { ...shared, datasets: [], on: datasets, which, ...said({ gpus: gpus.length > 0 ? gpus : undefined }) };
};

export const startMeasuring = async (
  which: WhichTraining,
  services: Services,
  invocation: Invocation,
  context: Context,
): Promise<number> => {
  const choices = await choicesIn(which, invocation);
  const code = await startRun(choices, services, invocation, context);
  if (!invocation.flag('dry-run')) return code;
  return Math.max(code, await checkOwnFile((await services.plans.plan(choices)) as MeasureSpec, context));
};
