/** What is known of one's own model file. Pure. */
import type { Failure } from '../../../src/errors/failure.ts';
import { counted } from '../../../src/text/format.ts';
import type { ModelVerdict } from '../../../src/workloads/train/user-code/verdict.ts';
import { bold, dim, type Line, line, span, wrap } from '../../app/text.ts';
import { failureLines } from '../../components/failure.ts';
import { waitLine } from '../../components/wait.ts';

export type ModelCheck =
  | { readonly state: 'checking'; readonly since: number }
  | { readonly state: 'judged'; readonly verdict: ModelVerdict }
  | { readonly state: 'failed'; readonly failure: Failure };

const labelled = (label: string, text: string, columns: number): readonly Line[] =>
  wrap(text, Math.max(10, columns - 8)).map((part, n) => line([dim(n === 0 ? `  ${label.padEnd(6)}` : '        '), part]));

const verdictLines = ({ model, verdict, what, why, hint, parameters, notes = [] }: ModelVerdict, columns: number): readonly Line[] => {
  if (verdict === 'ok') {
    const size = parameters === undefined ? '' : `, ${counted(parameters, 'parameter')}`;
    return [line([span('ok', '✓ '), bold(`${model}: ok`), size]), ...notes.flatMap(note => labelled('note', note, columns))];
  }
  return [
    ...wrap(`${verdict}: ${what}`, Math.max(10, columns - 2)).map((part, n) => line([n === 0 ? span('danger', '✗ ') : '  ', bold(part)])),
    ...labelled('why', why, columns),
    ...(hint === undefined ? [] : labelled('hint', hint, columns)),
  ];
};

/** `check`: undefined while none was asked for. */
export const checkLines = (check: ModelCheck | undefined, now: number, columns: number): readonly Line[] => {
  if (check === undefined) return wrap('c checks it: shapes, numbers, gradients, in a few seconds.', columns).map(text => line(dim(text)));
  switch (check.state) {
    case 'checking':
      return [waitLine('Checking it', check.since, now, 'a few seconds')];
    case 'judged':
      return verdictLines(check.verdict, columns);
    case 'failed':
      return failureLines(check.failure, 'c tries again', columns);
  }
};
