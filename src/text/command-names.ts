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
  'score',
] as const;

export type CommandName = (typeof commandNames)[number];
