/** What is said before a run starts. Pure. */

import { limitSeconds } from '../../src/metering/budget.ts';
import { budgetSeconds, containersOf, costRange, preparingRate, runningRate } from '../../src/metering/cloud-cost.ts';
import type { Estimate } from '../../src/metering/estimate.ts';
import { eachRate, fleetWords } from '../../src/metering/fleet-words.ts';
import type { Spec } from '../../src/runs/spec.ts';
import { duration, money, rate } from '../../src/text/format.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import { dim, type LineLike, line, type Span, textWidth, wrap } from '../app/text.ts';
import { screensOf } from '../workloads/registry.ts';

type MachineWords = { readonly cores: number; readonly cpu: string; readonly memoryGiB: number };

const labelWidth = 11;
/** The row of the data: what has to be brought to Modal first is said there. */
const dataLabel = 'on';

const row = (label: string, text: string, more: string, columns: number): readonly LineLike[] => {
  const room = Math.max(10, columns - labelWidth);
  const together = textWidth(text) + 2 + textWidth(more) <= room;
  const first: readonly Span[] = [dim(label.padEnd(labelWidth)), { text }];
  if (more === '') return [line(first)];
  if (together) return [line([...first, dim(`  ${more}`)])];
  return [line(first), ...wrap(more, room).map(part => line([' '.repeat(labelWidth), dim(part)]))];
};

/** Where, at what rate, for how much, and what ends it. `terse`: without what the wide words explain. */
const cloudRows = (spec: Spec, estimate: Estimate, account: string | undefined, columns: number, terse: boolean): readonly LineLike[] => {
  const { hardware, cloud, budget } = spec;
  const containers = containersOf(spec);
  const { low, likely, high } = costRange(spec, estimate);
  const special = [cloud?.container.region ?? '', cloud?.container.nonpreemptible ? 'not preemptible' : ''].filter(Boolean);
  const lasts = budgetSeconds(spec);
  const beside = rate(cloud?.coordinator.dollarsPerHour ?? 0);
  const fleet = terse
    ? fleetWords(spec)
    : cloud?.each
      ? `a container each of ${fleetWords(spec)}`
      : `${containers === 1 ? 'one container' : `${containers} containers`} of ${hardware.label}`;
  const preparing = cloud?.preparer === undefined ? '' : `; before, where it prepares, ${rate(preparingRate(spec))}`;
  const words = (short: string, more: string): string => (terse ? short : `${short}${more}`);
  return [
    ...row(
      'cost',
      `≈ ${money(likely)}`,
      words(`${money(low)} to ${money(high)}`, ', an estimate; a container that is done leaves'),
      columns,
    ),
    ...row(
      'rate',
      rate(runningRate(spec)),
      terse
        ? `${containers} × ${eachRate(spec)} + ${beside}${preparing}`
        : `${containers} × ${eachRate(spec)} + coordinator ${beside}${preparing}, prices of ${hardware.pricesDate}`,
      columns,
    ),
    ...row('where', `Modal${account === undefined ? '' : ` ${account}`}`, [fleet, ...special].join(', '), columns),
    ...row(
      'budget',
      budget === null ? 'none' : money(budget),
      lasts === undefined
        ? 'b sets one'
        : words(`lasts ${duration(lasts)} at that rate`, `; finished ${workloadOf(spec).noun.many} are kept`),
      columns,
    ),
    ...row(
      'hangs',
      `ended after ${duration(limitSeconds(spec))}`,
      words("by Modal's own timer", ', also with this machine switched off'),
      columns,
    ),
  ];
};

/** What it would cost on the hardware that prices the run: the same time, or what that makes of the work. */
const thereText = ({ hardware: { label, dollarsPerHour, pricesDate } }: Spec, { dollarsThere, there }: Estimate): string => {
  if (dollarsThere === undefined) return '';
  const at = `on ${label} at ${rate(dollarsPerHour)}, prices of ${pricesDate}`;
  if (there === undefined) return `≈ ${money(dollarsThere)} for the same time ${at}`;
  return `≈ ${money(dollarsThere)} for ≈ ${duration(there.seconds)} of ${there.of} ${at}, an estimate`;
};

const localRows = (spec: Spec, estimate: Estimate, machine: MachineWords, columns: number): readonly LineLike[] => [
  ...row('where', 'this machine', `${machine.cores} cores · ${machine.cpu} · ${Math.round(machine.memoryGiB)} GiB`, columns),
  ...row('cost', '$0 here', thereText(spec, estimate), columns),
  ...row('budget', 'none needed', 'nothing is billed on this machine', columns),
];

export type ReviewOptions = {
  /** "acme/main", when it is known. */
  readonly account: string | undefined;
  readonly columns: number;
  /** On Modal: what has to be brought there first, of the data. */
  readonly needs?: string;
  /** Rows there are. What is said of money stays; the rest is said in fewer words where there are few. */
  readonly height: number;
};

/** Rows by what they matter, the least first: what is run, what it costs, the budget and where stay longest. */
const leastFirst = ['hangs', 'rate', 'time', dataLabel, 'where'];

const labelOf = (like: LineLike): string => (line(like)[0]?.text ?? '').trim();

export const reviewLines = (
  spec: Spec,
  estimate: Estimate,
  machine: MachineWords,
  { account, needs = '', columns, height }: ReviewOptions,
): readonly LineLike[] => {
  const { low, likely, high } = estimate.seconds;
  const there = needs === '' ? '' : `; ${needs}`;
  const what = (more: boolean) =>
    screensOf(spec)
      .review.rows(spec, more)
      .flatMap(([label, value, words]) => row(label, value, label === dataLabel && more ? `${words}${there}` : words, columns));
  const rest = (terse: boolean) => [
    ...row('time', `≈ ${duration(likely)}`, `${duration(low)} to ${duration(high)} · ${estimate.basis}`, columns),
    ...(spec.target === 'local' ? localRows(spec, estimate, machine, columns) : cloudRows(spec, estimate, account, columns, terse)),
  ];
  const tries = [
    [...what(true), ...rest(false)],
    [...what(false), ...rest(false)],
    [...what(false), ...rest(true)],
  ];
  const fits = tries.find(lines => lines.length <= height);
  if (fits !== undefined) return fits;
  // Where even that is too much, of each row its first line, and the rows that matter least are left off.
  const all = (tries.at(-1) ?? []).filter(like => labelOf(like) !== '');
  const dropped = [...screensOf(spec).review.leastRows, ...leastFirst].slice(0, Math.max(0, all.length - height));
  return all.filter(like => !dropped.includes(labelOf(like))).slice(0, Math.max(1, height));
};
