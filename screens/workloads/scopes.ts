/** Where keys have a meaning of their own: the pages of the workloads, with their headings in the help. */
export const workloadScopes = {
  own: 'Your own algorithm',
  what: 'What to run',
  evaluation: 'Result of an evaluation',
  training: 'Result of a training',
  trace: 'A trace of a recording',
  evaluate: 'What to evaluate',
  prepare: 'How to prepare',
  train: 'What to train',
  model: 'Your own model',
  gpus: 'Which GPUs to measure',
} as const;

/** Of these pages those on which a list is chosen from: they have the keys of lists, and of a step of the wizard. */
export const workloadLists = ['what', 'own', 'evaluate', 'prepare', 'train', 'model', 'gpus'] as const;
