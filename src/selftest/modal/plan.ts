/** What a self-test at Modal costs, and the timers that keep it from costing more. Pure. */
import { exitCodes, UserError } from '../../errors/errors.ts';
import { containerLabel, containerPrice, type Rates } from '../../prices/container-price.ts';
import { money } from '../../text/format.ts';

/** Dollars: the most that a self-test may cost. */
export const mostDollars = 0.1;

/** Small, and large enough to compile a C++ file. */
const container = { gpu: null, cores: 0.5, memoryGiB: 1 } as const;
/** Containers that the checks ask for, beside the one that leads: one each, and one more for the one that is interrupted. */
const probes = 8;
/** Seconds. */
const startup = 300;
const probe = 180;
const short = 5;
const lead = 900;
const leastLead = 300;
/** Seconds that a container may stay after its last word. */
const exit = 30;
/** What it takes when nothing is slow: the one that leads, and each of the others. */
const usual = { lead: 240, probe: 30 } as const;

export type SelftestPlan = {
  /** "0.5 cores · 1 GiB" */
  readonly container: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly containers: number;
  /** Dollars an hour. */
  readonly rates: { readonly lead: number; readonly probe: number };
  /** Dollars: the budget that the job itself keeps, and what Modal's timers allow at most. */
  readonly budget: number;
  readonly likely: number;
  readonly most: number;
  /** Seconds of Modal's own timers. */
  readonly timers: { readonly startup: number; readonly lead: number; readonly probe: number; readonly short: number };
  readonly seconds: { readonly likely: number; readonly most: number };
};

/** `budget`: dollars. Throws a `UserError` where this workspace's rates do not allow it for that. */
export const planSelftest = (rates: Rates, budget: number): SelftestPlan => {
  const perHour = {
    // It must outlive the others, as a run's coordinator does.
    lead: containerPrice(rates, { ...container, nonpreemptible: true }).total,
    probe: containerPrice(rates, container).total,
  };
  const [leadSecond, probeSecond] = [perHour.lead / 3600, perHour.probe / 3600];
  const others = probes * probeSecond * (startup + probe + exit);
  const left = Math.floor((budget - others) / leadSecond - startup - exit);
  const leadTimer = Math.min(lead, left);
  const cost = (seconds: number): number => others + leadSecond * (startup + seconds + exit);
  if (leadTimer < leastLead) {
    const why = `should every container hang, it would cost up to ${money(cost(leastLead))} at these rates`;
    throw new UserError({ what: `A self-test for at most ${money(budget)} cannot be`, why, hint: 'ann-tui prices' }, exitCodes.usage);
  }
  return {
    container: containerLabel(container),
    cores: container.cores,
    memoryGiB: container.memoryGiB,
    containers: probes + 1,
    rates: perHour,
    budget,
    likely: usual.lead * leadSecond + probes * usual.probe * probeSecond,
    most: cost(leadTimer),
    timers: { startup, lead: leadTimer, probe, short },
    seconds: { likely: usual.lead, most: startup + leadTimer },
  };
};

/** Dollars, an estimate: after so many seconds, while the others come and go as they usually do. */
export const spentAfter = ({ rates, likely, most, seconds }: SelftestPlan, elapsed: number): number => {
  const leading = rates.lead / 3600;
  const others = likely - leading * seconds.likely;
  return Math.min(most, leading * elapsed + others * Math.min(1, elapsed / seconds.likely));
};

/** What the job is told, as any run's (`Terms` of jobkit.budget). Dollars, dollars an hour, seconds. */
export const termsOf = ({ budget, rates, timers }: SelftestPlan) => ({
  dollars: budget,
  spent: 0,
  worker_rate: rates.probe,
  coordinator_rate: rates.lead,
  poll: 2,
  leave: 10,
  boot: 20,
  exit: 3,
  startup: timers.startup,
});

/** A budget so small that a container that keeps it leaves after about six seconds. */
export const smallTerms = ({ rates }: SelftestPlan) => {
  const [boot, work, poll, leave] = [2, 6, 2, 3];
  const dollars = (rates.probe / 3600) * (boot + work + poll + leave);
  return { dollars, spent: 0, worker_rate: 0, coordinator_rate: rates.probe, poll, leave, boot, exit: 3, startup: 0 };
};
