/** What one container of Modal's may be at most, told before anything starts. The server has the last word. Pure. */
import { usageError } from '../errors/errors.ts';
import { counted } from '../text/format.ts';
import type { Container } from './container-price.ts';

/** Modal ends every container after a day, whatever was asked for. */
export const longestSeconds = 86_400;

export const coreLimits = { from: 0.125, to: 64 } as const;
/** GiB. */
export const memoryLimits = { from: 0.125, to: 336 } as const;

const within = (value: number, { from, to }: { readonly from: number; readonly to: number }): boolean => value >= from && value <= to;

/** `text`: as it was asked for. */
export const checkSize = (text: string, { cores, memoryGiB }: Container): void => {
  if (within(cores, coreLimits) && within(memoryGiB, memoryLimits)) return;
  const found = `${counted(cores, 'core')} and ${memoryGiB} GiB were asked for; `;
  throw usageError(
    `No container is like "${text}"`,
    `${found}cores go from ${coreLimits.from} to ${coreLimits.to}, memory from ${memoryLimits.from} to ${memoryLimits.to} GiB`,
    'ann-tui prices',
  );
};
