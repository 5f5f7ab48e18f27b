/** An error is four lines: what happened, why, what was kept, what to press. Pure. */
import type { Failure } from '../../src/errors/failure.ts';
import { bold, dim, type Line, line, span, wrap } from '../app/text.ts';

/** `press` names the key that helps on this screen; the failure's own hint is a command to type. */
export const failureLines = (failure: Failure, press: string, columns: number): readonly Line[] => {
  const labelled = (label: string, text: string, quiet = false): readonly Line[] =>
    wrap(text, Math.max(10, columns - 8))
      .slice(0, 4)
      .map((part, n) => line([dim(n === 0 ? `  ${label.padEnd(6)}` : '        '), quiet ? dim(part) : part]));
  return [
    ...wrap(failure.what, Math.max(10, columns - 2)).map((part, n) => line([n === 0 ? span('danger', '✗ ') : '  ', bold(part)])),
    ...labelled('why', failure.why, true),
    ...labelled('kept', failure.kept ?? 'nothing was changed'),
    ...labelled('next', failure.hint === undefined ? press : `${press}, or type: ${failure.hint}`),
  ];
};
