import { listOf, number } from '../../../../config/schema.ts';
import { changed, ignored, kept, only, where } from '../field.ts';

const band = where(
  listOf(number()),
  ([low = 0, high = 0, ...more]) => more.length === 0 && low >= 0.1 && low < high,
  'it is no band',
  'write [low, high] in Hz, low from 0.1 on',
);

export const preprocessingFields = [
  kept({
    field: 'preprocessing.montage',
    to: 'prepare.montage',
    dead: true,
    why: 'both names mean the 19 electrodes, here against their average',
    refused: 'any other',
    read: only(['10-20', 'standard_1020'], 'the origin knew "10-20" and "standard_1020"', 'write "10-20"'),
    unsaid: '10-20',
  }),
  kept({
    field: 'preprocessing.bandpass',
    to: 'prepare.band',
    dead: true,
    why: '0.5 to 120 Hz was fixed there; here the file decides, and the filter shifts nothing in time',
    refused: 'what reaches half the sampling rate, or begins below 0.1 Hz',
    read: band,
    unsaid: [0.5, 120],
  }),
  changed({
    field: 'preprocessing.notch_freq',
    to: 'prepare.notch',
    dead: true,
    why: 'taken out where it lies inside the band; at its edge or above there is nothing to take out (null)',
    refused: 'other than 50 and 60',
    read: only([50, 60], 'mains have 50 or 60 Hz', 'write the one of where it was recorded'),
    unsaid: 60,
  }),
  changed({
    field: 'preprocessing.normalize',
    to: 'prepare.clip',
    dead: true,
    why: 'each channel is divided by its own robust spread and cut off at 10 of these units: a mean and a deviation follow the artefacts',
    refused: 'false',
    read: only([true], 'every channel is scaled here', 'take the line out; it had no effect there'),
    unsaid: true,
  }),
  ignored({ field: 'preprocessing.use_mne', dead: true, why: 'EDF is read by a reader of this project’s own' }),
];
