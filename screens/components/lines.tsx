import { Text } from 'ink';
import { toAscii } from '../../src/terminal/ascii.ts';
import { useUi } from '../app/context.tsx';
import { fitLine, type Line, type LineLike, line } from '../app/text.ts';
import { theme } from '../app/theme.ts';

export type LinesProps = {
  readonly lines: readonly LineLike[];
  /** No line gets wider. */
  readonly columns: number;
};

/** Many lines as one node: Ink lays out one box, not one a row. */
export const Lines = ({ lines, columns }: LinesProps) => {
  const { unicode } = useUi();
  if (lines.length === 0) return null;
  const fitted = lines.map(like => fitLine(line(like), columns));
  return (
    <Text wrap="truncate-end">
      {fitted.map((spans, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place.
        <Text key={n}>
          {n === 0 ? '' : '\n'}
          <Spans spans={spans} unicode={unicode} />
        </Text>
      ))}
    </Text>
  );
};

const Spans = ({ spans, unicode }: { readonly spans: Line; readonly unicode: boolean }) =>
  spans.map(({ text, role, bold, inverse }, n) => {
    const shown = unicode ? text : toAscii(text);
    const style = role === undefined ? {} : theme[role];
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: likewise.
      <Text key={n} {...style} {...(bold ? { bold } : {})} {...(inverse ? { inverse } : {})}>
        {shown}
      </Text>
    );
  });
