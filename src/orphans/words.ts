/** What is said of apps that nobody here looks after. Pure. */
import { counted, duration, money, rate } from '../text/format.ts';
import { costOf, type Orphan } from './orphan.ts';

export const kindWords: Readonly<Record<Orphan['kind'], string>> = {
  unknown: 'no run here knows it',
  over: 'its run is over here, it lives on',
  sync: 'a dataset on its way to Modal',
};

/** A start is billed, and from here it looks like waiting. */
const waitingWords = ({ waiting, waitingRate }: Orphan): string => {
  const most = waitingRate === undefined ? 'a start is billed' : `0 to ${rate(waitingRate)}`;
  return `${waiting} waiting for a machine or starting, ${most}`;
};

/** "$1.80/h · ≈ $0.42 so far · 2 containers" */
export const orphanCostWords = (orphan: Orphan, now: number): string => {
  const { seconds, rate: perHour, dollars } = costOf(orphan, now);
  const count = orphan.billedSince.length;
  if (count === 0) return orphan.waiting > 0 ? waitingWords(orphan) : 'no container, nothing billed';
  const more = orphan.waiting > 0 ? `, ${orphan.waiting} on its way` : '';
  const containers = `${counted(count, 'container')}${more}`;
  if (perHour === undefined || dollars === undefined) return `${duration(seconds)} of ${containers}, price unknown`;
  return `${rate(perHour)} · ≈ ${money(dollars)} so far · ${containers}`;
};

/** For a question before it is stopped: what is lost, what is kept. */
export const stopWords = (orphan: Orphan, now: number): readonly string[] => [
  `${orphan.name} (${orphan.app}): ${kindWords[orphan.kind]}; ${orphanCostWords(orphan, now)}.`,
  orphan.kind === 'sync'
    ? 'Its container ends at once. What it fetched so far stays on the volume, and the next sync goes on there.'
    : 'Its containers end at once: what they have not written to the results volume is lost, what is finished is on it. Nothing is billed afterwards.',
  ...(orphan.kind === 'unknown' ? ['Perhaps somebody follows it from another machine.'] : []),
];
