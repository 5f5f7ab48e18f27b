export type ImplementationInfo = {
  readonly name: string;
  readonly title: string;
  readonly points: number;
  /** Points where settings are found for the usual recalls; absent where none can be. */
  readonly atRecall?: number;
  /** Chosen when nothing else is. */
  readonly default: boolean;
};
