import { ago, money } from '../text/format.ts';
import type { KnownPrices } from './workload.ts';

/** What a result costs on hardware, whose word that is and how old: "… (RUN, 3h ago)". Empty where no run has said. `head`: what has the price. */
export const knownPriceText = (head: string, { condition, rows }: KnownPrices, hardware: string | undefined, now: number): string => {
  const found = rows.find(row => row.hardware === hardware);
  if (found === undefined) return '';
  return `${head} ${condition}: ${money(found.dollars)} with ${found.words} (${found.run}, ${ago(found.at, now)})`;
};
