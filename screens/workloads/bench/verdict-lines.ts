import { gistOf } from '../../../src/workloads/bench/best-point.ts';
import { badVerdicts, verdictWords } from '../../../src/workloads/bench/code-verdicts.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import { dim, type Line, line, lineWidth, span, textWidth, wrap } from '../../app/text.ts';

/** What went wrong with a person's own file, read whole: the compiler's first error, say. The log, one key away, has the rest. */
export const verdictLines = (state: BenchRun, columns: number): readonly Line[] => {
  const [first, ...more] = badVerdicts(gistOf(state).verdicts);
  if (first === undefined) return [];
  const head = `✗ ${verdictWords(first)}`;
  const whole = wrap(`${head}  ${first.why}`, columns);
  const cut = whole.length > verdictRows ? [...whole.slice(0, verdictRows - 1), `${whole[verdictRows - 1]} …`] : whole;
  const rows = cut.map(
    (text, n): Line => (n === 0 ? [span('danger', text.slice(0, head.length)), { text: text.slice(head.length) }] : line(text)),
  );
  const others = more.length === 0 ? '' : `  and ${more.map(verdictWords).join(', ')}`;
  const rest = dim(`${others}  l log`);
  const last = rows.at(-1) ?? [];
  if (lineWidth(last) + textWidth(rest.text) <= columns) return [...rows.slice(0, -1), [...last, rest]];
  return [...rows, ...wrap(rest.text.trim(), columns).map(text => line(dim(text)))];
};

/** Rows for what a compiler says first. */
const verdictRows = 6;
