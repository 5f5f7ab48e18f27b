/** A file of a person's own as it was when the run was planned; the run keeps a copy of it. */
export type SourceRef = {
  /** "mine.cpp": its name, and that of the copy. */
  readonly file: string;
  readonly sha256: string;
  /** Where it was, an absolute path. */
  readonly from: string;
};
