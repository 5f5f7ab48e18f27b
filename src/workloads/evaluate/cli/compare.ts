import type { Run } from '../../../cli/command.ts';
import { table } from '../../../cli/text/table.ts';
import { exitCodes, toFailure, UserError, usageError } from '../../../errors/errors.ts';
import { openRun, resolveRun } from '../../../runs/store.ts';
import { environment } from '../../../setup/python-env.ts';
import { syntheticOf } from '../../prepare/data.ts';
import { compareEvaluations, difference, type Pair, pairRule } from '../compare.ts';
import { fraction, perDay, withInterval } from '../figures.ts';
import { type PairedRuns, pairedRuns } from '../paired.ts';
import { type EvaluateRun, isEvaluateRun } from '../spec.ts';
import { rules, syntheticWord } from '../verdict.ts';
import { pairIn } from './pair.ts';
import { pairedLines, pairedRule } from './paired-lines.ts';

/** Options of `compare` that mean something for benchmarks only. */
const foreign = ['recall', 'baseline', 'rule', 'csv'] as const;

const evaluationOf = (word: string): EvaluateRun => {
  const state = openRun(resolveRun(word)).refresh();
  if (!isEvaluateRun(state))
    throw usageError(`${state.run} is no evaluation`, 'only runs of one kind are compared', `ann-tui show ${state.run}`);
  if (state.results.detectors.length > 0) return state;
  throw new UserError({ what: `${state.run} has nothing to compare`, why: 'no detector is scored yet', hint: `ann-tui show ${state.run}` });
};

const pairTable = (pairs: readonly Pair[], synthetic: ReadonlySet<string>): readonly string[] => {
  const several = new Set(pairs.map(({ dataset }) => dataset)).size > 1;
  return table(
    [
      ...(several ? [{ head: 'dataset' }] : []),
      { head: 'detector' },
      { head: 'AUROC A' },
      { head: 'AUROC B' },
      { head: 'B - A', right: true },
      { head: 'F1 A', right: true },
      { head: 'F1 B', right: true },
      { head: 'FA/24h A', right: true },
      { head: 'FA/24h B', right: true },
      { head: '' },
    ],
    pairs.map(({ dataset, title, a, b }) => [
      ...(several ? [dataset] : []),
      title,
      withInterval(a?.auroc, a?.auroc_interval),
      withInterval(b?.auroc, b?.auroc_interval),
      difference(a?.auroc, b?.auroc),
      fraction(a?.f1),
      fraction(b?.f1),
      perDay(a?.fa_per_day),
      perDay(b?.fa_per_day),
      synthetic.has(dataset) ? syntheticWord : '',
    ]),
  );
};

/** Patient by patient, from the scores that both runs kept; or why that cannot be. */
const paired = async (one: string, other: string, signal: AbortSignal): Promise<readonly PairedRuns[] | string> => {
  try {
    return await pairedRuns({ python: environment().python, one, other, signal });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { why, hint } = toFailure(error);
    return hint === undefined ? why : `${why}: ${hint}`;
  }
};

export const run: Run = async (invocation, { io, out }) => {
  const option = foreign.find(name => invocation.flag(name));
  if (option !== undefined)
    throw usageError(`--${option} has no meaning for evaluations`, 'it is for benchmarks', 'ann-tui compare --help');
  const [first, second] = pairIn(invocation.words, resolveRun, 'evaluations');
  const [a, b] = [evaluationOf(first), evaluationOf(second)];
  const { refused, differences, pairs } = compareEvaluations(a, b);
  if (refused[0] !== undefined)
    throw usageError(`${a.run} and ${b.run} cannot be compared`, refused.join('; '), `ann-tui results ${b.run}`);
  const found = await paired(a.run, b.run, io.signal);
  out.record({
    type: 'comparison',
    a: a.run,
    b: b.run,
    differences,
    pairs,
    rules,
    intervals: pairRule,
    ...(typeof found === 'string' ? { unpaired: found } : { paired: found }),
  });
  out.line(`A  ${a.run}`);
  out.line(`B  ${b.run}`);
  out.line();
  for (const text of differences) out.line(`! ${text}`);
  if (differences.length === 0) out.line('They were set the same.');
  out.line();
  for (const text of pairTable(pairs, syntheticOf([...a.spec.data, ...b.spec.data]))) out.line(text);
  out.line();
  out.line(`${rules}. ${pairRule}`);
  out.line();
  if (typeof found === 'string') out.line(`Not compared patient by patient: ${found}`);
  else for (const text of [...found.flatMap(pairedLines), pairedRule]) out.line(text);
  return exitCodes.done;
};
