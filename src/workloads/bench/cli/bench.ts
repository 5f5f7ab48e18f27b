import type { Context, Invocation, Run } from '../../../cli/command.ts';
import { list, wholeNumber } from '../../../cli/parse.ts';
import { said, sharedChoices } from '../../../cli/run-options.ts';
import { startRun } from '../../../cli/start-run.ts';
import type { Services } from '../../../services/services.ts';
import { candidates, shownFrom } from '../../../user-code/user-file.ts';
import { builtInNames } from '../implementations.ts';
import type { BenchChoices } from '../plan.ts';
import { implementationFile } from '../user-code/user-file.ts';
import { recallsOf } from './recalls.ts';

/** A built-in name wins over a file here of the same name; a person is told. */
const tellShadowed = (words: readonly string[], { out }: Context): void => {
  for (const word of words) {
    const [file] = builtInNames.includes(word) ? candidates(implementationFile, word, process.cwd()) : [];
    if (file !== undefined)
      out.note(`${word} is the built-in one. To measure ${shownFrom(process.cwd(), file)}, give the file another name.`);
  }
};

const implementationWords = (invocation: Invocation): readonly string[] =>
  list([...invocation.texts('impl'), ...invocation.texts('compare')]);

const choicesIn = async (invocation: Invocation, services: Services): Promise<BenchChoices> => {
  const named = implementationWords(invocation);
  const sweep = invocation.text('sweep');
  const file = sweep === undefined ? undefined : await (await import('../config.ts')).loadSweep(sweep);
  const defaults = async (): Promise<readonly string[]> =>
    file?.implementations.map(({ name }) => name) ??
    (await services.workloads.bench.implementations()).filter(entry => entry.default).map(({ name }) => name);
  return {
    ...(await sharedChoices('bench', invocation, file?.datasets ?? ['quick'])),
    implementations: named.length > 0 ? named : await defaults(),
    ...said({
      k: wholeNumber(invocation, 'k'),
      threads: invocation.text('threads') === 'all' ? 0 : wholeNumber(invocation, 'threads'),
      subset: wholeNumber(invocation, 'subset'),
      recalls: recallsOf(invocation),
      sweep,
    }),
  };
};

export const run: Run = async (invocation, context) => {
  if (invocation.flag('check')) {
    const { checkOwn } = await import('./check-own.ts');
    return await checkOwn(implementationWords(invocation), context);
  }
  const { createServices } = await import('../../../services/create-services.ts');
  const services = createServices();
  const choices = await choicesIn(invocation, services);
  tellShadowed(choices.implementations, context);
  return await startRun(choices, services, invocation, context);
};
