/** What trainings add to `volumes`. */
import type { WorkloadVerb } from '../../../../cli/volume-verb.ts';

export const trainVolumeVerbs: readonly WorkloadVerb[] = [
  {
    name: 'checkpoints',
    options: {},
    more: ['volumes checkpoints              those of trainings: size, $ a month, who needs them still'],
    load: () => import('./checkpoints.ts'),
  },
  {
    name: 'clean',
    options: {
      'older-than': { value: 'AGE', says: 'clean: only what was written so long ago: 30d, 12h' },
      'keep-best': { says: 'clean: not the last either: what is not done cannot be gone on with then' },
      'dry-run': { says: 'clean: only look' },
    },
    more: [
      'volumes clean [RUN…]             removes checkpoints of runs that are over, all but the best and',
      '                                 the last; refuses what is needed still; starts no container',
    ],
    load: () => import('./clean.ts'),
  },
];
