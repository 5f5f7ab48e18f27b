/** What happened, why, what was kept, what to type: the four lines of every error shown to a person. */
export type Failure = {
  readonly what: string;
  readonly why: string;
  readonly kept?: string;
  readonly hint?: string;
};
