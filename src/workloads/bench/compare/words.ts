import { count, counted } from '../../../text/format.ts';
import { foundMark, isShort, shortMark } from '../operating-points.ts';
import { recall } from '../recall-text.ts';
import type { BenchRun } from '../run.ts';
import { plannedPoints } from '../spec.ts';
import type { AtRecall } from './at-recall.ts';
import type { Comparison, Pair } from './compare.ts';
import type { Bounded } from './confidence.ts';
import type { Series } from './series.ts';

/** `0.012×`, `1.24×`, `34.3×`, `312×`. */
export const ratioText = (ratio: number): string =>
  `${ratio < 0.0995 ? ratio.toFixed(3) : ratio < 9.995 ? ratio.toFixed(2) : ratio < 99.95 ? ratio.toFixed(1) : ratio.toFixed(0)}×`;

/** `0.85–1.08`. */
export const ratioRange = ({ low, high }: Bounded): string => `${ratioText(low).slice(0, -1)}–${ratioText(high).slice(0, -1)}`;

const units = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `950`, `4.31k`, `75.2k`, `1.53M`: three digits. */
export const threeDigits = (value: number): string => {
  const unit = units.find(([size]) => value >= size * 0.9995);
  const scaled = unit === undefined ? value : value / unit[0];
  const digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return `${scaled.toFixed(digits)}${unit === undefined ? '' : unit[1]}`;
};

/** `43.1k–75.2k`. */
export const qpsRange = ({ low, high }: Bounded): string => `${threeDigits(low)}–${threeDigits(high)}`;

/** `0.90`, `0.999`. */
export const levelText = (level: number): string => level.toString().padEnd(4, level === 1 ? '.00' : '0');

/** `46,990`, `✓ 46,990` where the setting was found for that recall; "only 0.9812" where it was not reached. */
export const readingText = (reading: AtRecall): string => {
  if (!reading.reached) return `only ${recall(reading.best)}`;
  const qps = count(reading.qps.value);
  return reading.found ? `${isShort(reading.point) ? shortMark : foundMark} ${qps}` : qps;
};

/** "quick, recall@10", "gist-960-euclidean, first 1,000 vectors, recall@10". */
export const questionText = ({ dataset, subset, k }: Series): string =>
  `${dataset}${subset === null ? '' : `, first ${count(subset)} vectors`}, recall@${k}`;

const unique = (values: readonly (string | undefined)[]): string => [...new Set(values.filter(value => value !== undefined))].join(' / ');

/** "this machine · AMD EPYC, 2 cores, avx512 · 1 thread" */
export const placeText = (run: BenchRun, { readings }: Comparison): string => {
  const own = readings.filter(({ series }) => series.run === run.run).map(({ series }) => series);
  const cores = run.machine?.cores;
  const machine = [unique(own.map(({ cpu }) => cpu)), cores === undefined ? '' : `${cores} cores`, unique(own.map(({ isa }) => isa))];
  const { threads, hardware, target } = run.spec;
  return [
    target === 'local' ? 'this machine' : `Modal ${hardware.label}`,
    machine.filter(word => word !== '').join(', '),
    counted(threads, 'thread'),
  ]
    .filter(word => word !== '')
    .join(' · ');
};

/** What has to be known about a run before its figures are read. */
export const unfinishedText = (run: BenchRun): string | undefined => {
  const planned = plannedPoints(run.spec) - (run.results.unreached?.length ?? 0);
  if (run.results.points.length >= planned) return undefined;
  return `${run.status === 'ended' ? 'has' : 'has so far'} ${run.results.points.length} of ${counted(planned, 'point')}`;
};

/** The differences of all pairs, each said once, with the pairs that it holds for when there are several. */
export const differenceLines = ({ pairs }: Comparison): readonly { readonly weight: 'question' | 'care'; readonly text: string }[] => {
  const by = new Map<string, { weight: 'question' | 'care'; pairs: Pair[] }>();
  for (const pair of pairs)
    for (const { weight, text } of pair.differences) {
      const known = by.get(text);
      if (known === undefined) by.set(text, { weight, pairs: [pair] });
      else known.pairs.push(pair);
    }
  return [...by].map(([text, { weight, pairs: of }]) => {
    const whose = of.length === pairs.length ? '' : `${of.map(({ other, base }) => `${other.label} / ${base.label}`).join(', ')}: `;
    return { weight, text: `${whose}${text}` };
  });
};

/** "≈: faster or slower was not measured; the interval contains 1." */
export const sameMark = '≈';
