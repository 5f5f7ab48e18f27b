import models from '../../../../../modal/seizure/src/seizure/model/models.json' with { type: 'json' };
import { boolean, integer } from '../../../../config/schema.ts';
import { changed, ignored, kept, only, where } from '../field.ts';

const loader = 'windows are cut from one memory-mapped array as they are needed: there are no loader processes to be tuned';

const framesASecond = models.sizes.base.options.front_hz;

/** What the origin calls its datasets, and what they are called here. */
export const datasets: Readonly<Record<string, string>> = { tuh_eeg: 'tusz', chb_mit: 'chb-mit' };

export const dataFields = [
  changed({
    field: 'data.dataset',
    to: 'datasets',
    why: 'tuh_eeg is tusz here. chb_mit is chb-mit: there it had no code, here it is read, in 18 bipolar channels, which is all that its recordings allow',
    refused: 'any other',
    read: only(
      Object.keys(datasets),
      'the origin knew tuh_eeg and chb_mit',
      'name a dataset of `ann-tui datasets` in a config of this program',
    ),
    unsaid: 'tuh_eeg',
  }),
  ignored({
    field: 'data.data_dir',
    why: 'where recordings lie is told once: ann-tui sync tusz --from FOLDER, with the folder that holds train, dev and eval',
  }),
  ignored({
    field: 'data.cache_dir',
    why: 'one store for each preparation, in the folder of datasets (ann-tui info); it is made by the first run, or by ann-tui prepare',
  }),
  kept({
    field: 'data.sampling_rate',
    to: 'prepare.rate',
    why: 'samples a second',
    refused: `below 32, above 1024, and what is no multiple of ${framesASecond}`,
    read: where(
      integer({ from: 32, to: 1024 }),
      rate => rate % framesASecond === 0,
      `size base looks at a signal ${framesASecond} times a second, each time at as many samples`,
      `write a multiple of ${framesASecond}`,
    ),
    unsaid: 256,
  }),
  kept({
    field: 'data.n_channels',
    to: 'prepare.montage',
    why: '19 of the 10-20 system, in SzCORE’s order; of chb_mit 18 bipolar ones',
    refused: 'other than 19',
    read: only([19], 'the origin had 19 channels, and here there are 19 referential or 18 bipolar ones', 'write 19'),
    unsaid: 19,
  }),
  kept({
    field: 'data.window_size',
    to: 'windows.seconds',
    why: 'seconds of a window',
    refused: 'below 5 and above 300',
    read: integer({ from: 5, to: 300 }),
    unsaid: 60,
  }),
  changed({
    field: 'data.stride',
    to: 'evaluation.overlap',
    why: 'training draws its windows anywhere in a recording; where scores are made the next window begins so many seconds later',
    refused: 'above window_size, and below a tenth of it',
    read: integer({ from: 1 }),
    unsaid: 10,
  }),
  changed({
    field: 'data.use_balanced_sampling',
    to: 'windows.seizure_fraction',
    why: 'true: 0.34, the share of windows with a seizure in the origin’s balanced set; false: as they come. It holds for each batch, so that none is without a seizure by chance',
    read: boolean,
    unsaid: true,
  }),
  ignored({ field: 'data.num_workers', why: loader }),
  ignored({ field: 'data.pin_memory', why: loader }),
  ignored({ field: 'data.persistent_workers', why: loader }),
  ignored({ field: 'data.prefetch_factor', why: loader }),
  kept({
    field: 'data.split_policy',
    why: 'the corpus’ own train, dev and eval (here: test); a patient in two of them is refused before any work',
    refused: 'custom',
    read: only(
      ['official_tusz'],
      'it parted files, so that patients stood on both sides and scores meant nothing',
      'write official_tusz, or give participants.tsv a column split in a folder of your own',
    ),
    unsaid: 'official_tusz',
  }),
  ignored({ field: 'data.validation_split', why: 'dev is the corpus’ own: a share of the files leaked patients from train into it' }),
  ignored({ field: 'data.split_seed', why: 'nothing is split by chance' }),
  ignored({ field: 'data.max_samples', dead: true, why: 'a short training has fewer steps: --set training.steps=100' }),
  ignored({ field: 'data.max_hours', dead: true, why: 'a short training has fewer steps: --set training.steps=100' }),
];
