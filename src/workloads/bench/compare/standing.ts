/** "Is mine faster than qg at equal recall?": a sentence for each file of a person's own, and its figures. Pure. */
import { registered, rival } from '../implementations.ts';
import { recall } from '../recall-text.ts';
import type { BenchRun } from '../run.ts';
import type { AtRecall } from './at-recall.ts';
import type { Comparison, Readings } from './compare.ts';
import { type Bounded, isSame, ratioOf } from './confidence.ts';
import { levelText, ratioText } from './words.ts';

export type StandingAt = {
  readonly level: number;
  /** own / other; absent where one of them does not get there. */
  readonly ratio?: Bounded;
  readonly is: 'faster' | 'slower' | 'open' | 'only own' | 'only other' | 'neither';
};

export type Standing = {
  readonly run: string;
  readonly dataset: string;
  readonly own: string;
  readonly other: string;
  readonly at: readonly StandingAt[];
  readonly text: string;
};

const standingAt = (own: AtRecall, other: AtRecall | undefined): StandingAt => {
  const { level } = own;
  if (!own.reached) return { level, is: other?.reached ? 'only other' : 'neither' };
  if (!other?.reached) return { level, is: 'only own' };
  const ratio = ratioOf(own.qps.value, own.doubt, other.qps.value, other.doubt);
  return { level, ratio, is: isSame(ratio) ? 'open' : ratio.value > 1 ? 'faster' : 'slower' };
};

/** The fastest of several builds, or else any. */
const fastest = (builds: readonly Readings[], n: number): AtRecall | undefined =>
  builds
    .flatMap(({ at }) => at[n] ?? [])
    .toSorted((a, b) => (b.reached ? b.qps.value : 0) - (a.reached ? a.qps.value : 0))
    .at(0);

const listed = (levels: readonly StandingAt[], more: (at: StandingAt, n: number) => string = () => ''): string =>
  levels.map((at, n) => `${levelText(at.level)}${more(at, n)}`).join(', ');

const inverse = ({ ratio }: StandingAt): string => (ratio === undefined ? '' : ratioText(1 / ratio.value));
const plain = ({ ratio }: StandingAt): string => (ratio === undefined ? '' : ratioText(ratio.value));

const sentence = (own: string, other: string, best: number, at: readonly StandingAt[]): string => {
  const of = (...wanted: readonly StandingAt['is'][]) => at.filter(({ is }) => wanted.includes(is));
  const missed = of('only other', 'neither');
  if (missed.length === at.length) {
    const least = at[0] === undefined ? '' : ` ${levelText(at[0].level)}`;
    return `${own} cannot be compared with ${other} at equal recall: it never reaches${least} (best ${recall(best)})`;
  }
  const [faster, open, slower, alone] = [of('faster'), of('open'), of('slower'), of('only own')];
  const parts = [
    ...(faster.length > 0 ? [`faster at ${listed(faster, one => ` (${plain(one)})`)}`] : []),
    ...(open.length > 0 ? [`not told apart at ${listed(open, one => ` (${plain(one)})`)}`] : []),
    // How many times as fast the other is: "0.01×" says little.
    ...(slower.length > 0
      ? [`slower at ${listed(slower, (one, n) => (n === 0 ? ` (${other} is ${inverse(one)} as fast)` : ` (${inverse(one)})`))}`]
      : []),
    ...(alone.length > 0 ? [`${other} does not reach ${listed(alone)}`] : []),
    ...(missed.length > 0 ? [`${listed(missed)} not reached (best ${recall(best)})`] : []),
  ];
  return `${own} against ${other} at equal recall: ${parts.join('; ')}`;
};

/** What own files of a run are held against: our index where it was measured, else the first that is not exact search, else that. */
const rivalIn = (names: readonly string[]): string | undefined =>
  names.find(name => name === rival) ?? names.find(name => registered[name]?.exact !== true) ?? names[0];

const ofRun = ({ run, spec, status }: BenchRun, all: readonly Readings[]): readonly Standing[] => {
  const own = [...new Set(spec.implementations.filter(({ source }) => source !== undefined).map(({ name }) => name))];
  const others = [...new Set(spec.implementations.filter(({ source }) => source === undefined).map(({ name }) => name))];
  return spec.datasets.flatMap(({ name: dataset }) => {
    const here = all.filter(({ series }) => series.run === run && series.dataset === dataset);
    const measured = others.filter(name => here.some(({ series }) => series.impl === name));
    const other = rivalIn(measured);
    if (other === undefined) return [];
    const builds = here.filter(({ series }) => series.impl === other);
    const where = spec.datasets.length > 1 ? `${dataset}: ` : '';
    return own.flatMap((name): readonly Standing[] => {
      const theirs = here.filter(({ series }) => series.impl === name);
      const who = { run, dataset, other };
      if (theirs.length === 0) {
        // Of a run at work it may still come.
        if (status !== 'ended') return [];
        return [{ ...who, own: name, at: [], text: `${where}${name} cannot be compared with ${other}: it has no point that counts` }];
      }
      return theirs.map(({ series, at }) => {
        const found = at.map((reading, n) => standingAt(reading, fastest(builds, n)));
        const best = Math.max(...series.points.map(point => point.recall));
        return { ...who, own: series.label, at: found, text: `${where}${sentence(series.label, other, best, found)}` };
      });
    });
  });
};

/** Of each own file of each run, against what was measured beside it in that run. */
export const standingsOf = ({ runs, readings }: Pick<Comparison, 'runs' | 'readings'>): readonly Standing[] =>
  runs.flatMap(run => ofRun(run, readings));
