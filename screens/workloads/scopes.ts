/** Where keys have a meaning of their own: the pages of the workloads, with their headings in the help. */
export const workloadScopes = {
  own: 'Your own algorithm',
  what: 'What to run',
} as const;
