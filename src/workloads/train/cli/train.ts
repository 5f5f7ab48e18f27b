import type { Run } from '../../../cli/command.ts';
import { said, sharedChoices } from '../../../cli/run-options.ts';
import { startRun } from '../../../cli/start-run.ts';
import { usageError } from '../../../errors/errors.ts';
import { startMeasuring } from '../../measure/cli/measure.ts';
import { helpOf } from '../../shared-plan.ts';
import type { TrainChoices } from '../plan.ts';
import { loadedFor } from '../plan-from-choices.ts';
import type { TrainSpec } from '../spec.ts';
import { checkRun } from './check.ts';
import { measureRun, printForecast } from './measure.ts';
import { checkOwnFile } from './own-file.ts';

export const run: Run = async (invocation, context) => {
  const sets = invocation.texts('set');
  const [check, measure] = [invocation.flag('check'), invocation.flag('measure')];
  if (check && measure) throw usageError('--check and --measure exclude each other', 'each of them is a run of its own', helpOf('train'));
  const which = said({
    config: invocation.text('config'),
    sets: sets.length > 0 ? sets : undefined,
    seeds: invocation.text('seeds'),
    model: invocation.text('model'),
    montage: invocation.text('montage'),
  });
  const { createServices } = await import('../../../services/create-services.ts');
  const services = createServices();
  for (const note of (await loadedFor(which)).notes) context.out.note(note);
  if (measure && invocation.text('target') === 'modal') return await startMeasuring(which, services, invocation, context);
  const choices: TrainChoices = {
    ...(await sharedChoices('train', invocation)),
    ...which,
    ...said({ check: check ? true : undefined, roughly: measure && invocation.flag('dry-run') ? true : undefined }),
  };
  const wait = measure ? measureRun(services) : check ? checkRun : undefined;
  const code = await startRun(choices, services, invocation, context, wait);
  if (!invocation.flag('dry-run')) return code;
  const spec = (await services.plans.plan(choices)) as TrainSpec;
  if (measure) await printForecast(spec, services, context);
  return Math.max(code, await checkOwnFile(spec, context));
};
