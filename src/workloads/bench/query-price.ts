/** What queries cost on the machine where they were measured. Pure. */

import type { RunState } from '../../runs/state.ts';
import { count, counted } from '../../text/format.ts';
import { groupBy } from '../../util/group.ts';
import type { KnownPrices, PriceOfResults, ResultPrice } from '../workload.ts';
import { qpsAt } from './compare/at-recall.ts';
import { threeDigits } from './compare/words.ts';
import type { BenchResults } from './results.ts';
import { type BenchRun, benchRuns } from './run.ts';
import { type BenchSpec, targetsOf } from './spec.ts';

/** Dollars of a million queries, as many at once as were measured. */
export const dollarsPerMillion = (qps: number, perHour: number): number => (1e6 / qps / 3600) * perHour;

/** QP$ as VectorDBBench has it: thousands of queries for a dollar, QPS / dollars an hour × 3.6. */
export const thousandPerDollar = (qps: number, perHour: number): number => (qps / perHour) * 3.6;

/** "51.0M queries/$" */
const perDollarText = (qps: number, perHour: number): string => `${threeDigits(1000 * thousandPerDollar(qps, perHour))} queries/$`;

/** The recall that results are priced at. */
export const pricedRecall = 0.95;

type Cheapest = { readonly impl: string; readonly dataset: string; readonly qps: number };

/** The implementation with the most queries a second there; on one container that is the cheapest. */
const fastestAt = (points: BenchResults['points'], level: number): Cheapest | undefined =>
  [...groupBy(points, ({ dataset, impl }) => JSON.stringify([dataset, impl]))].reduce<Cheapest | undefined>((best, [key, own]) => {
    const qps = qpsAt(own, level);
    if (qps === undefined || (best !== undefined && best.qps >= qps)) return best;
    const [dataset, impl] = JSON.parse(key) as [string, string];
    return { impl, dataset, qps };
  }, undefined);

const cheapest = ({ results, spec }: BenchRun): ResultPrice | undefined => {
  const best = fastestAt(results.points, pricedRecall);
  if (best === undefined) return undefined;
  const { impl, dataset, qps } = best;
  const dollars = dollarsPerMillion(qps, spec.hardware.dollarsPerHour);
  const record = {
    dollars_per_million_queries: dollars,
    thousand_queries_per_dollar: thousandPerDollar(qps, spec.hardware.dollarsPerHour),
    at_recall: pricedRecall,
    cheapest: impl,
    dataset,
  };
  return { dollars, of: impl, record };
};

/** What a spec's results will be priced at: the usual recall, or the first of its targets where that is none of them. */
const levelOf = (spec: BenchSpec): number => {
  const targets = targetsOf(spec);
  return targets.includes(pricedRecall) ? pricedRecall : (targets[0] ?? pricedRecall);
};

/** Whether a run on Modal has answers to what the spec asks. */
const asksTheSame = (spec: BenchSpec, { spec: other }: BenchRun): boolean =>
  other.target === 'modal' &&
  other.k === spec.k &&
  other.threads === spec.threads &&
  other.subset === spec.subset &&
  other.datasets.some(({ name }) => spec.datasets.some(one => one.name === name));

const knownTo = (spec: BenchSpec, { spec: other, results }: BenchRun, level: number): Cheapest | undefined => {
  const datasets = spec.datasets.map(({ name }) => name);
  // A file that was edited since is another implementation.
  const same = spec.implementations.flatMap(({ name, source }) =>
    other.implementations.some(one => one.name === name && one.source?.sha256 === source?.sha256) ? [name] : [],
  );
  return fastestAt(
    results.points.filter(({ impl, dataset }) => same.includes(impl) && datasets.includes(dataset)),
    level,
  );
};

/** The newest answer on each shape, at the price that the shape has now. A run of this machine says nothing of a container. */
const known: PriceOfResults<BenchSpec, BenchResults>['known'] = (spec, rows, earlier): KnownPrices => {
  const level = levelOf(spec);
  const runs = benchRuns(earlier)
    .filter(run => asksTheSame(spec, run))
    .toSorted((a, b) => when(b) - when(a));
  const found = rows.flatMap(({ id, label, dollarsPerHour }) => {
    // Of an id whose shape was changed since, nothing is known.
    for (const run of runs.filter(({ spec: { hardware } }) => hardware.id === id && hardware.label === label)) {
      const best = knownTo(spec, run, level);
      if (best === undefined) continue;
      const { impl, dataset, qps } = best;
      const where = spec.datasets.length > 1 ? ` on ${dataset}` : '';
      const words = `${impl}${where}, ${count(qps)} QPS on ${counted(spec.threads, 'thread')}, ${perDollarText(qps, dollarsPerHour)}`;
      return [{ hardware: id, run: run.run, at: when(run), dollars: dollarsPerMillion(qps, dollarsPerHour), words }];
    }
    return [];
  });
  return { condition: `@ ${level}`, rows: found };
};

const when = ({ endedAt, createdAt }: RunState): number => endedAt ?? createdAt;

/** Of the implementation that is cheapest there. */
export const priceOfQueries: PriceOfResults<BenchSpec, BenchResults> = {
  head: '1M queries',
  condition: `@ ${pricedRecall}`,
  fields: ['dollars_per_million_queries', 'thousand_queries_per_dollar', 'at_recall', 'cheapest', 'dataset'],
  of: cheapest,
  known,
};
