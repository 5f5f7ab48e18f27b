export type ImplementationInfo = {
  readonly name: string;
  readonly title: string;
  readonly points: number;
  /** Chosen when nothing else is. */
  readonly default: boolean;
};
