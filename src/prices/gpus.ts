/**
 * GPUs as Modal takes them: `T4`, `A100-80GB:2` (two in one container), `H100!` (that and no other), `H100,A100-80GB` (the first that is
 * free). Whether Modal has one is known by its rate. Pure.
 */

import { usageError } from '../errors/errors.ts';
import { didYouMean } from '../text/nearest.ts';

export type Gpu = {
  /** As Modal is asked for it: "H100!". */
  readonly name: string;
  /** What it is billed as: "H100". */
  readonly billedAs: string;
  readonly count: number;
};

/** Names that are billed as another. */
const sameAs: Readonly<Record<string, string>> = {
  A100: 'A100-40GB',
  A10G: 'A10',
  'B200+': 'B200',
  RTX6000: 'RTX-PRO-6000',
};

/** Most of a kind in one container. */
export const mostGpus = (billedAs: string): number => (billedAs === 'A10' ? 4 : 8);

const gpuOf = (word: string): Gpu => {
  const [, name = word, count] = /^(.*?)(?::(.*))?$/.exec(word.trim()) ?? [];
  const upper = name.toUpperCase();
  const plain = upper.replace(/!$/, '');
  return { name: upper, billedAs: sameAs[plain] ?? plain, count: count === undefined ? 1 : Number(count) };
};

/** In the order they are asked for. */
export const parseGpus = (text: string): readonly Gpu[] => text.split(',').map(gpuOf);

/** As Modal takes it: "H100,A100-80GB:2". */
export const gpuText = (gpus: readonly Gpu[]): string => gpus.map(({ name, count }) => (count === 1 ? name : `${name}:${count}`)).join(',');

/** "2 × A100-80GB", "H100 or A100-80GB" */
export const gpuLabel = (text: string): string =>
  parseGpus(text)
    .map(({ name, count }) => (count === 1 ? name : `${count} × ${name}`))
    .join(' or ');

type GpuRates = Readonly<Record<string, number>>;

/** Dollars an hour of the dearest of them; undefined when one has no rate. */
export const gpuRate = (text: string, rates: GpuRates): number | undefined => {
  const prices = parseGpus(text).map(({ billedAs, count }) => {
    const rate = Object.hasOwn(rates, billedAs) ? rates[billedAs] : undefined;
    return rate === undefined ? undefined : rate * count;
  });
  return prices.includes(undefined) ? undefined : Math.max(...(prices as readonly number[]));
};

/** The dearest of several; it is what they are priced by. */
export const dearest = (text: string, rates: GpuRates): Gpu =>
  parseGpus(text).reduce((most, gpu) => {
    const price = ({ billedAs, count }: Gpu) => (rates[billedAs] ?? 0) * count;
    return price(gpu) > price(most) ? gpu : most;
  });

/** The same in Modal's own writing. Throws a usage error for a GPU that has no price, and for more than a container may have. */
export const checkedGpu = (text: string, rates: GpuRates): string => {
  const gpus = parseGpus(text);
  const known = Object.keys(rates);
  for (const { name, billedAs, count } of gpus) {
    if (!Object.hasOwn(rates, billedAs)) {
      const wanted = name.replace(/!$/, '');
      throw usageError(
        `There is no price for the GPU "${wanted}"`,
        `${didYouMean(wanted, known)}there are: ${known.join(', ')}`,
        'ann-tui prices',
      );
    }
    const most = mostGpus(billedAs);
    if (!Number.isSafeInteger(count) || count < 1 || count > most)
      throw usageError(
        `No container has that many ${billedAs}`,
        `found "${text}"; one container has 1 to ${most} of them, such as ${name}:2`,
        `ann-tui prices --gpu ${name}:${most}`,
      );
  }
  return gpuText(gpus);
};

/** What a person should know before asking for it, one sentence each. */
export const gpuNotes = (text: string, rates: GpuRates): readonly string[] => {
  const gpus = parseGpus(text);
  const has = (name: string): boolean => gpus.some(gpu => gpu.name === name);
  return [
    ...(gpus.length > 1
      ? [
          `They are asked for in this order, the next one when there is no machine for the one before; a plan has the price of the dearest, ${gpuLabel(gpuText([dearest(text, rates)]))}, and the meter that of the one it gets.`,
        ]
      : []),
    ...(has('H100')
      ? ['An H100 may turn out to be an H200, at the price of an H100: figures of two runs may differ. H100! keeps it an H100.']
      : []),
    ...(has('A100') ? ['A100 is billed as A100-40GB and may turn out to have 80 GB: A100-40GB or A100-80GB says which.'] : []),
    ...(has('B200+') ? ['B200+ may be a B300, billed as a B200; it needs CUDA 13.1 or newer.'] : []),
  ];
};
