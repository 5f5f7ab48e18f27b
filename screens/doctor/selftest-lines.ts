/** The self-test as lines: its cost on top, what was found so far, and what is under way. Pure. */

import type { Checked } from '../../src/selftest/check.ts';
import { type SelftestPlan, spentAfter } from '../../src/selftest/modal/plan.ts';
import type { SelftestEnd } from '../../src/selftest/start.ts';
import { duration, money } from '../../src/text/format.ts';
import { bold, dim, type LineLike, span, wrap } from '../app/text.ts';
import { meterRole } from '../app/theme.ts';

export type SelftestWork =
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly since: number; readonly current?: string; readonly leaving?: true }
  | { readonly state: 'done'; readonly end: SelftestEnd; readonly cut: boolean };

export type SelftestView = {
  readonly target: 'local' | 'modal';
  readonly plan: SelftestPlan | undefined;
  readonly work: SelftestWork;
  readonly checked: readonly Checked[];
  /** Unix milliseconds. */
  readonly now: number;
  readonly columns: number;
  readonly height: number;
};

const marks = {
  ok: span('ok', '✓ '),
  warn: span('warn', '! '),
  fail: span('danger', '✗ '),
  skipped: dim('· '),
} as const;

const indent = '    ';

/** What was found; where it is not as assumed, what is assumed below it. */
const checkLines = ({ name, verdict, found, assumes }: Checked, width: number, columns: number): readonly LineLike[] => {
  const beside = wrap(found, Math.max(20, columns - width - 5));
  const row = (words: string): LineLike => [marks[verdict], name.padEnd(width), '  ', words];
  if (verdict === 'ok') return [row(beside.length > 1 ? `${beside[0]}…` : (beside[0] ?? ''))];
  const first = row(beside[0] ?? '');
  const rest = beside.slice(1).map((words): LineLike => [' '.repeat(width + 4), words]);
  return [first, ...rest, ...wrap(`assumed: ${assumes}`, columns - indent.length).map((words): LineLike => [indent, dim(words)])];
};

const costWords = (plan: SelftestPlan | undefined): string =>
  plan === undefined ? 'costs nothing' : `about ${money(plan.likely)}, at most ${money(plan.most)}, an estimate`;

/** The top line's right side of one at Modal: what it costs by now, and the most that it may. */
export const selftestCost = ({ plan, work, now }: Pick<SelftestView, 'plan' | 'work' | 'now'>): LineLike | undefined => {
  if (plan === undefined) return undefined;
  if (work.state === 'idle') return dim('nothing billed yet');
  const spent = work.state === 'done' ? work.end.spent : spentAfter(plan, Math.max(0, (now - work.since) / 1000));
  if (spent === undefined) return dim(`at most ${money(plan.most)}`);
  return [
    span(meterRole(spent, plan.budget), `${work.state === 'done' ? '' : '≈ '}${money(spent)}`),
    dim(` of at most ${money(plan.most)}`),
  ];
};

const usual = (plan: SelftestPlan | undefined): string =>
  plan === undefined ? 'about a minute' : `about ${duration(plan.seconds.likely)}`;

/** What is under way, and below it what it costs. */
const headLines = ({ plan, work, now }: SelftestView): readonly LineLike[] => {
  const before = dim(`${usual(plan)}; ${costWords(plan)}`);
  switch (work.state) {
    case 'idle':
      return [bold('Is what this program assumes so?'), before];
    case 'working': {
      const so = duration(Math.max(0, Math.floor((now - work.since) / 1000)));
      const what = work.leaving ? 'leaving, and removing what it has at Modal' : (work.current ?? 'beginning');
      return [[span('accent', '▸ '), bold(what), dim(`  ${so} so far; esc stops it`)], before];
    }
    case 'done': {
      const { seconds, spent } = work.end;
      const cost = spent === undefined ? costWords(plan) : `${money(spent)} by the job's own account`;
      return [bold(work.cut ? 'Stopped before its end' : 'Done'), dim(`in ${duration(seconds)}; ${cost}`)];
    }
  }
};

const introLines = ({ target, columns }: SelftestView): readonly LineLike[] => [
  ...wrap(
    target === 'local'
      ? 'Your C++ in its sealed child, clocks, noise, disk and processes of this machine, looked at one by one.'
      : 'The whole chain in miniature on your own account: image, launch, containers, a training on the cheapest GPU, volumes, logs, timers, interruption, budget, bill. App, volume and Dict of it are removed at the end.',
    columns,
  ).map(dim),
  '',
  ...wrap('The report is one file, without secrets: a bug report can carry it.', columns).map(dim),
  '',
  ...wrap(target === 'local' ? 'enter starts it.' : 'enter asks once more; nothing is billed before that.', columns),
];

const endLines = ({ work, columns }: SelftestView): readonly LineLike[] => {
  if (work.state !== 'done') return [];
  const { file, problems } = work.end;
  return [
    '',
    ...problems.flatMap(problem => wrap(`left at Modal: ${problem}`, columns).map(words => span('danger', words))),
    ...wrap(`The report: ${file}`, columns),
    ...wrap('enter tries all of it again; esc goes back.', columns).map(dim),
  ];
};

const rank = { fail: 0, warn: 1, skipped: 2, ok: 3 } as const;

export const selftestLines = (view: SelftestView): readonly LineLike[] => {
  const { work, checked, columns, height } = view;
  const head = headLines(view);
  if (work.state === 'idle') return [...head, '', ...introLines(view)];
  const width = Math.max(0, ...checked.map(({ name }) => name.length));
  // At the end, what is not as assumed comes first; before, what came last is seen.
  const done = work.state === 'done';
  const order = done ? checked.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]) : checked;
  const end = endLines(view);
  const lines = order.flatMap(one => checkLines(one, width, columns));
  const room = Math.max(1, height - head.length - 1 - end.length);
  if (lines.length <= room) return [...head, '', ...lines, ...end];
  const shown = done ? lines.slice(0, room - 1) : lines.slice(-(room - 1));
  const more: LineLike = dim(`  ${lines.length - shown.length} more lines ${done ? 'are in the report' : 'above'}`);
  return done ? [...head, '', ...shown, more, ...end] : [...head, '', more, ...shown, ...end];
};
