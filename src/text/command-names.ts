/** Every command: nothing but words. What follows `ann-tui ` and is none of these is prose. */
export const commandNames = [
  'doctor',
  'setup',
  'selftest',
  'auth',
  'uninstall',
  'prices',
  'datasets',
  'sync',
  'runs',
  'show',
  'attach',
  'logs',
  'shell',
  'stop',
  'resume',
  'results',
  'report',
  'cost',
  'volumes',
  'secrets',
  'info',
  // Those of the workloads.
  'bench',
  'new',
  'compare',
  'prepare',
  'evaluate',
  'predict',
  'score',
  'train',
  'export',
] as const;

/** Kinds of runs without a command of their own name: an option of this one begins them. */
export const begunBy: Readonly<Record<string, CommandName>> = { measure: 'train' };

export type CommandName = (typeof commandNames)[number];
