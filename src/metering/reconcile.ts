/** Our own meter against the bill, app by app. Pure. */

import type { BillItem } from '../modal-client/types.ts';
import { appName, isSyncApp, ofAppName } from '../runs/app-name.ts';
import type { RunState } from '../runs/state.ts';
import { groupBy } from '../util/group.ts';
import { sum } from '../util/numbers.ts';
import { type BilledSpan, billedSpans, dollarsBetween } from './history.ts';
import { meter } from './meter.ts';
import { type Moment, planeTime } from './plane-clock.ts';

/** `sync`: data was fetched there; no run is behind it, so there is no meter. */
export type ReconcileVerdict = 'same' | 'differs' | 'not-billed-yet' | 'sync' | 'not-ours';

export type ReconcileRow = {
  readonly app: string;
  /** Absent for an app of which no journal here knows. */
  readonly run?: string;
  readonly attempt?: number;
  /** Dollars. */
  readonly meter: number;
  readonly bill: number;
  /** bill − meter */
  readonly difference: number;
  readonly verdict: ReconcileVerdict;
  /** For a person. */
  readonly why: string;
};

export type Reconciliation = {
  readonly rows: readonly ReconcileRow[];
  readonly meter: number;
  readonly bill: number;
  /** What the rest of the workspace cost in that time. */
  readonly others: number;
};

export type ReconcileOptions = {
  /** What the report was asked for. */
  readonly from: number;
  readonly until: number;
  readonly now: Moment;
};

/** A meter is right when it is within 1 % of the bill, or one second of the rate, whichever is more. */
const share = 0.01;
const second = 1 / 3600;
/** Milliseconds that a bill may be behind. */
const lag = 2 * 3_600_000;

type Attempt = {
  readonly state: RunState;
  readonly attempt: number;
  readonly spans: readonly BilledSpan[];
  readonly dollars: number;
  /** Dollars an hour of everything that ran side by side. */
  readonly rate: number;
};

/** Factors that a region and "not preemptible" put on a price. */
const factors: readonly (readonly [number, string])[] = [
  [1.5, 'a broad region'],
  [1.75, 'a narrow region'],
  [3, 'a container that may not be preempted'],
];

const explain = (
  { state, spans, dollars }: Attempt,
  bill: number,
  { now, until }: ReconcileOptions,
  items: readonly BillItem[],
): string => {
  const metered = meter(state, now);
  const doubts = metered.cloud?.doubts ?? [];
  const last = Math.max(0, ...spans.map(({ until: end }) => end));
  const billedUntil = Math.max(0, ...items.map(item => item.until));
  if (bill < dollars && (last > billedUntil || last > until - lag)) return 'the bill is not complete yet: it follows by minutes to hours';
  if (bill < dollars && doubts.includes('start'))
    return 'when a container began to start was not told, and the meter counts all it may have been';
  if (bill < dollars && doubts.includes('end')) return 'when a container ended was not told, and the meter counts it to the end of the run';
  if (bill < dollars) return `Modal billed less than the rates of ${state.spec.hardware.pricesDate}: were they lowered?`;
  const ratio = dollars > 0 ? bill / dollars : Number.POSITIVE_INFINITY;
  const factor = factors.find(([times]) => Math.abs(ratio / times - 1) < 0.03);
  if (factor !== undefined) return `the bill is ${factor[0]} times the meter: the price of ${factor[1]}, which the spec does not know of`;
  if (state.containers === undefined || state.containers.length === 0) return 'no container of it was ever seen from here';
  const resources = Object.keys(Object.assign({}, ...items.map(item => item.resources ?? {})) as object);
  if (resources.some(name => /volume|storage|build|image/i.test(name)))
    return `the bill holds more than containers: ${resources.join(', ')}`;
  if (ratio < 1.1)
    return 'the bill holds what the meter does not see: the building of the image, or a container that lived too short to be noticed';
  return `Modal billed more than the rates of ${state.spec.hardware.pricesDate}: were they raised, or did a container use more than it asked for?`;
};

const attemptsOf = (state: RunState, { from, until, now }: ReconcileOptions): readonly Attempt[] => {
  const { at } = planeTime(state.planeClock, now);
  const end = state.status === 'ended' ? (state.endedAt ?? at) : at;
  const spans = billedSpans(state, end);
  return Array.from({ length: state.attempt }, (_, index) => index + 1).flatMap(attempt => {
    const own = spans.filter(span => span.attempt === attempt);
    const dollars = dollarsBetween(own, from, until);
    const rate = own.reduce((sum, { perHour }) => sum + perHour, 0);
    return own.length === 0 || dollars > 0 ? [{ state, attempt, spans: own, dollars, rate }] : [];
  });
};

const costOf = (items: readonly BillItem[]): number => sum(items.map(({ cost }) => cost));

/** Every app of ours in the report, every attempt of ours in that time. An app is ours by its name, which holds run and attempt. */
export const reconcile = (states: readonly RunState[], items: readonly BillItem[], options: ReconcileOptions): Reconciliation => {
  const wanted = items.filter(({ from, until }) => until > options.from && from < options.until);
  const ours = new Map(
    groupBy(
      wanted.filter(({ description }) => ofAppName(description) !== undefined),
      ({ description }) => description,
    ),
  );
  const rows: ReconcileRow[] = [];
  for (const state of states.filter(({ spec }) => spec.target === 'modal')) {
    for (const one of attemptsOf(state, options)) {
      const app = appName(state.run, one.attempt);
      const own = ours.get(app) ?? [];
      ours.delete(app);
      const bill = costOf(own);
      if (own.length === 0 && one.dollars === 0) continue;
      const difference = bill - one.dollars;
      const within = Math.abs(difference) <= Math.max(share * bill, second * one.rate);
      const pending = own.length === 0;
      rows.push({
        app,
        run: state.run,
        attempt: one.attempt,
        meter: one.dollars,
        bill,
        difference,
        verdict: within ? 'same' : pending ? 'not-billed-yet' : 'differs',
        why: within ? '' : pending ? 'the report does not have it yet: it follows by minutes to hours' : explain(one, bill, options, own),
      });
    }
  }
  for (const [app, own] of ours) {
    const bill = costOf(own);
    const row = { app, meter: 0, bill, difference: bill };
    if (isSyncApp(app)) rows.push({ ...row, verdict: 'sync', why: 'a dataset was brought there; the meter is for runs' });
    else
      rows.push({
        ...row,
        verdict: 'not-ours',
        why: 'no journal on this machine knows it: it was launched elsewhere, or the run was removed here',
      });
  }
  const known = sum(rows.map(({ bill }) => bill));
  return { rows, meter: sum(rows.map(({ meter }) => meter)), bill: known, others: Math.max(0, costOf(wanted) - known) };
};
