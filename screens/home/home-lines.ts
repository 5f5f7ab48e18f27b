/** What home says. Pure. */

import type { Moment } from '../../src/metering/plane-clock.ts';
import type { Orphan } from '../../src/orphans/orphan.ts';
import { silenceWords } from '../../src/orphans/silence.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { UnreadableRun } from '../../src/runs/store.ts';
import type { CommandOf } from '../app/keymap.ts';
import { accent, bold, dim, type Line, type LineLike, line, padEnd, span, windowStart, wrap } from '../app/text.ts';
import { waitLine } from '../components/wait.ts';
import { orphanRow } from '../modal/orphan-rows.ts';
import { isLive, isPaid } from '../run/run-facts.ts';
import { runTable } from '../run/run-rows.ts';
import { allStarts, lessons } from '../workloads/registry.ts';

/** A command of home. */
export type Start = CommandOf<'home'>;

export type HomeItem =
  | { readonly id: string; readonly kind: 'run'; readonly state: RunState }
  | { readonly id: string; readonly kind: 'orphan'; readonly orphan: Orphan }
  | {
      readonly id: string;
      readonly kind: 'start';
      readonly start: Start;
      readonly key: string;
      readonly text: string;
      readonly about: string;
    };

const starts: readonly Extract<HomeItem, { kind: 'start' }>[] = [
  ...allStarts.map(({ command, key, text, about }) => ({
    id: `start:${command}`,
    kind: 'start' as const,
    start: command,
    key,
    text,
    about,
  })),
  { id: 'start:runs', kind: 'start', start: 'runs', key: 'r', text: 'All runs', about: 'filter, stop, resume, remove' },
  {
    id: 'start:set-up-modal',
    kind: 'start',
    start: 'set-up-modal',
    key: 'm',
    text: 'Set up Modal',
    about: 'client, account, what is left',
  },
  { id: 'start:secrets', kind: 'start', start: 'secrets', key: 's', text: 'Secrets at Modal', about: 'keys for buckets, W&B' },
  { id: 'start:doctor', kind: 'start', start: 'doctor', key: 'd', text: 'Doctor', about: 'what this machine lacks' },
];

const leastRecent = 6;

const teaching =
  `Nothing was run yet. A run ${lessons.join(', or ')}. ` +
  'Press Enter on every screen and you have one in about a minute: on this machine, with no account, for nothing.';

/** Headings, and the empty lines between the blocks. */
const headings = (blocks: number): number => 2 * blocks - 1;

/** In the order they stand on the screen: of the runs that are over as many as `height` has room for. */
export const homeItems = (
  runs: readonly RunState[] = [],
  orphans: readonly Orphan[] = [],
  height = 0,
  unreadable: readonly UnreadableRun[] = [],
): readonly HomeItem[] => {
  const item = (state: RunState): HomeItem => ({ id: `run:${state.run}`, kind: 'run', state });
  const live = runs.filter(isLive);
  const blocks = 2 + Number(live.length > 0) + Number(orphans.length > 0);
  const room = height - headings(blocks) - live.length - orphans.length - starts.length - Number(unreadable.length > 0);
  return [
    ...live.map(item),
    ...orphans.map((orphan): HomeItem => ({ id: `app:${orphan.app}`, kind: 'orphan', orphan })),
    ...runs
      .filter(state => !isLive(state))
      .slice(0, Math.max(leastRecent, room))
      .map(item),
    ...starts,
  ];
};

export type HomeProps = {
  readonly items: readonly HomeItem[];
  readonly cursor: number;
  readonly unreadable: readonly UnreadableRun[];
  /** Absent once the runs are read. */
  readonly loadingSince: number | undefined;
  readonly now: number;
  /** For what is billed. */
  readonly moment: Moment;
  readonly columns: number;
  readonly height: number;
  readonly version: string;
};

