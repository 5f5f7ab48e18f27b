/** What a self-test at Modal costs, and the timers that keep it from costing more. Pure. */
import { exitCodes, UserError } from '../../errors/errors.ts';
import { containerLabel, containerPrice, type Rates } from '../../prices/container-price.ts';
import { money } from '../../text/format.ts';

/** Dollars: the most that a self-test may cost. */
export const mostDollars = 0.1;

/** Small, and large enough to compile a C++ file. */
const container = { gpu: null, cores: 0.5, memoryGiB: 1 } as const;
/** Beside the cheapest GPU: PyTorch takes three GiB to begin with. */
const besideGpu = { cores: 1, memoryGiB: 4 } as const;
/** Containers that the checks ask for, beside the one that leads and those that train: two for what is interrupted, and for what is handed over. */
const probes = 11;
/** The one that trains until it is interrupted, and the one that takes it up. */
const trainers = 2;
/** Seconds. */
const startup = 120;
const probe = 150;
const hang = 5;
const lead = 720;
const leastLead = 420;
/** Of one that trains; PyTorch is loaded in it twice. */
const train = { startup: 75, timeout: 90 } as const;
/** Seconds that a container may stay after its last word (`EXIT` of annbench.selftest.cloud). */
const exit = 30;
/** What it takes when nothing is slow: the one that leads, each of the others, each of those that train. */
const usual = { lead: 270, probe: 30, train: 45 } as const;

/** What the part that trains asks for. */
export type TrainingPlan = {
  /** "T4" */
  readonly gpu: string;
  /** "T4 · 1 core · 4 GiB" */
  readonly container: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly containers: number;
  /** Dollars an hour. */
  readonly rate: number;
  /** Dollars: what it likely costs, of the whole. */
  readonly likely: number;
};

export type SelftestPlan = {
  /** "0.5 cores · 1 GiB" */
  readonly container: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Those with a GPU are not among them. */
  readonly containers: number;
  /** Absent: nothing is trained. */
  readonly training?: TrainingPlan;
  /** Dollars an hour. */
  readonly rates: { readonly lead: number; readonly probe: number };
  /** Dollars: the budget that the job itself keeps, and the most it can come to. */
  readonly budget: number;
  readonly likely: number;
  readonly most: number;
  /** Seconds of Modal's own timers. */
  readonly timers: {
    readonly startup: number;
    readonly lead: number;
    readonly probe: number;
    readonly hang: number;
    readonly train: number;
  };
  readonly seconds: { readonly likely: number; readonly most: number };
};

const cheapestGpu = ({ gpu }: Rates): string => {
  const [first] = Object.entries(gpu).toSorted(([, one], [, other]) => one - other);
  if (first === undefined) throw new Error('The price list has no GPU');
  return first[0];
};

const trainingOf = (rates: Rates): TrainingPlan => {
  const one = { ...besideGpu, gpu: cheapestGpu(rates) };
  const rate = containerPrice(rates, one).total;
  return {
    gpu: one.gpu,
    container: containerLabel(one),
    ...besideGpu,
    containers: trainers,
    rate,
    likely: ((trainers * usual.train) / 3600) * rate,
  };
};

/** `budget`: dollars; `training`: with a GPU. Throws a `UserError` where this workspace's rates do not allow it for that. */
export const planSelftest = (rates: Rates, budget: number, training = true): SelftestPlan => {
  const perHour = {
    // It must outlive the others, as a run's coordinator does.
    lead: containerPrice(rates, { ...container, nonpreemptible: true }).total,
    probe: containerPrice(rates, container).total,
  };
  const trained = training ? trainingOf(rates) : undefined;
  const [leadSecond, probeSecond] = [perHour.lead / 3600, perHour.probe / 3600];
  const hung = {
    probes: probeSecond * (startup + probe + exit),
    train: trained === undefined ? 0 : (trainers * trained.rate * (train.startup + train.timeout + exit)) / 3600,
  };
  // No container is asked for that could not be paid if it and all that run hung: so much has to be left when the dearest of them is.
  const others = probes * usual.probe * probeSecond + Math.max(2 * hung.probes, hung.train);
  const leadTimer = Math.min(lead, Math.floor((budget - others) / leadSecond - startup - exit));
  const cost = (seconds: number): number => leadSecond * (startup + seconds + exit);
  if (leadTimer < leastLead) {
    const why = `should its dearest containers hang, it would cost up to ${money(others + cost(leastLead))} at these rates`;
    const hint = training ? `ann-tui selftest --target modal --budget ${budget} --no-training` : 'ann-tui prices';
    throw new UserError({ what: `A self-test for at most ${money(budget)} cannot be`, why, hint }, exitCodes.usage);
  }
  const seconds = usual.lead + (trained === undefined ? 0 : trainers * usual.train);
  return {
    container: containerLabel(container),
    cores: container.cores,
    memoryGiB: container.memoryGiB,
    containers: probes + 1,
    ...(trained && { training: trained }),
    rates: perHour,
    budget,
    likely: seconds * leadSecond + probes * usual.probe * probeSecond + (trained?.likely ?? 0),
    most: Math.min(budget, cost(leadTimer) + probes * hung.probes + hung.train),
    timers: { startup, lead: leadTimer, probe, hang, train: train.timeout },
    seconds: { likely: seconds, most: startup + leadTimer },
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

/** What the app is told of the part that trains (`training` of the launch file). */
export const trainingOrder = ({ gpu, cores, memoryGiB, rate }: TrainingPlan) => ({
  gpu,
  cores,
  memory_gib: memoryGiB,
  rate,
  startup: train.startup,
  torch: 'torch',
});

/** A budget so small that a container that keeps it leaves after about six seconds. */
export const smallTerms = ({ rates }: SelftestPlan) => {
  const [boot, work, poll, leave] = [2, 6, 2, 3];
  const dollars = (rates.probe / 3600) * (boot + work + poll + leave);
  return { dollars, spent: 0, worker_rate: 0, coordinator_rate: rates.probe, poll, leave, boot, exit: 3, startup: 0 };
};
