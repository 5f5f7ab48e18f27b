/** Everything that Modal may say no with: what happened, why in Modal's own words, what was kept, and the command that mends it. */
import { exitCodes, UserError } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { causeOf, type ErrorContext, type ModalKind, wordsOf } from './causes.ts';
import { lastWords, oneLine } from './words.ts';

export type { ErrorContext, ModalKind } from './causes.ts';

export type Explained = {
  readonly failure: Failure;
  /** 3: nobody is signed in, or Modal refused; 2: wrong usage; else 1. */
  readonly exitCode: number;
  readonly kind: ModalKind;
};

/**
 * An error's type and text as something to show. With the empty type, `text` is all that the `modal` program printed, and its last words
 * count. Pure.
 */
export const explainModal = (type: string, text: string, context: ErrorContext = {}): Explained => {
  const last = type === '' ? lastWords(text) : { type, text };
  const said = { type: last.type, text: oneLine(last.text), context };
  const known = causeOf(said);
  const why = said.text === '' ? said.type || 'it said nothing' : asOurs(said.text);
  if (known === undefined) {
    const what = said.type === '' ? "Modal's client failed" : `It failed at Modal (${said.type})`;
    const hint = context.run === undefined ? 'ann-tui runs' : `ann-tui logs ${context.run}`;
    return { failure: { what, why, ...keptOf(context.kept), hint }, exitCode: exitCodes.failed, kind: 'other' };
  }
  const { cause, found } = known;
  const failure = {
    what: wordsOf(cause.what, found, said),
    why: cause.advice === undefined ? why : `${why.replace(/\.$/, '')}; ${cause.advice}`,
    ...keptOf(context.kept ?? cause.kept),
    ...(cause.hint === undefined ? {} : { hint: wordsOf(cause.hint, found, said) }),
  };
  return { failure, exitCode: cause.exitCode ?? exitCodes.failed, kind: cause.kind };
};

/** Modal's words name commands of its client, which is not on the PATH: where there is one of ours that does the same, it is named. */
const asOurs = (text: string): string =>
  text.replace(/\bmodal (?:token new|token set|setup)\b(?: --[\w-]+(?:[ =][^-\s`'".]+)?)*/g, 'ann-tui auth');

const keptOf = (kept: string | undefined): { readonly kept?: string } => (kept === undefined ? {} : { kept });

/** Modal said no, or could not be asked. */
export class ModalError extends UserError {
  readonly kind: ModalKind;
  /** "AuthError": the class of Modal's own error. */
  readonly type: string;

  constructor(type: string, text: string, context: ErrorContext = {}) {
    const { failure, exitCode, kind } = explainModal(type, text, context);
    super(failure, exitCode);
    this.name = 'ModalError';
    this.kind = kind;
    this.type = type;
  }
}
