import type { Spec } from '../runs/spec.ts';
import { containersOf, fullRate } from './cloud-cost.ts';

/** Dollars an hour of everything at work: as it was frozen, and as it would be now. */
export type RateNews = { readonly was: number; readonly is: number; readonly frozen: string };

/** A thousandth is the rounding of a price list. */
const notable = 0.001;

/** `now`: dollars an hour of one container and of the coordinator by the rates of now. Undefined when nothing has changed. */
export const rateNews = (spec: Spec, now: { readonly worker: number; readonly coordinator: number }): RateNews | undefined => {
  const was = fullRate(spec);
  const is = containersOf(spec) * now.worker + now.coordinator;
  if (spec.cloud === undefined || Math.abs(is - was) <= notable * was) return undefined;
  return { was, is, frozen: spec.hardware.pricesDate };
};
