/** What a researcher wants to know beside the curves, a line a fact, the most wanted first. Pure. */
import { shortFigure } from '../../../src/text/axis.ts';
import { count, counted, duration, percent, size } from '../../../src/text/format.ts';
import { fraction } from '../../../src/workloads/evaluate/figures.ts';
import { bestLooks, currentSeed } from '../../../src/workloads/train/curves.ts';
import { bestCheckpoint, lastCheckpoint, latestOf } from '../../../src/workloads/train/results.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { dim, fitLine, type Line, type LineLike, line, lineWidth, span } from '../../app/text.ts';

/** Of the time, from which on it is the data that is waited for: a step that had them ready would not wait at all. */
const dataBound = 0.2;

const speed = (rate: number | undefined, waits: number | undefined, columns: number): readonly LineLike[] => {
  if (rate === undefined) return [];
  const windows = `${count(rate >= 100 ? Math.round(rate) : rate)} windows/s`;
  if (waits === undefined) return [windows];
  const limit = waits < dataBound ? 'compute-bound' : span('warn', `! data-bound, waits ${percent(waits)}`);
  const both = line([windows, dim(' · '), limit]);
  return lineWidth(both) <= columns ? [both] : [windows, limit];
};

/** "best 4m · last 40s old": what is lost if it stops now, and how long there was no gain. */
const ages = (run: TrainRun, seed: number, now: number): readonly LineLike[] => {
  const [best, last] = [bestCheckpoint(run.results, seed), lastCheckpoint(run.results, seed)];
  if (last === undefined) return [dim('no checkpoint yet')];
  const age = ({ time }: { readonly time: number }): string => duration(Math.max(0, Math.floor(now / 1000 - time)));
  if (run.status === 'ended') return [dim(`last checkpoint at step ${count(last.step)}`)];
  return [`${best === undefined ? '' : `best ${age(best)} · `}last ${age(last)} old`];
};

const patience = (looks: number | undefined, most: number): readonly LineLike[] => {
  if (looks === undefined) return [];
  if (most === 0) return looks === 0 ? [] : [`${counted(looks, 'look')} without gain`];
  return [[span(looks >= most - 1 ? 'warn' : 'accent', count(looks)), ` of ${most} looks without gain`]];
};

/** `now`: unix milliseconds. */
export const factLines = (run: TrainRun, columns: number, now: number): readonly Line[] => {
  const { spec, results } = run;
  const seed = currentSeed(results, spec.seeds);
  const latest = (name: string): number | undefined => latestOf(results, seed, name);
  const [rate, norm, memory] = [latest('learning_rate'), latest('gradient_norm'), latest('memory_bytes')];
  const best = bestLooks(results, [seed])[0];
  const [exact] = results.resumed.filter(one => one.seed === seed).slice(-1);
  const facts: readonly LineLike[] = [
    ...(spec.seeds.length > 1 ? [`seed ${seed}, ${spec.seeds.indexOf(seed) + 1} of ${spec.seeds.length}`] : []),
    ...(best === undefined ? [] : [[span('ok', '★ '), `${fraction(best.auroc)} at ${count(best.step)}`]]),
    ...speed(latest('windows_per_s'), latest('data_share'), columns),
    ...(rate === undefined && norm === undefined
      ? []
      : [[rate === undefined ? '' : `lr ${shortFigure(rate)}   `, norm === undefined ? '' : `|g| ${shortFigure(norm)}`]]),
    ...ages(run, seed, now),
    ...patience(latest('looks_without_gain'), spec.config.training.patience),
    ...(memory === undefined ? [] : [`${size(memory)} of memory`]),
    ...(exact === undefined
      ? []
      : [exact.exact ? dim(`went on at ${count(exact.step)}, exactly`) : span('warn', `! went on at ${count(exact.step)}, not exact`)]),
  ];
  return facts.map(fact => fitLine(line(fact), columns));
};
