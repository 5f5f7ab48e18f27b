/** How every measurement reports: a few lines for a person, or one JSON object; exit 1 when short of the bar. */

export type Measured = {
  readonly name: string;
  /** What is compared with what, how often. */
  readonly method: string;
  readonly lines: readonly string[];
  /** The figure held against the bar. */
  readonly figure: number;
  readonly bar: string;
  readonly ok: boolean;
  readonly data: unknown;
};

export const report = (measured: Measured): void => {
  const verdict = measured.ok ? 'ok' : 'short';
  if (process.argv.includes('--json')) {
    const { lines: _, ok: __, ...rest } = measured;
    console.log(JSON.stringify({ ...rest, verdict }));
  } else {
    console.log([`${measured.name}: ${measured.method}`, ...measured.lines, `bar ${measured.bar} → ${verdict}`].join('\n'));
  }
  process.exitCode = measured.ok ? 0 : 1;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2 : (sorted[Math.floor(middle)] ?? 0);
};
