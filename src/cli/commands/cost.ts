import { type WorkspaceSpending, workspaceSpending } from '../../accounts/workspace-spending.ts';
import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import { type BilledSpan, byApp, byDay, byHardware, type CostGroup, type CostRow, monthOf, monthView } from '../../metering/history.ts';
import { type Ledger, ledgerOf, monthBounds } from '../../metering/ledger.ts';
import type { Moment } from '../../metering/plane-clock.ts';
import { type ReconcileRow, type Reconciliation, reconcile } from '../../metering/reconcile.ts';
import type { BillItem } from '../../modal-client/types.ts';
import { canAsk } from '../../orphans/index.ts';
import { readMoment } from '../../process/moment.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { listRuns } from '../../runs/store.ts';
import { commonHead } from '../../text/common-head.ts';
import * as format from '../../text/format.ts';
import { workloadOf } from '../../workloads/registry.ts';
import { accountIn, type Context, type Invocation, type Run } from '../command.ts';
import { table } from '../text/table.ts';
import { orphansNow, printOrphans } from './orphans.ts';

const help = 'ann-tui cost --help';
/** Seconds for what is only a bonus. */
const patience = 8;
const ways = ['run', 'day', 'app', 'hardware'] as const;
type Way = (typeof ways)[number];

const wayOf = (invocation: Invocation): Way => {
  const text = invocation.text('by') ?? 'run';
  const way = ways.find(one => one === text);
  if (way === undefined) throw usageError(`Cost is not told by "${text}"`, `there are: ${ways.join(', ')}`, help);
  return way;
};

const monthIn = (invocation: Invocation, now: number): { readonly month: string; readonly given: boolean } => {
  const text = invocation.text('month');
  if (text === undefined) return { month: monthOf(now), given: false };
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw usageError(`--month ${text} cannot be`, 'it is a year and a month', '--month 2026-11');
  return { month: text, given: true };
};

