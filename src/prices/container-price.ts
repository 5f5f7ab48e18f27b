/** What a whole container costs: GPU + cores × core rate + GiB × memory rate, multipliers included. */

import { counted } from '../text/format.ts';
import { gpuLabel, gpuRate } from './gpus.ts';
import type { StorageRates } from './storage.ts';

/** Dollars an hour and factors, as of a day. */
export type Rates = {
  /** ISO date. */
  readonly date: string;
  readonly source: string;
  readonly core: number;
  readonly gib: number;
  readonly gpu: Readonly<Record<string, number>>;
  readonly storage: StorageRates;
  readonly regionBroad: number;
  readonly regionNarrow: number;
  /** On cores and memory only. */
  readonly nonpreemptible: number;
};

export type Container = {
  /** As Modal takes it (gpus.ts): "T4", "A100-80GB:2", "H100,A100-80GB". */
  readonly gpu: string | null;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly region?: string;
  readonly nonpreemptible?: boolean;
};

/** Dollars an hour. */
export type ContainerPrice = { readonly gpu: number; readonly cores: number; readonly memory: number; readonly total: number };

/** "us" is broad, "us-west" narrow. */
const regionFactor = (rates: Rates, region: string | undefined): number => {
  if (region === undefined) return 1;
  return region.includes('-') ? rates.regionNarrow : rates.regionBroad;
};

/** Throws `RangeError` for a GPU without a rate: a price that leaves it out would be a lie. */
export const containerPrice = (rates: Rates, container: Container): ContainerPrice => {
  const gpuDollars = container.gpu === null ? 0 : gpuRate(container.gpu, rates.gpu);
  if (gpuDollars === undefined) throw new RangeError(`no rate for the GPU ${container.gpu}`);
  const region = regionFactor(rates, container.region);
  const hostFactor = region * (container.nonpreemptible ? rates.nonpreemptible : 1);
  const gpu = gpuDollars * region;
  const cores = container.cores * rates.core * hostFactor;
  const memory = container.memoryGiB * rates.gib * hostFactor;
  return { gpu, cores, memory, total: gpu + cores + memory };
};

/** "32 cores · 32 GiB", "2 × A100-80GB · 24 cores · 96 GiB" */
export const containerLabel = ({ gpu, cores, memoryGiB }: Container): string =>
  [...(gpu === null ? [] : [gpuLabel(gpu)]), counted(cores, 'core'), `${memoryGiB} GiB`].join(' · ');

/** A row of the price table: one whole container. */
export type HardwareRow = {
  readonly id: string;
  readonly label: string;
  readonly gpu: string | null;
  readonly vramGiB: number | null;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly dollarsPerHour: number;
  readonly use: string;
  /** Dense fp16 TFLOPS by the maker's data sheet; null where none is known. */
  readonly tflops?: number | null;
  /** What a person should know before choosing it. */
  readonly note?: string;
};

/** What is asked of a container beside its size; both raise its price. */
export type PriceDemands = { readonly region?: string; readonly nonpreemptible?: boolean };

export type PriceTable = {
  readonly rows: readonly HardwareRow[];
  /** ISO date of the rates. */
  readonly date: string;
  /** Where the rates come from, for a person: "configs/prices.yaml". */
  readonly source: string;
  /** Of one's own workspace, asked for within a day. */
  readonly live?: boolean;
};
