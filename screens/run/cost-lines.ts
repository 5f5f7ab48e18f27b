/** What runs on Modal have cost, as a table, and the month's pace below it. Pure. */

import type { WorkspaceSpending } from '../../src/accounts/workspace-spending.ts';
import { byApp, byDay, byHardware, type CostGroup, type CostRow, type MonthView, monthView } from '../../src/metering/history.ts';
import type { Ledger } from '../../src/metering/ledger.ts';
import { commonHead } from '../../src/text/common-head.ts';
import { ago, count, counted, duration, money, percent } from '../../src/text/format.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import { type Column, cells, dim, type Line, type LineLike, span, wrap } from '../app/text.ts';
import { bar } from '../components/bar.ts';

export type CostWay = 'day' | 'run' | 'app' | 'hardware';
export const costWays: readonly CostWay[] = ['day', 'run', 'app', 'hardware'];

/** A table's heading and its rows. */
export type CostTable = { readonly head: Line; readonly rows: readonly Line[] };

type Cell = readonly [head: string, width: number, align?: 'right'];

const tableOf = (columns: readonly Cell[], rows: readonly (readonly string[])[], moneyAt: number): CostTable => {
  const widths: readonly Column[] = columns.map(([, width, align]) => (align === undefined ? { width } : { width, align }));
  return {
    head: cells(
      columns.map(([head]) => dim(head)),
      widths,
    ),
    rows: rows.map(row =>
      cells(
        row.map((text, index) => (index === moneyAt ? span('money', text) : text)),
        widths,
      ),
    ),
  };
};

const billed = ({ dollars, estimate }: CostRow): string => `${estimate ? '≈ ' : ''}${money(dollars)}`;

const unitHead = (rows: readonly CostRow[]): string =>
  commonHead(
    rows.map(({ kind }) => `a ${workloadOf({ kind }).noun.one}`),
    'a result',
  );

const priceHead = (rows: readonly CostRow[]): string =>
  commonHead(
    rows.flatMap(({ kind }) => workloadOf({ kind }).price?.head ?? []),
    'its price',
  );

const runTable = (rows: readonly CostRow[], now: number, columns: number): CostTable => {
  const [wide, middling] = [columns >= 110, columns >= 76];
  const shown: readonly (readonly [Cell, (row: CostRow) => string])[] = [
    [['run', 12], row => row.run],
    [['billed', 10, 'right'], billed],
    ...(middling ? [[['container time', 14, 'right'], (row: CostRow) => duration(row.seconds)] as const] : []),
    [[unitHead(rows), 8, 'right'], row => (row.perUnit === undefined ? '–' : money(row.perUnit))],
    ...(middling
      ? [[[priceHead(rows), 10, 'right'], (row: CostRow) => (row.price === undefined ? '–' : money(row.price.dollars))] as const]
      : []),
    ...(wide ? [[['hardware', 10], (row: CostRow) => row.hardware] as const] : []),
    [['when', 9, 'right'], row => ago(row.created, now)],
    ...(wide ? [[['what', columns - 95], (row: CostRow) => row.title] as const] : []),
  ];
  return tableOf(
    shown.map(([cell]) => cell),
    rows.map(row => shown.map(([, of]) => of(row))),
    1,
  );
};

const groupTable = (title: string, groups: readonly CostGroup[]): CostTable =>
  tableOf(
    [
      [title, Math.max(12, ...groups.map(({ key }) => key.length))],
      ['billed', 10, 'right'],
      ['container time', 14, 'right'],
      ['runs', 6, 'right'],
    ],
    groups.map(({ key, dollars, seconds, runs }) => [key, money(dollars), duration(seconds), count(runs)]),
    1,
  );

/** `month`: only its days. */
export const costTable = (way: CostWay, { rows, spans }: Ledger, month: string | undefined, now: number, columns: number): CostTable => {
  if (way === 'run') return runTable(rows, now, columns);
  if (way === 'hardware') return groupTable('hardware', byHardware(rows));
  if (way === 'app') return groupTable('app at Modal', byApp(spans));
  return groupTable(
    'day (UTC)',
    byDay(spans).filter(({ key }) => month === undefined || key.startsWith(month)),
  );
};

const paceWords = ({ projected }: MonthView): string => (projected === undefined ? '' : `; at this pace ${money(projected)} by its end`);

/** Our own runs of a month by our own meter, and the whole workspace by Modal's word against its budget. */
export const monthLines = (
  { spans }: Ledger,
  month: string,
  now: number,
  columns: number,
  workspace: WorkspaceSpending | undefined,
): readonly LineLike[] => {
  const view = monthView(spans, month, now, workspace);
  const own = `${month}: ${money(view.dollars)} by our own meter, before credits, in ${counted(view.runs, 'run')}`;
  const pace = view.workspace === undefined ? paceWords(view) : '';
  const lines: readonly LineLike[] = wrap(`${own}${pace}`, columns);
  if (view.workspace === undefined) return lines;
  const { spent, budget } = view.workspace;
  const whole = `The whole workspace by Modal's count: ${money(spent)}${budget === null ? ', without a budget' : ` of ${money(budget)}`}${paceWords(view)}`;
  if (view.ofBudget === undefined) return [...lines, ...wrap(whole, columns)];
  const share = view.ofBudget;
  const role = share >= 0.95 ? 'danger' : share >= 0.8 ? 'warn' : 'money';
  return [...lines, ...wrap(whole, columns), [...bar(Math.min(1, share), Math.min(40, columns - 8)), span(role, `  ${percent(share)}`)]];
};
