/** The training environment as part of a command: what it takes is said, and asked before anything large is fetched. */
import { usageError } from '../errors/errors.ts';
import type { TrainingWish } from '../setup/training/plan.ts';
import type { Context } from './command.ts';
import { createStepPrinter } from './step-printer.ts';

/** Where nobody can be asked, the command itself has to say yes. */
const refuseUnsaid = (words: string, { torch, extras = [] }: TrainingWish): never => {
  const more = [...(torch === undefined ? [] : ['--torch', torch]), ...(extras.length === 0 ? [] : ['--with', extras.join(',')])];
  throw usageError(
    'The training environment is not there yet',
    `${words}; without a terminal to ask in, --yes is needed`,
    ['ann-tui setup --training', ...more, '--yes'].join(' '),
  );
};

/** Makes it as wished, or adds what it lacks. False when a person would not have it, which was said. */
export const setUpTraining = async (wish: TrainingWish, yes: boolean, { io, out }: Context): Promise<boolean> => {
  const [{ planText, planTraining }, { makeTraining }] = await Promise.all([
    import('../setup/training/plan.ts'),
    import('../setup/training/make.ts'),
  ]);
  const plan = await planTraining(wish, io.env);
  const words = planText(plan);
  if (plan.download > 0 && !yes) {
    if (!io.interactive || out.json) refuseUnsaid(words, wish);
    out.line(`A training needs an environment of its own. ${words}.`);
    out.line('It is made once; ann-tui uninstall --training removes it.');
    if (!/^(y(es)?)?$/i.test((await io.ask('Fetch it? [Y/n] ')).trim())) {
      out.line('Nothing was fetched.');
      return false;
    }
  } else if (plan.what !== 'add' || plan.missing.length > 0) out.note(`Setting up the training environment. ${words}`);
  await makeTraining(plan, { onProgress: createStepPrinter(out.note), signal: io.signal, env: io.env });
  return true;
};
