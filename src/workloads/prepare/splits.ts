/** The splits that recordings are in, in the order in which they are told. */
export const splitNames = ['train', 'dev', 'test'] as const;
export type SplitName = (typeof splitNames)[number];
