/** Runs as rows of a list. Pure. */

import { isEstimate, meter } from '../../src/metering/meter.ts';
import { type Now, wallOf } from '../../src/metering/plane-clock.ts';
import type { Spec } from '../../src/runs/spec.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { UnreadableRun } from '../../src/runs/store.ts';
import { ago, money } from '../../src/text/format.ts';
import { groupBy } from '../../src/util/group.ts';
import { titleOf as titleOfSpec, workloadOf } from '../../src/workloads/registry.ts';
import { type Column, cells, dim, type Line, type Span, span, textWidth } from '../app/text.ts';
import { badWords, bestWords, isLive, isPaid, placeOf, progressWords, standing, titleOf } from './run-facts.ts';

/** What a row is searched by. */
export const runText = (state: RunState): string =>
  `${state.run} ${titleOf(state)} ${placeOf(state)} ${standing(state).words} ${traitsOf(state.spec)
    .map(({ long }) => long)
    .join(' ')}`;

type Compare = (a: RunState, b: RunState) => number;

/** What the list can be sorted by; results of several kinds only within their kind. */
export const runSorts = (states: readonly RunState[]): readonly string[] => {
  const ratings = new Set(states.map(({ spec }) => `by ${workloadOf(spec).rating.name}`));
  return ['newest first', 'oldest first', ...ratings, 'by what', 'by state', 'by cost'];
};

const stateOrder = (state: RunState): string => (isLive(state) ? '0' : standing(state).words);

/** `states`: newest first. What is equal stays in that order. */
export const sortRuns = (states: readonly RunState[], sort: string, now: Now): readonly RunState[] => {
  const rate = (state: RunState): number => {
    const { rating } = workloadOf(state.spec);
    return sort === `by ${rating.name}` ? rating.of(state) : Number.NEGATIVE_INFINITY;
  };
  const compare: Readonly<Record<string, Compare>> = {
    'newest first': () => 0,
    'by what': (a, b) => workloadOf(a.spec).title(a.spec).localeCompare(workloadOf(b.spec).title(b.spec)),
    'by state': (a, b) => stateOrder(a).localeCompare(stateOrder(b)),
    'by cost': (a, b) => meter(b, now).billed - meter(a, now).billed,
  };
  return sort === 'oldest first'
    ? states.toReversed()
    : states.toSorted(compare[sort] ?? ((a, b) => (rate(a) === rate(b) ? 0 : rate(b) - rate(a))));
};

const traitsOf = (spec: Spec) => workloadOf(spec).traits(spec);

/** The traits in which any two of the runs differ, as words about one of them. */
const tellingApart = (states: readonly RunState[], long: boolean): ((spec: Spec) => string) => {
  const differing = [...groupBy(states, ({ spec }) => spec.kind)].flatMap(([kind, own]) => {
    const all = own.map(({ spec }) => traitsOf(spec));
    return (all[0] ?? [])
      .map((_, at) => ({ kind, at, differs: new Set(all.map(traits => traits[at]?.short)).size > 1 }))
      .filter(({ differs }) => differs);
  });
  return spec => {
    const traits = traitsOf(spec);
    const own = differing.flatMap(({ kind, at }) => (kind === spec.kind ? (traits[at] ?? []) : []));
    return own.map(trait => (long ? trait.long : trait.short)).join(long ? ', ' : ' ');
  };
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

const aboutText = (state: RunState, now: Now): string => {
  const about = aboutSpan(state, now);
  return typeof about === 'string' ? about : about.text;
};

/** Columns of a title in which its first words can be told. */
const leastTitle = 12;

/** A table of all of them: its heading, and how a row of it is made. What tells them apart stands there at every width. */
export const runTable = (
  states: readonly RunState[],
  now: Now,
  columns: number,
  { named = false, paid = false }: RowOptions = {},
): { readonly head: Line; readonly row: (state: RunState) => Line } => {
  const wide = columns >= 90;
  const apart = tellingApart(states, wide);
  const apartTitle = wide ? 'differing in' : 'with';
  const apartText = Math.min(28, Math.max(0, ...states.map(({ spec }) => textWidth(apart(spec)))));
  const apartWidth = apartText === 0 ? 0 : Math.max(apartText, textWidth(apartTitle));
  const showsId = named && columns >= 64;
  const more = Math.max(0, ...states.map(state => workloadOf(state.spec).headlineMore(state)));
  // Room for a figure and a word that says of what: without that it says something else.
  const least = Math.min(31, Math.max(22, Math.floor(columns * (paid && columns < 110 ? 0.33 : 0.36)) - (wide ? 0 : apartWidth)));
  const ended = states.filter(state => !isLive(state));
  const said = Math.min(least + more, Math.max(16, ...ended.map(state => textWidth(aboutText(state, now)))));
  // What is over has its words for good; those of a live run change, and nothing may jump.
  const aboutWidth = ended.length < states.length ? Math.max(least, said) : said;
  const agoOf = (state: RunState): string => (isLive(state) ? '' : ago(state.endedAt ?? state.createdAt, wallOf(now)));
  const before: readonly Field[] = [
    { title: '', width: 1, cell: state => span(standing(state).role, standing(state).mark) },
    ...(showsId
      ? [{ title: 'run', width: Math.max(12, ...states.map(({ run }) => Math.min(15, run.length))), cell: ({ run }: RunState) => run }]
      : []),
  ];
  const when: Field = {
    title: 'when',
    width: Math.max(4, ...states.map(state => textWidth(agoOf(state)))),
    align: 'right',
    cell: state => dim(agoOf(state)),
  };
  const where: Field = { title: 'where', width: paid ? 20 : 14, cell: state => dim(placeOf(state)) };
  const afterWith = (shown: readonly Field[]): readonly Field[] => [
    ...(apartWidth > 0 ? [{ title: apartTitle, width: apartWidth, cell: ({ spec }: RunState) => dim(apart(spec)) }] : []),
    ...shown.filter(field => field === where),
    { title: 'best, or how it stands', width: aboutWidth, cell: state => aboutSpan(state, now) },
    ...(paid ? [{ title: 'cost', width: 8, align: 'right' as const, cell: (state: RunState) => costSpan(state, now) }] : []),
    ...shown.filter(field => field === when),
  ];
  const roomWith = (shown: readonly Field[]): number =>
    columns - [...before, ...afterWith(shown)].reduce((sum, { width }) => sum + width + 2, 0);
  const hasWhen = !(paid && columns < (named ? 84 : 64)) && !(apartWidth > 0 && columns < 64);
  const wanted = [...(columns >= 110 ? [where] : []), ...(hasWhen ? [when] : [])];
  const longest = Math.max(0, ...states.map(({ spec }) => textWidth(titleOfSpec(spec))));
  const onePlace = new Set(states.map(placeOf)).size <= 1;
  // Before a title is cut goes what is the same of all of them; before nothing is left of it, when they were.
  const placed = onePlace && roomWith(wanted) < longest ? wanted.filter(field => field !== where) : wanted;
  const shown = roomWith(placed) < Math.min(longest, leastTitle) ? placed.filter(field => field !== when) : placed;
  const room = Math.max(8, roomWith(shown));
  const title: Field = {
    title: 'what',
    width: room,
    // The kind goes before anything of the title is cut; where the run's name stands, it begins with it.
    cell: state => (showsId || apartWidth > 0 || textWidth(titleOf(state)) > room ? titleOfSpec(state.spec) : titleOf(state)),
  };
  const fields = [...before, title, ...afterWith(shown)];
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
