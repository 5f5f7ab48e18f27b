/** What no field says alone: values of the origin’s configs that cannot be honoured together. Pure. */
import type { Values } from './build.ts';

export type Conflict = {
  /** The field that is pointed at. */
  readonly field: string;
  readonly wrong: (values: Values) => boolean;
  readonly why: string;
  readonly instead: string;
};

const number = (values: Values, field: string): number => values.get(field) as number;

const high = (values: Values): number => (values.get('preprocessing.bandpass') as readonly number[])[1] ?? 0;

export const conflicts: readonly Conflict[] = [
  {
    field: 'data.stride',
    wrong: values => number(values, 'data.stride') > number(values, 'data.window_size'),
    why: 'windows would leave seconds between them without a score',
    instead: 'write window_size or less',
  },
  {
    field: 'data.stride',
    wrong: values => number(values, 'data.stride') < number(values, 'data.window_size') / 10,
    why: 'each second would be scored more than ten times',
    instead: 'write a tenth of window_size or more',
  },
  {
    field: 'preprocessing.bandpass',
    wrong: values => high(values) >= number(values, 'data.sampling_rate') / 2,
    why: 'its end is not below half the sampling rate, where there is no signal',
    instead: 'write a lower one',
  },
  {
    field: 'postprocessing.hysteresis.tau_on',
    wrong: values => number(values, 'postprocessing.hysteresis.tau_on') <= number(values, 'postprocessing.hysteresis.tau_off'),
    why: 'it is not above tau_off',
    instead: 'write a higher one',
  },
  {
    field: 'postprocessing.duration.max_duration_s',
    wrong: values => number(values, 'postprocessing.duration.max_duration_s') < number(values, 'postprocessing.duration.min_duration_s'),
    why: 'it is below min_duration_s',
    instead: 'write a higher one',
  },
];
