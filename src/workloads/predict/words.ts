/** What is said of a prediction beside its figures, everywhere. Pure. */
import { counted, duration, money, size } from '../../text/format.ts';
import { foundText, madeUpWarning } from '../evaluate/predicted-words.ts';
import type { Predicted } from './results.ts';
import type { PredictSpec } from './spec.ts';

/** Bytes a second of a line of 20 Mbit/s: what many people have at home to send with. */
const usualLine = 2.5e6;

/** "1.2 GB to send there first, as far as it is not there (8m 00s at 20 Mbit/s); kept there for $0.11 a month" */
export const carriedText = ({ carried: { bytes, dollarsPerMonth } }: PredictSpec): string =>
  `${size(bytes)} to send there first, as far as it is not there (${duration(bytes / usualLine)} at 20 Mbit/s), unbilled; kept there for ${money(dollarsPerMonth)} a month`;

export const thresholdText = ({ threshold }: PredictSpec): string => `threshold ${threshold.toFixed(2)}`;

/** "night.edf: 1 seizure at 00:41–01:12, of 20m 00s", "! night.edf: it is no file" */
export const predictedText = (one: Predicted): string =>
  'error' in one ? `! ${one.recording}: ${one.error}` : `${one.recording}: ${foundText(one)}`;

/** "1 of 3 recordings could not be predicted"; undefined where all could. */
export const failedText = (predicted: readonly Predicted[]): string | undefined => {
  const failed = predicted.filter(one => 'error' in one).length;
  return failed === 0 ? undefined : `${failed} of ${counted(predicted.length, 'recording')} could not be predicted`;
};

/** What to know before anything is made of it. */
export const warningsOf = ({ synthetic }: PredictSpec): readonly string[] => (synthetic ? [madeUpWarning] : []);
