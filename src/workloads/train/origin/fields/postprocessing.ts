import { integer, number } from '../../../../config/schema.ts';
import { changed, type FieldInit, ignored, kept, where } from '../field.ts';

/** Samples of the origin’s scores in one of ours: it made 256 a second. */
const second = 256;

const ofASecond = (name: string, instead: string): FieldInit => ({
  field: `postprocessing.${name}`,
  why: 'scores are one a second here, as SzCORE counts: whatever is shorter cannot be told apart',
  refused: `above ${second} samples, which are a second`,
  read: where(integer({ from: 1 }), samples => samples <= second, 'it is longer than a second, and scores are one a second', instead),
});

const stitched = 'overlapping windows are averaged, the middle of each counting most: a model knows least at its window’s ends';

export const postprocessingFields = [
  changed({
    field: 'postprocessing.hysteresis.tau_on',
    to: 'evaluation.hysteresis',
    why: 'the threshold itself is chosen on dev and frozen in the checkpoint. What is kept is tau_on − tau_off: how far below it an event goes on',
    refused: 'a tau_on that is not above tau_off',
    read: number({ from: 0, to: 1 }),
    unsaid: 0.86,
  }),
  changed({
    field: 'postprocessing.hysteresis.tau_off',
    to: 'evaluation.hysteresis',
    why: 'the threshold itself is chosen on dev and frozen in the checkpoint. What is kept is tau_on − tau_off: how far below it an event goes on',
    refused: 'a tau_on that is not above tau_off',
    read: number({ from: 0, to: 1 }),
    unsaid: 0.78,
  }),
  ignored(ofASecond('hysteresis.min_onset_samples', 'write 256 or less, and an event’s shortest duration as duration.min_duration_s')),
  ignored(ofASecond('hysteresis.min_offset_samples', 'write 256 or less, and gaps to be closed as events.tau_merge')),
  ignored(ofASecond('morphology.opening_kernel', 'write 255 or less, and an event’s shortest duration as duration.min_duration_s')),
  ignored(ofASecond('morphology.closing_kernel', 'write 255 or less, and gaps to be closed as events.tau_merge')),
  ignored({ field: 'postprocessing.morphology.use_gpu', why: 'events of an hour are found in milliseconds on a processor' }),
  kept({
    field: 'postprocessing.duration.min_duration_s',
    to: 'evaluation.min_seconds',
    why: 'events that are shorter go',
    refused: 'above 600',
    read: number({ from: 0, to: 600 }),
    unsaid: 3,
  }),
  changed({
    field: 'postprocessing.duration.max_duration_s',
    to: 'evaluation.max_seconds',
    why: 'events end there; there the rest of a longer one was further events of that length',
    refused: 'below min_duration_s, and above 86,400',
    read: number({ above: 0, to: 86_400 }),
    unsaid: 600,
  }),
  kept({
    field: 'postprocessing.events.tau_merge',
    to: 'evaluation.merge_seconds',
    why: 'gaps that are closed; they are closed before short events go',
    refused: 'above 600',
    read: number({ from: 0, to: 600 }),
    unsaid: 2,
  }),
  ignored({ field: 'postprocessing.events.confidence_method', why: 'no score depends on it: events are counted, not weighed' }),
  ignored({
    field: 'postprocessing.events.confidence_percentile',
    dead: true,
    why: 'no score depends on it: events are counted, not weighed',
  }),
  ignored({ field: 'postprocessing.stitching.method', dead: true, why: stitched }),
  ignored({ field: 'postprocessing.stitching.window_size', dead: true, why: stitched }),
  ignored({ field: 'postprocessing.stitching.stride', dead: true, why: stitched }),
  ignored({ field: 'postprocessing.min_duration', dead: true, why: 'duration.min_duration_s is read' }),
];
