/** Two ways to do the same, in turns: whatever else the machine does meets both. */
import { median } from './report.ts';

const mb = 1_000_000;

export type Speeds = { readonly ours: number[]; readonly theirs: number[] };

/** `speed`: bytes a second of one round. Who goes first takes turns too. */
export const inTurns = async (rounds: number, speed: (who: 'ours' | 'theirs', round: number) => Promise<number>): Promise<Speeds> => {
  const speeds: Speeds = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++)
    for (const who of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const))
      speeds[who].push(await speed(who, round));
  return speeds;
};

export const ratiosOf = ({ ours, theirs }: Speeds): readonly number[] => ours.map((value, round) => value / (theirs[round] ?? value));

const range = (values: readonly number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;

/** A line for each, and one for the ratio of each round. */
export const speedLines = (speeds: Speeds, theirs: string): readonly string[] => {
  const line = (name: string, values: readonly number[]): string => {
    const inMb = values.map(value => value / mb);
    return `  ${name.padEnd(17)} median ${median(inMb).toFixed(1)} MB/s, range ${range(inMb, 1)} MB/s`;
  };
  const ratios = ratiosOf(speeds);
  return [
    line('ann-tui', speeds.ours),
    line(theirs, speeds.theirs),
    `  ratio median ${median(ratios).toFixed(2)}×, range ${range(ratios, 2)}×`,
  ];
};
