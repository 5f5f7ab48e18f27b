/** What a million queries cost on the machine where they were measured. Pure. */
import { groupBy } from '../../util/group.ts';
import type { PriceOfResults, ResultPrice } from '../workload.ts';
import { qpsAt } from './compare/at-recall.ts';
import type { BenchResults } from './results.ts';
import type { BenchRun } from './run.ts';
import type { BenchSpec } from './spec.ts';

/** Dollars of a million queries, one search at a time as it was measured. */
export const dollarsPerMillion = (qps: number, perHour: number): number => (1e6 / qps / 3600) * perHour;

/** The recall that results are priced at. */
export const pricedRecall = 0.95;

const cheapest = ({ results, spec }: BenchRun): ResultPrice | undefined => {
  const groups = groupBy(results.points, ({ dataset, impl }) => JSON.stringify([dataset, impl]));
  return [...groups].reduce<ResultPrice | undefined>((best, [key, own]) => {
    const qps = qpsAt(own, pricedRecall);
    if (qps === undefined) return best;
    const [dataset, impl] = JSON.parse(key) as [string, string];
    const dollars = dollarsPerMillion(qps, spec.hardware.dollarsPerHour);
    if (best !== undefined && best.dollars <= dollars) return best;
    const record = { dollars_per_million_queries: dollars, at_recall: pricedRecall, cheapest: impl, dataset };
    return { dollars, of: impl, record };
  }, undefined);
};

/** Of the implementation that is cheapest there. */
export const priceOfQueries: PriceOfResults<BenchSpec, BenchResults> = {
  head: '1M queries',
  condition: `@ ${pricedRecall}`,
  fields: ['dollars_per_million_queries', 'at_recall', 'cheapest', 'dataset'],
  of: cheapest,
};