export const homeLines = ({ items, cursor, unreadable, loadingSince, now, moment, columns, height }: HomeProps): readonly LineLike[] => {
  const paid = items.some(item => item.kind === 'run' && isPaid(item.state));
  const states = items.flatMap(item => (item.kind === 'run' ? [item.state] : []));
  const { row: runRow } = runTable(states, moment, columns - 5, { paid });
  const row = (item: HomeItem, n: number): Line => {
    const selected = n === cursor;
    const mark = selected ? accent('   ▸ ') : { text: '     ' };
    if (item.kind === 'run') {
      const spans = runRow(item.state);
      return [mark, ...(selected ? spans.map(part => (part.role === undefined ? { ...part, bold: true } : part)) : spans)];
    }
    if (item.kind === 'orphan') return [mark, ...orphanRow(item.orphan, now, columns - 5)];
    return line([
      mark,
      span('accent', item.key),
      '  ',
      selected ? bold(padEnd(item.text, 34)) : padEnd(item.text, 34),
      dim(columns >= 72 ? `  ${item.about}` : ''),
    ]);
  };
  const numbered = items.map((item, n) => ({ item, n }));
  const live = numbered.filter(({ item }) => item.kind === 'run' && isLive(item.state));
  const alone = numbered.filter(({ item }) => item.kind === 'orphan');
  const recent = numbered.filter(({ item }) => item.kind === 'run' && !isLive(item.state));
  const start = numbered.filter(({ item }) => item.kind === 'start');
  const block = (title: string, rows: readonly LineLike[]): readonly LineLike[] => [bold(` ${title}`), ...rows, ''];
  const rowsOf = (part: typeof numbered) => part.map(({ item, n }) => row(item, n));
  // What is billed and says nothing is pointed at where the run stands.
  const liveRows = (part: (typeof numbered)[number]): readonly LineLike[] => {
    const words = part.item.kind === 'run' ? silenceWords(part.item.state, moment) : undefined;
    return [row(part.item, part.n), ...(words === undefined ? [] : [[span('warn', `       ! ${words}`)]])];
  };
  const empty: readonly LineLike[] =
    loadingSince === undefined
      ? wrap(teaching, Math.min(76, columns) - 6).map(text => dim(`     ${text}`))
      : [line([{ text: '   ' }, ...waitLine('Reading the runs', loadingSince, now, 'under a second')])];
  const [broken] = unreadable;
  const brokenWords =
    unreadable.length === 1 ? `${broken?.run} cannot be read: ${broken?.why}` : `${unreadable.length} runs cannot be read; r lists them`;
  const brokenRows = broken === undefined ? [] : [[span('warn', `     ! ${brokenWords}`)]];
  // What is billed says more than what may be done first.
  const nothing = live.length > 0 || alone.length > 0 || broken !== undefined;
  const recentRows = recent.length > 0 ? rowsOf(recent) : nothing ? [] : empty;
  const pinned: readonly LineLike[] = [
    ...(live.length > 0 ? block('Running', live.flatMap(liveRows)) : []),
    ...(alone.length > 0 ? [[bold(' At Modal, on its own'), dim('  x stops it, a follows it from here')], ...rowsOf(alone), ''] : []),
  ];
  const rest: readonly LineLike[] = [
    ...(recentRows.length + brokenRows.length > 0 ? block('Recent', [...recentRows, ...brokenRows]) : []),
    ...block('Start', rowsOf(start)).slice(0, -1),
  ];
  // What runs, and may be billed, stays in sight wherever the cursor is, unless there is too much of it.
  return pinned.length + leastScrolled <= height
    ? [...pinned, ...aroundCursor(rest, height - pinned.length)]
    : aroundCursor([...pinned, ...rest], height);
};

/** Lines that are left to scroll below what stays. */
const leastScrolled = 6;

/** The part of a list around its cursor, where all of it is higher than the screen. */
const aroundCursor = (all: readonly LineLike[], height: number): readonly LineLike[] => {
  if (all.length <= height) return all;
  const at = all.findIndex(
    like => Array.isArray(like) && like.some(part => typeof part === 'object' && part !== null && 'text' in part && part.text === '   ▸ '),
  );
  const from = windowStart(Math.max(0, at), all.length, height);
  return all.slice(from, from + height);
};
