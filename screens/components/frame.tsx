import { Box } from 'ink';
import type { ReactNode } from 'react';
import { type NoteKind, useCommandCenter } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { dim, type Line, type LineLike, leftRight, line, lineWidth, type Span, span } from '../app/text.ts';
import { accountOf } from '../modal/use-modal.ts';
import { isLive, isPaid, overallCost } from '../run/run-facts.ts';
import { footerLine } from './footer.ts';
import { Lines } from './lines.tsx';
import { useOverlay } from './overlay.tsx';
import { smallest, TooSmall } from './too-small.tsx';

export type Body = {
  readonly columns: number;
  readonly height: number;
};

export type FrameProps = {
  /** Where you are, outermost first, without the program's name. */
  readonly crumbs: readonly string[];
  /** Who pays, and how much: always at the top right. @default all that runs now */
  readonly cost?: LineLike;
  /** Takes the footer's place while something is typed. */
  readonly prompt?: LineLike | undefined;
  readonly children: (body: Body) => ReactNode;
};

/** Left margin, and one column free on the right. */
const margin = 1;

export const useBody = (): Body => {
  const { size } = useUi();
  return { columns: size.columns - 2 * margin, height: Math.max(1, size.rows - 4) };
};

const joined = (crumbs: readonly string[], root: readonly Span[]): Line => [
  ...root,
  ...crumbs.flatMap((crumb, n) => [
    ...(n === 0 && root.length === 0 ? [] : [dim(' › ')]),
    n === crumbs.length - 1 ? span('accent', crumb) : { text: crumb },
  ]),
];

/** Where there is no room for all of it, the outer crumbs go first: the innermost says where you are. */
export const crumbLine = (crumbs: readonly string[], columns: number): Line => {
  const whole = joined(crumbs, [{ text: 'ann-tui', bold: true }]);
  const shorter = crumbs.map((_, n) => joined(crumbs.slice(n), n === 0 ? [] : [dim('…')]));
  return [whole, ...shorter].find(spans => lineWidth(spans) <= columns) ?? shorter.at(-1) ?? whole;
};

const topLine = (crumbs: readonly string[], cost: LineLike, columns: number): Line =>
  leftRight(crumbLine(crumbs, columns - lineWidth(line(cost)) - 2), cost, columns);

const noteMarks: Readonly<Record<NoteKind, Span>> = { warning: span('warn', '! '), done: span('ok', '✓ '), wait: dim('· ') };

const idleCost = dim('this machine · $0');

/** One line on top, one thing in the middle, one line at the bottom. */
export const Frame = ({ crumbs, cost, prompt, children }: FrameProps) => {
  const { size, runs, modal } = useUi();
  const { scope, note, available } = useCommandCenter();
  const overlay = useOverlay();
  const body = useBody();
  // On every screen: what is being billed, by whomever it was started.
  const paying = cost === undefined && (runs ?? []).some(state => isLive(state) && isPaid(state));
  const moment = useMoment(useNow(paying));
  const shownCost = cost ?? (paying ? overallCost(runs ?? [], moment, '', { account: accountOf(modal), columns: size.columns }) : idleCost);
  const entries = available().flatMap(({ entry, blocked }) => (blocked === undefined ? [entry] : []));
  // The screen's state stays: it draws again as soon as there is room.
  if (size.columns < smallest.columns || size.rows < smallest.rows) return <TooSmall />;
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0} paddingX={margin} overflow="hidden">
      <Box height={2} flexShrink={0}>
        <Lines lines={[topLine(crumbs, shownCost, body.columns)]} columns={body.columns} />
      </Box>
      <Box flexDirection="column" height={body.height} flexShrink={0} overflow="hidden">
        {overlay === undefined ? children(body) : overlay(body)}
      </Box>
      <Box height={1} flexShrink={0}>
        <Lines lines={[note === undefined ? '' : [noteMarks[note.kind], note.text]]} columns={body.columns} />
      </Box>
      <Box height={1} flexShrink={0}>
        <Lines lines={[prompt ?? footerLine(entries, scope, body.columns)]} columns={body.columns} />
      </Box>
    </Box>
  );
};
