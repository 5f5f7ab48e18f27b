/** Trainings beside each other, or a training beside an evaluation: what differs, how they learnt, what they took. Pure. */
import { isEstimate, meter } from '../../metering/meter.ts';
import type { Moment } from '../../metering/plane-clock.ts';
import { sum } from '../../util/numbers.ts';
import { compareEvaluations } from '../evaluate/compare.ts';
import type { EvaluateRun } from '../evaluate/spec.ts';
import { asEvaluation } from './as-evaluation.ts';
import { gistOf } from './best.ts';
import { type Difference, trainingDifferences } from './differences.ts';
import { moneyOf } from './money/money.ts';
import { bestLook, latestOf } from './results.ts';
import { overSeeds } from './seed-rows.ts';
import { isTrainRun, type TrainRun } from './spec.ts';

export type Comparable = TrainRun | EvaluateRun;

/** A figure of one run: the mean over its seeds, with its standard deviation where there are several. */
export type Figure = { readonly mean: number; readonly sd?: number };

/** What a training came to before it was tested, and what it took. Absent: it has none. */
export type Learnt = {
  /** The best look at dev of each seed. */
  readonly dev?: Figure;
  readonly bestStep?: Figure;
  readonly loss?: Figure;
  readonly parameters?: number;
  /** Windows a second. */
  readonly rate?: number;
  /** Of training alone, all seeds together. */
  readonly seconds: number;
  /** Of the whole run. */
  readonly billed: number;
  /** As `TrainMoney` has them; dollars only where something is billed. */
  readonly epochSeconds?: number;
  readonly epochDollars?: number;
  readonly toBest?: number;
  readonly sinceGain?: number;
  /** What is billed of it is an estimate. */
  readonly estimate: boolean;
};

export type TrainComparison = {
  /** What differs in how they were set, one a line. */
  readonly differences: readonly string[];
  /** Absent of an evaluation, which learns nothing. */
  readonly a?: Learnt;
  readonly b?: Learnt;
  /** Why their figures of test may not stand beside each other; empty when they may. */
  readonly refused: readonly string[];
};

const figureOf = (values: readonly (number | undefined)[]): Figure | undefined => {
  const known = values.filter(value => value !== undefined);
  return known.length === 0 ? undefined : (overSeeds(known) ?? { mean: known[0] as number });
};

const learntOf = (run: TrainRun, now: number | Moment): Learnt => {
  const { spec, results } = run;
  const looks = spec.seeds.map(seed => bestLook(results, seed));
  const dev = figureOf(looks.map(look => look?.auroc));
  const bestStep = figureOf(looks.map(look => look?.step));
  const loss = figureOf(spec.seeds.map(seed => latestOf(results, seed, 'loss')));
  const parameters = results.models[0]?.parameters;
  const { rate } = gistOf(run);
  const own = meter(run, now);
  const { epoch, gained } = moneyOf(run, now);
  return {
    seconds: sum(results.trained.map(({ seconds }) => seconds)),
    billed: own.billed,
    estimate: isEstimate(own),
    ...(dev && { dev }),
    ...(bestStep && { bestStep }),
    ...(loss && { loss }),
    ...(parameters !== undefined && { parameters }),
    ...(rate !== undefined && { rate }),
    ...(epoch?.seconds !== undefined && { epochSeconds: epoch.seconds }),
    ...(epoch?.dollars !== undefined && { epochDollars: epoch.dollars }),
    ...(gained !== undefined && { toBest: gained.toBest, sinceGain: gained.sinceGain }),
  };
};

const differenceText = ({ name, a, b }: Difference): string => `${name}: ${a} against ${b}`;

const evaluationOf = (run: Comparable): EvaluateRun => (isTrainRun(run) ? asEvaluation(run) : run);

/** `now`: for what is billed of a run that is not over. */
export const compareTrainings = (a: Comparable, b: Comparable, now: number | Moment): TrainComparison => {
  const { refused, differences } = compareEvaluations(evaluationOf(a), evaluationOf(b));
  return {
    refused,
    differences: isTrainRun(a) && isTrainRun(b) ? trainingDifferences(a.spec, b.spec).map(differenceText) : differences,
    ...(isTrainRun(a) && { a: learntOf(a, now) }),
    ...(isTrainRun(b) && { b: learntOf(b, now) }),
  };
};
