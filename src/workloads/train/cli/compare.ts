import type { Run } from '../../../cli/command.ts';
import { setUpFirst } from '../../../cli/set-up-first.ts';
import { type Column, table } from '../../../cli/text/table.ts';
import { exitCodes, UserError, usageError } from '../../../errors/errors.ts';
import { readMoment } from '../../../process/moment.ts';
import { openRun, resolveRun } from '../../../runs/store.ts';
import { environment } from '../../../setup/python-env.ts';
import { count, duration } from '../../../text/format.ts';
import { pairIn } from '../../evaluate/cli/pair.ts';
import { pairedLines, pairedRule } from '../../evaluate/cli/paired-lines.ts';
import { fraction } from '../../evaluate/figures.ts';
import { pairedRuns } from '../../evaluate/paired.ts';
import { isEvaluateRun } from '../../evaluate/spec.ts';
import { rules } from '../../evaluate/verdict.ts';
import { type Comparable, compareTrainings, type Figure, type Learnt } from '../compare.ts';
import { metricText } from '../metric-words.ts';
import { about, epochText } from '../money/words.ts';
import { isTrainRun } from '../spec.ts';

/** Options of `compare` that mean something for benchmarks only. */
const foreign = ['recall', 'baseline', 'rule', 'csv'] as const;

const comparable = (word: string): Comparable => {
  const state = openRun(resolveRun(word)).refresh();
  if (isTrainRun(state)) {
    if (state.results.series.length > 0) return state;
    throw new UserError({
      what: `${state.run} has nothing to compare`,
      why: 'it has not learnt anything yet',
      hint: `ann-tui show ${state.run}`,
    });
  }
  if (isEvaluateRun(state)) return state;
  const why = 'a training is compared with another, or with an evaluation';
  throw usageError(`${state.run} cannot be compared with a training`, why, `ann-tui show ${state.run}`);
};

const right = (head: string): Column => ({ head, right: true });

const figureText = (figure: Figure | undefined, text: (value: number) => string): string => {
  if (figure === undefined) return '–';
  return `${text(figure.mean)}${figure.sd === undefined ? '' : ` ± ${text(figure.sd)}`}`;
};

/** How they learnt, and what it took. */
const learntTable = (a: Learnt | undefined, b: Learnt | undefined): readonly string[] => {
  const row = (head: string, of: (one: Learnt) => string): readonly string[] => [
    head,
    a === undefined ? '–' : of(a),
    b === undefined ? '–' : of(b),
  ];
  return table(
    [{ head: '' }, right('A'), right('B')],
    [
      row('best AUROC on dev', ({ dev }) => figureText(dev, fraction)),
      row('  at step', ({ bestStep }) => figureText(bestStep, value => count(Math.round(value)))),
      row('last loss', ({ loss }) => figureText(loss, value => value.toFixed(3))),
      row('parameters', ({ parameters }) => (parameters === undefined ? '–' : count(parameters))),
      row('windows/s', ({ rate }) => (rate === undefined ? '–' : metricText('windows_per_s', rate))),
      row('trained in', ({ seconds }) => (seconds === 0 ? '–' : duration(seconds))),
      row('billed', ({ billed, estimate }) => about(estimate, billed)),
      row('an epoch', ({ epochSeconds, epochDollars }) => epochText({ seconds: epochSeconds, dollars: epochDollars }) ?? '–'),
      row('billed to the best', ({ toBest, estimate }) => (toBest === undefined ? '–' : about(estimate, toBest))),
      row('  since the last gain', ({ sinceGain, estimate }) => (sinceGain === undefined ? '–' : about(estimate, sinceGain))),
    ],
  );
};

/** Undefined before both have been tested. */
const hasScores = (run: Comparable): boolean => (isTrainRun(run) ? run.results.evaluation : run.results).detectors.length > 0;

export const run: Run = async (invocation, context) => {
  const { io, out } = context;
  const option = foreign.find(name => invocation.flag(name));
  if (option !== undefined) throw usageError(`--${option} has no meaning for trainings`, 'it is for benchmarks', 'ann-tui compare --help');
  const [first, second] = pairIn(invocation.words, resolveRun, 'runs');
  const [a, b] = [comparable(first), comparable(second)];
  const found = compareTrainings(a, b, readMoment());
  const scored = hasScores(a) && hasScores(b) && found.refused.length === 0;
  if (scored) await setUpFirst(context);
  const pairs = scored ? await pairedRuns({ python: environment().python, one: a.run, other: b.run, signal: io.signal }) : [];
  out.record({
    type: 'comparison',
    a: a.run,
    b: b.run,
    differences: found.differences,
    learnt: { a: found.a, b: found.b },
    pairs,
    refused: found.refused,
    rules,
  });
  out.line(`A  ${a.run}`);
  out.line(`B  ${b.run}`);
  out.line();
  for (const text of found.differences) out.line(`! ${text}`);
  if (found.differences.length === 0) out.line('They were set the same.');
  out.line();
  for (const text of learntTable(found.a, found.b)) out.line(text);
  for (const pair of pairs) {
    out.line();
    for (const text of pairedLines(pair)) out.line(text);
  }
  out.line();
  if (pairs.length > 0) {
    out.line(`${rules}. ${pairedRule}`);
  } else {
    const why = found.refused.length > 0 ? found.refused.join('; ') : 'one of them has not been tested';
    out.line(`Figures of test are not compared: ${why}.`);
  }
  return exitCodes.done;
};
