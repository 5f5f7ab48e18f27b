/** A report of a run in one file, as it was written. */
export type WrittenReport = {
  readonly file: string;
  /** As a person would type it. */
  readonly shown: string;
  readonly bytes: number;
  /** What it draws, of what the run has: not all may fit. */
  readonly drawn: number;
  readonly of: number;
  /** The same in words: "all 15 traces". */
  readonly says: string;
  /** Its drawings as files of their own, whole paths; absent where it has none. */
  readonly plots?: readonly string[];
};
