/** What a training says while it goes on: a line for each look at dev, and little else. Pure. */
import type { Moment } from '../../../metering/plane-clock.ts';
import { count, duration, size } from '../../../text/format.ts';
import { fraction } from '../../evaluate/figures.ts';
import { metricText } from '../metric-words.ts';
import { moneyOf } from '../money/money.ts';
import { gainedWays } from '../money/words.ts';
import { bestLook, latestOf, seriesOf, type TrainResults } from '../results.ts';
import type { TrainRun } from '../spec.ts';

/** A line, and the step at which it is told. */
type Told = { readonly step: number; readonly text: string };

/** "dev AUROC 0.712, the best so far · dev loss 0.51" */
const looks = (results: TrainResults, seed: number): readonly Told[] => {
  const { steps = [], values = [] } = seriesOf(results, seed, 'dev_auroc') ?? {};
  const losses = seriesOf(results, seed, 'dev_loss');
  let best = Number.NEGATIVE_INFINITY;
  return steps.map((step, at): Told => {
    const value = values[at] ?? 0;
    const isBest = value > best;
    if (isBest) best = value;
    const loss = losses?.values[losses.steps.indexOf(step)];
    const more = `${isBest ? ', the best so far' : ` (best ${fraction(best)})`}${loss === undefined ? '' : ` · dev loss ${metricText('dev_loss', loss)}`}`;
    return { step, text: `dev AUROC ${fraction(value)}${more}` };
  });
};

/** The first alone: from then on it can be stopped without loss. */
const firstCheckpoint = ({ checkpoints }: TrainResults, seed: number): readonly Told[] =>
  checkpoints
    .filter(one => one.seed === seed)
    .slice(0, 1)
    .map(({ step, bytes }) => ({ step, text: `first checkpoint, ${size(bytes)}` }));

const goneOn = ({ resumed }: TrainResults, seed: number): readonly Told[] =>
  resumed
    .filter(one => one.seed === seed)
    .map(({ step, exact, why }) => ({
      step,
      text: `goes on from here, ${exact ? 'exactly as if it had not stopped' : `not exactly${why === undefined ? '' : `: ${why}`}`}`,
    }));

const ended = ({ trained }: TrainResults, seed: number): readonly Told[] =>
  trained
    .filter(one => one.seed === seed)
    .map(({ step, best_step, early, seconds }) => ({
      step,
      text: `trained in ${duration(seconds)}${early ? ', stopped early for want of a gain' : ''}; the best is of step ${count(best_step)}`,
    }));

const begun = ({ models }: TrainResults, seed: number): readonly Told[] =>
  models
    .filter(one => one.seed === seed)
    .map(({ name, parameters, device, precision, threads }) => ({
      step: 0,
      text: `${name}, ${count(parameters)} parameters · ${device}, ${precision}, ${count(threads)} ${threads === 1 ? 'thread' : 'threads'}`,
    }));

/** All lines so far, in their order: the seeds are trained one after the other. */
export const newsOf = ({ spec, results }: TrainRun): readonly string[] =>
  spec.seeds.flatMap(seed => {
    const told = [begun, goneOn, looks, firstCheckpoint, ended].flatMap(of => of(results, seed));
    const who = spec.seeds.length === 1 ? '' : `seed ${seed}, `;
    return told.toSorted((a, b) => a.step - b.step).map(({ step, text }) => `    ${who}step ${count(step)}: ${text}`);
  });

/** "loss 0.412 · dev 0.871 (best 0.873 at 266) · 58 windows/s · $1.12 to the best, $0.3012 since" */
export const progressOf = (run: TrainRun, now: number | Moment): string => {
  const { spec, results, progress } = run;
  if (progress?.phase !== 'train') return '';
  const seed = spec.seeds.find(one => !results.trained.some(other => other.seed === one));
  if (seed === undefined) return '';
  const [loss, dev, rate] = ['loss', 'dev_auroc', 'windows_per_s'].map(name => latestOf(results, seed, name));
  const best = bestLook(results, seed);
  const { gained } = moneyOf(run, now);
  return [
    ...(loss === undefined ? [] : [`loss ${metricText('loss', loss)}`]),
    ...(dev === undefined || best === undefined ? [] : [`dev ${fraction(dev)} (best ${fraction(best.auroc)} at ${count(best.step)})`]),
    ...(rate === undefined ? [] : [`${metricText('windows_per_s', rate)} windows/s`]),
    ...(gained === undefined ? [] : (gainedWays(gained)[0] ?? [])),
  ].join(' · ');
};
