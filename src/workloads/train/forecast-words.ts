/** How a forecast is written, in plain lines and on the screen. Pure. */
import type { ForecastRow } from './forecast.ts';

/** "0.02×", "3.1×" */
export const speedText = (speed: number): string => `${speed < 0.095 ? Number(speed.toPrecision(1)) : speed.toFixed(1)}×`;

/** What an estimate ends at. */
export const limitWords: Readonly<Record<NonNullable<ForecastRow['limit']>, string>> = {
  reading: 'windows are read no faster',
  steps: 'its steps are too small',
};
