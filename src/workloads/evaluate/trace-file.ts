/** A stretch of a recording around a miss or a false alarm, as the job leaves it below `traces/`. */

/** Seconds into the recording, everywhere. */
export type TraceFile = {
  readonly v: 1;
  readonly recording: string;
  readonly patient: string;
  readonly start: number;
  /** Samples a second. */
  readonly rate: number;
  /** Names, in the order of the rows of `samples`. */
  readonly channels: readonly string[];
  /** Base64 of int8, one row of equal length a channel. */
  readonly samples: string;
  /** What one step of a sample is worth, in robust units of its recording (its clip ÷ 127). */
  readonly step: number;
  /** Microvolts of one robust unit, a channel. */
  readonly microvolts: readonly number[];
  readonly truth: readonly { readonly start: number; readonly end: number; readonly kind: string }[];
  readonly prediction: readonly { readonly start: number; readonly end: number }[];
  /** The detector's score of each second from `start` on, 0 to 1. */
  readonly scores: readonly number[];
  readonly threshold: number;
};
