/**
 * Time by the control plane's clock, between two of its words. A wall clock jumps (somebody sets it, a laptop finds its network again); the time since
 * the machine started does not, goes on through sleep, and is the same for every process of this machine. So a word of the control plane is kept
 * together with that time, and whoever reads it later counts on from there.
 */
/** The control plane's clock was at `plane` (unix milliseconds), or later, when this machine had been up for `uptime` milliseconds. */
export type PlaneClock = { readonly plane: number; readonly uptime: number; readonly boot: string };

/** What this machine's own clocks say now: unix milliseconds by the wall clock, milliseconds since its start, and which start. */
export type Moment = { readonly wall: number; readonly uptime: number; readonly boot: string };

/** Unix milliseconds; better a `Moment`, which no jump of the clock changes. */
export type Now = number | Moment;

export const wallOf = (now: Now): number => (typeof now === 'number' ? now : now.wall);

/** Known words are worth more the later they make it now: what they lack is the time they took to reach us. */
export const laterClock = (known: PlaneClock | undefined, word: PlaneClock): PlaneClock => {
  if (known === undefined || known.boot !== word.boot || word.uptime < known.uptime) return word;
  return word.plane - word.uptime >= known.plane - known.uptime ? word : known;
};

/** Milliseconds: what a word has to add to be worth keeping; smaller gains are how long messages take. */
const notable = 250;

/** Whether a word of the control plane makes it later than is known, by more than messages differ. */
export const isClockNews = (known: PlaneClock | undefined, word: PlaneClock): boolean =>
  known === undefined || known.boot !== word.boot || word.plane - word.uptime - (known.plane - known.uptime) > notable;

/** `sure`: counted on from a word of the control plane; else the wall clock had to do. */
export type PlaneTime = { readonly at: number; readonly sure: boolean };

/** A longer silence than this after the last word would be two starts of a machine that has no name for them. */
const longest = 400 * 86_400_000;

/** The control plane's time at `moment`. `seen`: the latest of its times that is known, which the answer is never before. */
export const planeTime = (clock: PlaneClock | undefined, moment: Moment, seen = 0): PlaneTime => {
  const passed = clock === undefined || clock.boot !== moment.boot ? -1 : moment.uptime - clock.uptime;
  if (clock === undefined || passed < 0 || passed > longest) return { at: Math.max(seen, moment.wall), sure: false };
  return { at: Math.max(seen, clock.plane + passed), sure: true };
};
