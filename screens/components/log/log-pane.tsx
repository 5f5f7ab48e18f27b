import { Box, Text } from 'ink';
import { toAscii } from '../../../src/terminal/ascii.ts';
import { useUi } from '../../app/context.tsx';
import { theme } from '../../app/theme.ts';
import { Lines } from '../lines.tsx';
import { emptyLog, logBlocks, logHead } from './log-lines.ts';
import type { LogSnapshot } from './log-store.ts';

export type LogPaneProps = {
  readonly snapshot: LogSnapshot;
  readonly title: string;
  /** There are other texts to switch to. */
  readonly several: boolean;
  readonly columns: number;
  /** With its heading. */
  readonly height: number;
  readonly live: boolean;
  readonly now: number;
};

/** The log as one text node under its heading. */
export const LogPane = ({ snapshot, title, several, columns, height, live, now }: LogPaneProps) => {
  const { unicode } = useUi();
  return (
    <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
      <Lines columns={columns} lines={[logHead(snapshot, { title, several }, now, live, columns)]} />
      {snapshot.lines.length === 0 ? (
        <Lines columns={columns} lines={[emptyLog(live, snapshot.reading)]} />
      ) : (
        <Text wrap="truncate-end">
          {logBlocks(snapshot, columns, height - 1).map(({ text, error }, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a block has no identity but its place.
            <Text key={n} {...(error ? theme.danger : {})}>
              {`${n === 0 ? '' : '\n'}${unicode ? text : toAscii(text)}`}
            </Text>
          ))}
        </Text>
      )}
    </Box>
  );
};
