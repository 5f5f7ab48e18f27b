import type { Context, Invocation, Run } from '../../../cli/command.ts';
import { list, wholeNumber } from '../../../cli/parse.ts';
import { said, sharedChoices } from '../../../cli/run-options.ts';
import { startRun } from '../../../cli/start-run.ts';
import { usageError } from '../../../errors/errors.ts';
import type { Services } from '../../../services/services.ts';
import { candidates, shownFrom } from '../../../user-code/user-file.ts';
import { allPeers, builtInNames, rival } from '../implementations.ts';
import type { BenchChoices } from '../plan.ts';
import { implementationFile } from '../user-code/user-file.ts';
import { waitForOwn } from './own-failed.ts';
import { recallsOf } from './recalls.ts';

/** A built-in name wins over a file here of the same name; a person is told. */
const tellShadowed = (words: readonly string[], { out }: Context): void => {
  for (const word of words) {
    const [file] = builtInNames.includes(word) ? candidates(implementationFile, word, process.cwd()) : [];
    if (file !== undefined)
      out.note(`${word} is the built-in one. To measure ${shownFrom(process.cwd(), file)}, give the file another name.`);
  }
};

/** Says with --compare that nothing is measured beside. */
const nothing = 'none';

const implementationWords = (invocation: Invocation): readonly string[] => {
  const beside = list(invocation.texts('compare'));
  if (beside.includes(nothing) && beside.length > 1)
    throw usageError(
      `--compare ${beside.join(',')} cannot be`,
      `"${nothing}" stands alone`,
      `ann-tui bench --compare ${beside.filter(word => word !== nothing).join(',') || nothing}`,
    );
  return [...list(invocation.texts('impl')), ...beside.filter(word => word !== nothing)];
};

/** Nothing but files of a person's own was named, and nothing was said of what to compare them with. */
const ownAlone = (invocation: Invocation): boolean => {
  const named = implementationWords(invocation);
  if (invocation.texts('compare').length > 0) return false;
  return named.length > 0 && !named.some(word => word === allPeers || builtInNames.includes(word));
};

/** Our index; nothing where the configuration is without it. */
const ours = async (services: Services): Promise<readonly string[]> =>
  (await services.workloads.bench.implementations()).map(({ name }) => name).filter(name => name === rival);

const choicesIn = async (invocation: Invocation, services: Services): Promise<BenchChoices> => {
  const named = implementationWords(invocation);
  const sweep = invocation.text('sweep');
  const file = sweep === undefined ? undefined : await (await import('../config.ts')).loadSweep(sweep);
  const defaults = async (): Promise<readonly string[]> =>
    file?.implementations.map(({ name }) => name) ??
    (await services.workloads.bench.implementations()).filter(entry => entry.default).map(({ name }) => name);
  return {
    ...(await sharedChoices('bench', invocation, file?.datasets ?? ['quick'])),
    implementations: named.length > 0 ? [...named, ...(ownAlone(invocation) ? await ours(services) : [])] : await defaults(),
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
  return await startRun(choices, services, invocation, context, ownAlone(invocation) ? waitForOwn : undefined);
};