const quoted = (value: unknown): string => {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const printCsv = (records: readonly Readonly<Record<string, unknown>>[], names: readonly string[], { io }: Context): void => {
  io.stdout(`${names.join(',')}\n`);
  for (const record of records) io.stdout(`${names.map(name => quoted(record[name])).join(',')}\n`);
};

const nounOf = (kind: string) => workloadOf({ kind }).noun;

const rowRecord = ({ created, kind, units, perUnit, price, ...row }: CostRow): Readonly<Record<string, unknown>> => {
  const { one, many } = nounOf(kind);
  return {
    type: 'cost',
    ...row,
    created: new Date(created).toISOString(),
    [many]: units,
    [`dollars_per_${one}`]: perUnit ?? null,
    ...Object.fromEntries((workloadOf({ kind }).price?.fields ?? []).map(name => [name, price?.record[name] ?? null])),
  };
};

/** The columns of all rows together. */
const rowNames = (records: readonly Readonly<Record<string, unknown>>[]): readonly string[] => {
  const names = records.flatMap(record => Object.keys(record));
  return [...new Set(names)].filter(name => !['type', 'live'].includes(name));
};

const rowCells = (row: CostRow, now: number): readonly string[] => [
  row.run,
  row.title,
  row.hardware,
  `${row.estimate ? '≈ ' : ''}${format.money(row.dollars)}`,
  format.duration(row.seconds),
  row.perUnit === undefined ? '–' : format.money(row.perUnit),
  row.price === undefined ? '–' : `${format.money(row.price.dollars)} ${row.price.of}`,
  format.ago(row.created, now),
];
const priceHead = (kind: string): readonly string[] => {
  const { price } = workloadOf({ kind });
  return price === undefined ? [] : [`${price.head} ${price.condition}`];
};

const rowColumns = (rows: readonly CostRow[]) => [
  { head: 'run' },
  { head: 'what' },
  { head: 'hardware' },
  { head: 'billed', right: true },
  { head: 'container time', right: true },
  {
    head: `a ${commonHead(
      rows.map(({ kind }) => nounOf(kind).one),
      'result',
    )}`,
    right: true,
  },
  {
    head: commonHead(
      rows.flatMap(({ kind }) => priceHead(kind)),
      'its price',
    ),
    right: true,
  },
  { head: 'when' },
];

const groupCells = ({ key, dollars, seconds, runs }: CostGroup): readonly string[] => [
  key,
  format.money(dollars),
  format.duration(seconds),
  format.count(runs),
];
const groupColumns = (way: Way) => [
  { head: way === 'day' ? 'day (UTC)' : way },
  { head: 'billed', right: true },
  { head: 'container time', right: true },
  { head: 'runs', right: true },
];

/** What the workspace has spent, asked of Modal where somebody is signed in; undefined where nobody can tell. */
const workspaceNow = async (invocation: Invocation): Promise<WorkspaceSpending | undefined> => {
  if (invocation.flag('local') || !(await canAsk())) return undefined;
  const { withModal } = await import('../../accounts/with-modal.ts');
  // The figures of this machine stand without it.
  return await withModal(accountIn(invocation), async client => workspaceSpending(await client.environments({ deadline: patience }))).catch(
    () => undefined,
  );
};

const printMonth = (
  spans: readonly BilledSpan[],
  month: string,
  moment: Moment,
  workspace: WorkspaceSpending | undefined,
  { out }: Context,
): void => {
  const view = monthView(spans, month, moment.wall, workspace);
  out.record({ type: 'month', ...view });
  const pace = view.projected === undefined ? '' : `; at this pace ${format.money(view.projected)} by its end`;
  const own = `${month}: ${format.money(view.dollars)} by our own meter, before credits`;
  if (view.workspace === undefined) {
    out.line(`${own}${pace}`);
    return;
  }
  const { spent, budget } = view.workspace;
  const of =
    budget === null
      ? ', without a budget'
      : ` of ${format.money(budget)}${view.ofBudget === undefined ? '' : ` (${format.percent(view.ofBudget)})`}`;
  out.line(own);
  out.line(`The whole workspace by Modal's count: ${format.money(spent)}${of}${pace}`);
};

/** `month`: only its days. */
const print = (way: Way, ledger: Ledger, month: string | undefined, invocation: Invocation, context: Context, moment: Moment): void => {
  const { out } = context;
  const days = byDay(ledger.spans).filter(({ key }) => month === undefined || key.startsWith(month));
  const groups = way === 'day' ? days : way === 'app' ? byApp(ledger.spans) : byHardware(ledger.rows);
  const records = ledger.rows.map(rowRecord);
  if (invocation.flag('csv')) {
    if (way === 'run') printCsv(records, rowNames(records), context);
    else
      printCsv(
        groups.map(({ key, ...rest }) => ({ [way]: key, ...rest })),
        [way, 'dollars', 'seconds', 'runs'],
        context,
      );
    return;
  }
  if (way === 'run') for (const record of records) out.record(record);
  else for (const { key, ...rest } of groups) out.record({ type: 'cost', [way]: key, ...rest });
  const lines =
    way === 'run'
      ? table(
          rowColumns(ledger.rows),
          ledger.rows.map(row => rowCells(row, moment.wall)),
        )
      : table(groupColumns(way), groups.map(groupCells));
  for (const line of lines) out.line(line);
  out.line();
};

const verdictWords: Readonly<Record<ReconcileRow['verdict'], string>> = {
  same: 'the same',
  differs: 'differs',
  'not-billed-yet': 'not billed yet',
  sync: 'a sync',
  'not-ours': 'unknown here',
};

const printReconciliation = ({ rows, meter, bill, others }: Reconciliation, invocation: Invocation, context: Context): void => {
  const { out } = context;
  const records = rows.map(row => ({ type: 'reconciled', ...row }));
  if (invocation.flag('csv')) {
    printCsv(records, ['app', 'run', 'attempt', 'meter', 'bill', 'difference', 'verdict', 'why'], context);
    return;
  }
  for (const record of records) out.record(record);
  out.record({ type: 'reconciliation', meter, bill, others });
  const columns = [
    { head: 'app' },
    { head: 'meter', right: true },
    { head: 'bill', right: true },
    { head: 'bill − meter', right: true },
    { head: '' },
  ];
  const cells = rows.map(row => [
    row.app,
    format.money(row.meter),
    format.money(row.bill),
    format.money(row.difference),
    verdictWords[row.verdict],
  ]);
  for (const line of table(columns, cells)) out.line(line);
  for (const { app, why } of rows) if (why !== '') out.line(`  ${app}: ${why}`);
  out.line();
  out.line(
    `Our meter ${format.money(meter)}, the bill ${format.money(bill)}, before credits; the rest of the workspace ${format.money(others)}.`,
  );
};

const kept = "the figures of our own meter: they count every container's time";

const noReport = (why: string): UserError =>
  new UserError({ what: 'There is no bill to compare with', why, kept, hint: 'ann-tui cost' }, exitCodes.refused);

/** Asks Modal; throws a `UserError` that says why there is no report. */
const billItems = async (from: number, until: number, invocation: Invocation): Promise<readonly BillItem[]> => {
  const [{ withModal }, { ModalError }] = await Promise.all([
    import('../../accounts/with-modal.ts'),
    import('../../modal-client/index.ts'),
  ]);
  try {
    return await withModal(accountIn(invocation), client => client.billingReport({ from, until, resolution: 'hour' }));
  } catch (error) {
    if (!(error instanceof ModalError)) throw error;
    // Signed in, but this plan has no report: that is no matter of tokens.
    if (error.type === 'PermissionDeniedError') throw noReport(`Modal: ${error.failure.why}`);
    throw new UserError({ ...error.failure, kept }, exitCodes.refused);
  }
};

export const run: Run = async (invocation, context) => {
  recoverRuns();
  const { out } = context;
  if (invocation.flag('csv') && out.json) throw usageError('--csv and --json do not go together', 'each is a format of its own', help);
  const way = wayOf(invocation);
  const moment = readMoment();
  const { month, given } = monthIn(invocation, moment.wall);
  const bounds = monthBounds(month);
  const reconciling = invocation.flag('reconcile');
  const ledger = ledgerOf(listRuns(), moment, given || reconciling ? bounds : undefined);
  if (reconciling) {
    // A report holds whole hours only: the one under way is asked for to its end.
    const until = Math.min(bounds.until, Math.ceil(moment.wall / 3_600_000) * 3_600_000);
    const items = await billItems(bounds.from, until, invocation);
    printReconciliation(reconcile(ledger.states, items, { from: bounds.from, until, now: moment }), invocation, context);
    return exitCodes.done;
  }
  if (ledger.rows.length === 0 && !invocation.flag('csv')) {
    out.line(given ? `Nothing was billed in ${month}.` : 'Nothing was billed: no run was on Modal. Runs on this machine cost nothing.');
    return exitCodes.done;
  }
  print(way, ledger, given ? month : undefined, invocation, context, moment);
  if (invocation.flag('csv')) return exitCodes.done;
  const [workspace, alone] = await Promise.all([workspaceNow(invocation), orphansNow(invocation)]);
  printMonth(ledger.spans, month, moment, workspace, context);
  printOrphans(alone, context);
  out.line("It is our own meter, from Modal's own times. Against the bill: ann-tui cost --reconcile");
  return exitCodes.done;
};
