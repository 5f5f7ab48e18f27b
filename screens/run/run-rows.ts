/** Runs as rows of a list. Pure. */

import { isEstimate, meter } from '../../src/metering/meter.ts';
import { type Spec, specTitle } from '../../src/runs/spec.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { UnreadableRun } from '../../src/runs/store.ts';
import { ago, count, money } from '../../src/text/format.ts';
import { bestPoint } from '../../src/workloads/bench/best-point.ts';
import { type Column, cells, dim, type Line, type Span, span, textWidth } from '../app/text.ts';
import { type Now, wallOf } from './money-lines.ts';
import { badWords, bestWords, isLive, isPaid, placeOf, progressWords, standing, titleOf } from './run-facts.ts';

/** What a row is searched by. */
export const runText = (state: RunState): string =>
  `${state.run} ${titleOf(state)} ${placeOf(state)} ${standing(state).words} ${traits.map(({ long }) => long(state.spec)).join(' ')}`;

export const runSorts = ['newest first', 'oldest first', 'by QPS', 'by what', 'by state', 'by cost'] as const;
export type RunSort = (typeof runSorts)[number];

const stateOrder = (state: RunState): string => (isLive(state) ? '0' : standing(state).words);

/** `states`: newest first. What is equal stays in that order. */
export const sortRuns = (states: readonly RunState[], sort: RunSort, now: Now): readonly RunState[] => {
  const compare: Readonly<Record<RunSort, (a: RunState, b: RunState) => number>> = {
    'newest first': () => 0,
    'oldest first': () => 0,
    'by QPS': (a, b) => (bestPoint(b)?.qps ?? 0) - (bestPoint(a)?.qps ?? 0),
    'by what': (a, b) => specTitle(a.spec).localeCompare(specTitle(b.spec)),
    'by state': (a, b) => stateOrder(a).localeCompare(stateOrder(b)),
    'by cost': (a, b) => meter(b, now).billed - meter(a, now).billed,
  };
  return sort === 'oldest first' ? states.toReversed() : states.toSorted(compare[sort]);
};

/** What runs of the same title may differ in. */
type Trait = { readonly short: (spec: Spec) => string; readonly long: (spec: Spec) => string };

const traits: readonly Trait[] = [
  { short: ({ k }) => `k${k}`, long: ({ k }) => `k ${k}` },
  { short: ({ threads }) => `t${threads}`, long: ({ threads }) => `${threads} thr` },
  {
    short: ({ subset }) => (subset === null ? 'all' : `${count(subset)}v`),
    long: ({ subset }) => (subset === null ? 'all' : `first ${count(subset)}`),
  },
  { short: ({ repeats }) => `×${repeats}`, long: ({ repeats }) => `best of ${repeats}` },
];

/** The traits in which any two of the runs differ, as words about one of them. */
const tellingApart = (states: readonly RunState[], long: boolean): ((spec: Spec) => string) => {
  const differing = traits.filter(trait => new Set(states.map(({ spec }) => trait.short(spec))).size > 1);
  return spec => differing.map(trait => (long ? trait.long : trait.short)(spec)).join(long ? ', ' : ' ');
};

export type RowOptions = {
  /** With the run's id, which is what commands are given; where there is no room for it, without. */
  readonly named?: boolean;
  /** With what it cost: where no run of the list was paid for, there is nothing to say. */
  readonly paid?: boolean;
};

/** What it cost; that of a run of this machine is its place. */
const costSpan = (state: RunState, now: Now): Span => {
  if (!isPaid(state)) return dim('here');
  const own = meter(state, now);
  const about = isEstimate(own) ? '≈' : '';
  // Four digits say more than a list has room for.
  return span('money', `${about}${own.billed >= 0.01 ? `$${own.billed.toFixed(2)}` : money(own.billed)}`);
};

type Field = Column & { readonly title: string; readonly cell: (state: RunState) => string | Span };

/** A row of the same list, of a run of which nothing else is known. */
export const unreadableRow = ({ run, why }: UnreadableRun, columns: number): Line =>
  cells(
    [span('warn', '!'), run, span('warn', `cannot be read: ${why}`)],
    [{ width: 1 }, { width: 12 }, { width: Math.max(8, columns - 17) }],
  );

const aboutSpan = (state: RunState, now: Now): string | Span => {
  if (isLive(state)) return span(standing(state).role, progressWords(state, now));
  return state.outcome === 'done' ? badWords(state) || bestWords(state) : standing(state).words;
};

/** A table of all of them: its heading, and how a row of it is made. What tells them apart stands there at every width. */
export const runTable = (
  states: readonly RunState[],
  now: Now,
  columns: number,
  { named = false, paid = false }: RowOptions = {},
): { readonly head: Line; readonly row: (state: RunState) => Line } => {
  const apart = tellingApart(states, columns >= 90);
  const apartWidth = Math.min(28, Math.max(0, ...states.map(({ spec }) => textWidth(apart(spec)))));
  const showsId = named && columns >= 64;
  const aboutWidth = Math.min(
    31,
    Math.max(16, Math.floor(columns * (paid && columns < 110 ? 0.33 : 0.36)) - (columns < 90 ? apartWidth : 0)),
  );
  // The label of a recall of an older version is told, too.
  const ruleWidth = states.some(state => bestPoint(state)?.rule) ? ' tolerant'.length : 0;
  const before: readonly Field[] = [
    { title: '', width: 1, cell: state => span(standing(state).role, standing(state).mark) },
    ...(showsId ? [{ title: 'run', width: 12, cell: ({ run }: RunState) => run }] : []),
  ];
  const after: readonly Field[] = [
    ...(apartWidth > 0
      ? [{ title: columns >= 90 ? 'differing in' : 'with', width: apartWidth, cell: ({ spec }: RunState) => dim(apart(spec)) }]
      : []),
    ...(columns >= 110 ? [{ title: 'where', width: paid ? 20 : 14, cell: (state: RunState) => dim(placeOf(state)) }] : []),
    { title: 'best, or how it stands', width: aboutWidth + ruleWidth, cell: state => aboutSpan(state, now) },
    ...(paid ? [{ title: 'cost', width: 8, align: 'right' as const, cell: (state: RunState) => costSpan(state, now) }] : []),
    ...((paid && columns < (named ? 84 : 64)) || (apartWidth > 0 && columns < 64)
      ? []
      : [
          {
            title: 'when',
            width: 9,
            align: 'right' as const,
            cell: (state: RunState) => dim(isLive(state) ? '' : ago(state.endedAt ?? state.createdAt, wallOf(now))),
          },
        ]),
  ];
  const fixed = [...before, ...after].reduce((sum, { width }) => sum + width + 2, 0);
  const title: Field = {
    title: 'what',
    width: Math.max(8, columns - fixed),
    cell: state => (showsId || apartWidth > 0 || columns < (paid ? 90 : 70) ? specTitle(state.spec) : titleOf(state)),
  };
  const fields = [...before, title, ...after];
  return {
    head: cells(
      fields.map(field => dim(field.title)),
      fields,
    ),
    row: state =>
      cells(
        fields.map(field => field.cell(state)),
        fields,
      ),
  };
};
