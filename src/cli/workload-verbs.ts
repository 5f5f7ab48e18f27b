/** What workloads add to `volumes`. */
import { trainVolumeVerbs } from '../workloads/train/cli/volume/verbs.ts';
import type { WorkloadVerb } from './volume-verb.ts';

export const workloadVerbs: readonly WorkloadVerb[] = [...trainVolumeVerbs];
