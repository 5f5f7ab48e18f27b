/** What a check of a model file of a person's own says: `seizure/model/own/`. */
import { withoutCopies } from '../../../user-code/copy-names.ts';

export type ModelVerdict = {
  /** "mine" */
  readonly model: string;
  /** `ok`, or one word for what was wrong. */
  readonly verdict: string;
  readonly what: string;
  readonly why: string;
  readonly hint?: string;
  /** Of the file. */
  readonly line?: number;
  readonly parameters?: number;
  /** What is no fault and worth knowing. */
  readonly notes?: readonly string[];
};

/** Out of an event, or of what the check prints. */
export const toModelVerdict = ({ model, verdict, what, why, hint, line, parameters, notes }: ModelVerdict): ModelVerdict => ({
  model,
  verdict,
  what: withoutCopies(what),
  why: withoutCopies(why),
  ...(hint !== undefined && { hint }),
  ...(line !== undefined && { line }),
  ...(parameters !== undefined && { parameters }),
  ...(notes !== undefined && { notes }),
});
