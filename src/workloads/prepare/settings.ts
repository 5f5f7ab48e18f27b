/** How recordings are prepared: what a store of them is known by. The names are those of `job.json`. */
import * as v from 'valibot';
import { number } from '../../util/shape.ts';

export const montages = ['referential', 'bipolar'] as const;
export type Montage = (typeof montages)[number];

export const filters = ['zero-phase', 'causal'] as const;
export type Filter = (typeof filters)[number];

export type PrepareSettings = {
  /** 19 channels against their average, or 18 of neighbours (double banana). */
  readonly montage: Montage;
  /** Samples a second. */
  readonly rate: number;
  /** Hz: what lies between them is kept. */
  readonly low: number;
  readonly high: number;
  /** Hz of the mains that is taken out; null where the band ends below it. */
  readonly notch: number | null;
  readonly filter: Filter;
  /** Robust units (of each channel's own spread) at which a signal is cut off. */
  readonly clip: number;
};

export const settingsShape = v.looseObject({
  montage: v.picklist(montages),
  rate: number,
  low: number,
  high: number,
  notch: v.nullable(number),
  filter: v.picklist(filters),
  clip: number,
});

/** "19 channels, average" */
export const montageText = (montage: Montage): string => (montage === 'referential' ? '19 channels, average' : '18 channels, bipolar');

/** "256 Hz · 0.5–60 Hz zero-phase" */
export const bandText = ({ rate, low, high, notch, filter }: PrepareSettings): string =>
  `${rate} Hz · ${low}–${high} Hz ${filter}${notch === null ? '' : `, without ${notch} Hz`}`;

/** "19 channels, average · 256 Hz · 0.5–60 Hz zero-phase" */
export const settingsText = (settings: PrepareSettings): string => `${montageText(settings.montage)} · ${bandText(settings)}`;
