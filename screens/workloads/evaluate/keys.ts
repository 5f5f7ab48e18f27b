/** The key that begins an evaluation. */
import type { Entry } from '../../app/entry.ts';

export const evaluateStarts = [
  { id: 'evaluate', keys: ['e'], scopes: ['home'], label: 'evaluate', help: 'Score seizure detectors on EEG recordings', footer: 3 },
] as const satisfies readonly Entry[];
