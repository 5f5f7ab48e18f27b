/** The keys that only the choice of GPUs to measure has; none begins it at home. */
import type { Entry } from '../../app/entry.ts';

export const measureKeys = [
  { id: 'gpus-mark', keys: ['space'], scopes: ['gpus'], label: 'mark', help: 'Measure it too, or not', footer: 2 },
  { id: 'gpus-budget', keys: ['b'], scopes: ['gpus'], label: 'budget', help: 'The most that measuring may cost', footer: 3 },
] as const satisfies readonly Entry[];
