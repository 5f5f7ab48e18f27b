/** What the review says of a benchmark. Pure. */
import { count, counted, params } from '../../../src/text/format.ts';
import { type BenchSpec, plannedPoints } from '../../../src/workloads/bench/spec.ts';
import type { ReviewRow } from '../workload-screens.ts';

const sweepWords = (spec: BenchSpec): string =>
  spec.implementations
    .map(({ name, build, search, atRecall = [] }) => {
      const settings = search.length === 0 ? '' : counted(search.length, 'setting');
      const found = atRecall.length === 0 ? '' : `settings for recall ${atRecall.join(', ')}`;
      return `${name} ${[params(build), settings, found].filter(Boolean).join(', ')}`;
    })
    .join(' · ');

export const reviewRows = (spec: BenchSpec, more: boolean): readonly ReviewRow[] => {
  const { k, subset, repeats, threads } = spec;
  return [
    ['what', [...new Set(spec.implementations.map(({ name }) => name))].join(', '), more ? sweepWords(spec) : ''],
    [
      'on',
      spec.datasets.map(({ name }) => name).join(', '),
      more ? `k ${k}, ${subset === null ? 'all vectors' : `the first ${count(subset)} vectors`}` : '',
    ],
    [
      'points',
      count(plannedPoints(spec)),
      more
        ? `best of ${counted(repeats, 'repeat')} or more, ${counted(threads, 'thread')} searching`
        : `k ${k}, ${counted(threads, 'thread')}`,
    ],
  ];
};
