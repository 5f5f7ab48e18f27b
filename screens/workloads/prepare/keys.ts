/** The key that begins a prepare. */
import type { Entry } from '../../app/entry.ts';

export const prepareStarts = [
  { id: 'prepare', keys: ['p'], scopes: ['home'], label: 'prepare', help: 'Prepare EEG recordings, once for every setting', footer: 14 },
] as const satisfies readonly Entry[];
