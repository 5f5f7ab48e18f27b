import type { Rates } from '../prices/container-price.ts';
import { type Loaded, loadConfig } from './load.ts';
import { filledMapOf, number, object, type Schema, text, textLike } from './schema.ts';

const file = object({
  as_of: textLike(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2026-09-29'),
  source: text,
  currency: textLike(/^USD$/, 'USD: every other figure is in dollars'),
  per_hour: object({ core: number({ above: 0 }), gib: number({ above: 0 }), gpu: filledMapOf(number({ above: 0 })) }),
  storage: object({ gib_month: number({ above: 0 }), free_gib: number({ from: 0 }) }),
  multipliers: object({ region_broad: number({ from: 1 }), region_narrow: number({ from: 1 }), nonpreemptible: number({ from: 1 }) }),
});

export const pricesSchema: Schema<Rates> = (node, at) => {
  const { as_of, source, per_hour, storage, multipliers } = file(node, at);
  return {
    date: as_of,
    source,
    core: per_hour.core,
    gib: per_hour.gib,
    gpu: per_hour.gpu,
    storage: { gibMonth: storage.gib_month, freeGiB: storage.free_gib },
    regionBroad: multipliers.region_broad,
    regionNarrow: multipliers.region_narrow,
    nonpreemptible: multipliers.nonpreemptible,
  };
};

export const loadPrices = (): Promise<Loaded<Rates>> => loadConfig('prices', pricesSchema);
