/** A training's entry in the registry of screens. */
import { trainNotes } from '../../../src/workloads/train/data-notes.ts';
import type { TrainResults } from '../../../src/workloads/train/results.ts';
import type { TrainSpec } from '../../../src/workloads/train/spec.ts';
import { measureOffer } from '../measure/offer.ts';
import type { WorkloadScreens } from '../workload-screens.ts';
import { completeTraining, loadOffered, rememberedOf } from './answers.ts';
import { CompareTrainings } from './compare.tsx';
import { CompareTrainingWith } from './compare-with.tsx';
import { trainMiddle } from './middle.ts';
import { ModelFile } from './model-file.tsx';
import { TrainPage } from './page.tsx';
import { priceView } from './price-view.ts';
import { TrainResult } from './result.tsx';
import { trainRows } from './review.ts';

export const trainScreens: WorkloadScreens<TrainSpec, TrainResults> = {
  kind: 'train',
  lesson: 'trains a seizure detector',
  starts: [{ command: 'train', key: 't', text: 'Train the seizure detector', about: 'minutes, synthetic EEG; free here', page: 'train' }],
  pages: { train: TrainPage, model: ModelFile },
  wizard: {
    first: 'train',
    load: loadOffered,
    complete: completeTraining,
    remember: rememberedOf,
  },
  prices: async (services, spec, rows, choices) => ({
    ...priceView(await services.workloads.train.forecast(spec, rows), services.host.machine().cores),
    ...(await measureOffer(services, choices)),
  }),
  review: {
    rows: trainRows,
    leastRows: ['evaluation', 'checkpoint', 'windows', 'splits', 'seeds'],
    notes: ({ data }) => trainNotes(data),
    isEdited: ({ source }) => source !== null,
  },
  middle: trainMiddle,
  Result: TrainResult,
  // One run has nothing to compare within itself: its seeds stand in one table as they are.
  compare: { Page: CompareTrainings, With: CompareTrainingWith, isComparable: () => false },
};
