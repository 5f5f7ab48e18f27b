/** What a researcher wants to know beside the curves, a line a fact, the most wanted first. Pure. */
import { type Now, wallOf } from '../../../src/metering/plane-clock.ts';
import { shortFigure } from '../../../src/text/axis.ts';
import { count, counted, duration, percent, size } from '../../../src/text/format.ts';
import { fraction } from '../../../src/workloads/evaluate/figures.ts';
import { bestLooks, currentSeed } from '../../../src/workloads/train/curves.ts';
import { moneyOf, type TrainMoney } from '../../../src/workloads/train/money/money.ts';
import { epochWords, gainedWays } from '../../../src/workloads/train/money/words.ts';
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

/** The first of the ways to say it that fits; the last one where none does. */
const fitting = (columns: number, ...ways: readonly (readonly LineLike[])[]): readonly LineLike[] =>
  ways.find(lines => lines.every(like => lineWidth(line(like)) <= columns)) ?? ways.at(-1) ?? [];

/** "checkpoint 40s old, best 4m old": what is lost if it stops now, and how long there was no gain. */
const ages = (run: TrainRun, seed: number, now: number, columns: number): readonly LineLike[] => {
  const [best, last] = [bestCheckpoint(run.results, seed), lastCheckpoint(run.results, seed)];
  if (last === undefined) return [dim('no checkpoint yet')];
  const age = ({ time }: { readonly time: number }): string => duration(Math.max(0, Math.floor(now / 1000 - time)));
  const step = count(last.step);
  if (run.status === 'ended') return fitting(columns, [dim(`last checkpoint at step ${step}`)], [dim(`checkpoint at ${step}`)]);
  const newest = `checkpoint ${age(last)} old`;
  if (best === undefined) return [newest];
  if (best === last) return fitting(columns, [`${newest}, the best`], [`${newest}, best`], [newest]);
  return fitting(columns, [`${newest}, best ${age(best)} old`], [newest, `best one ${age(best)} old`]);
};

const patience = (looks: number | undefined, most: number, columns: number): readonly LineLike[] => {
  if (looks === undefined) return [];
  if (most === 0) return looks === 0 ? [] : [`${counted(looks, 'look')} without gain`];
  const told = (words: string): readonly LineLike[] => [
    [span(looks >= most - 1 ? 'warn' : 'accent', count(looks)), ` of ${most} ${words}`],
  ];
  return fitting(columns, told('looks without gain'), told('looks, no gain'));
};

/** `0.52`, `12`, `1.2k`: a gradient's norm is told by its size. */
const twoDigits = (value: number): string => shortFigure(Number(value.toPrecision(2)));

/** At Modal what the best checkpoint cost, what was spent since, and what an epoch costs; on this machine nothing. */
const paid = ({ epoch, gained }: TrainMoney, columns: number): readonly LineLike[] => [
  ...(gained === undefined ? [] : fitting(columns, ...gainedWays(gained).map(lines => lines.map(text => [span('money', text)])))),
  ...(epoch?.dollars === undefined ? [] : [[span('money', epochWords(epoch) ?? '')]]),
];

/** Without money its time. */
const free = ({ epoch }: TrainMoney): readonly LineLike[] =>
  epoch?.seconds === undefined || epoch.dollars !== undefined ? [] : [epochWords(epoch) ?? ''];

export const factLines = (run: TrainRun, columns: number, now: Now): readonly Line[] => {
  const { spec, results } = run;
  const seed = currentSeed(results, spec.seeds);
  const latest = (name: string): number | undefined => latestOf(results, seed, name);
  const [rate, norm, memory] = [latest('learning_rate'), latest('gradient_norm'), latest('memory_bytes')];
  const best = bestLooks(results, [seed])[0];
  const bought = moneyOf(run, now);
  const [exact] = results.resumed.filter(one => one.seed === seed).slice(-1);
  const rates: readonly (readonly [long: string, short: string])[] = [
    ...(rate === undefined ? [] : [[`learning rate ${shortFigure(rate)}`, `lr ${shortFigure(rate)}`] as const]),
    ...(norm === undefined ? [] : [[`gradient ${twoDigits(norm)}`, `gradient ${twoDigits(norm)}`] as const]),
  ];
  const facts: readonly LineLike[] = [
    ...(spec.seeds.length > 1 ? [`seed ${seed}, ${spec.seeds.indexOf(seed) + 1} of ${spec.seeds.length}`] : []),
    ...(best === undefined ? [] : [[span('ok', '★ '), `${fraction(best.auroc)} at ${count(best.step)}`]]),
    ...speed(latest('windows_per_s'), latest('data_share'), columns),
    ...paid(bought, columns),
    ...ages(run, seed, wallOf(now), columns),
    ...patience(latest('looks_without_gain'), spec.config.training.patience, columns),
    ...fitting(
      columns,
      [[rates.map(([long]) => long).join('  ')]],
      [[rates.map(([, short]) => short).join('  ')]],
      rates.map(([long]) => long),
    ).filter(() => rates.length > 0),
    ...free(bought),
    ...(memory === undefined ? [] : [`${size(memory)} of memory`]),
    ...(exact === undefined
      ? []
      : exact.exact
        ? [dim(`went on at ${count(exact.step)}, exactly`)]
        : fitting(
            columns,
            [span('warn', `! went on at ${count(exact.step)}, not exact`)],
            [span('warn', `! inexact since ${count(exact.step)}`)],
          )),
  ];
  return facts.map(fact => fitLine(line(fact), columns));
};
