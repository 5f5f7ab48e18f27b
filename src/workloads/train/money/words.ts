/** How the money of a training is written, in plain lines, in the report and on the screen. Pure. */
import { count, duration, money } from '../../../text/format.ts';
import type { Epoch, Gained, TrainMoney } from './money.ts';

/** "≈ $1.12" of an estimate. */
export const about = (estimate: boolean, dollars: number): string => `${estimate ? '≈ ' : ''}${money(dollars)}`;

/** "46.9 steps", "1,404 steps" */
const stepsText = ({ steps }: Epoch): string => `${count(steps >= 100 ? Math.round(steps) : steps)} steps`;

/** "1m 40s, $0.0430"; where nothing is billed "1m 40s". Undefined before a speed was told. */
export const epochText = ({ seconds, dollars }: { readonly [name in 'seconds' | 'dollars']?: number | undefined }): string | undefined =>
  seconds === undefined ? undefined : `${duration(seconds)}${dollars === undefined ? '' : `, ${money(dollars)}`}`;

/** A label and a figure each: what an epoch takes, what the best checkpoint cost, what was spent since. */
export const moneyRows = ({ epoch, gained }: TrainMoney): readonly (readonly [label: string, value: string])[] => {
  const took = epoch === undefined ? undefined : epochText(epoch);
  return [
    ...(epoch === undefined || took === undefined ? [] : [[`an epoch (${stepsText(epoch)})`, took] as const]),
    ...(gained === undefined
      ? []
      : [
          ['to the best checkpoint', about(gained.estimate, gained.toBest)] as const,
          ['since the last gain', about(gained.estimate, gained.sinceGain)] as const,
        ]),
  ];
};

/** "an epoch (1,404 steps) 1m 40s, $0.0430 · to the best checkpoint $1.12 · since the last gain $0.3012"; empty where nothing is known. */
export const moneyLine = (told: TrainMoney): string =>
  moneyRows(told)
    .map(([label, value]) => `${label} ${value}`)
    .join(' · ');

/** "$0.0430 an epoch"; where nothing is billed "1m 40s an epoch". Undefined before a speed was told. */
export const epochWords = ({ seconds, dollars }: Epoch): string | undefined =>
  seconds === undefined ? undefined : `${dollars === undefined ? duration(seconds) : money(dollars)} an epoch`;

/** Longer and shorter ways to say it, in a line or two: "$1.12 to the best, $0.3012 since" is the first. */
export const gainedWays = ({ toBest, sinceGain, estimate }: Gained): readonly (readonly [string, ...string[]])[] => {
  const [best, since] = [about(estimate, toBest), about(estimate, sinceGain)];
  return [[`${best} to the best, ${since} since`], [`best ${best}, since ${since}`], [`${best} to the best`, `${since} since the gain`]];
};
