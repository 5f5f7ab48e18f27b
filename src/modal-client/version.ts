/** Versions of Modal's client: "1.6.4". */

const numbers = (version: string): readonly number[] => (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);

/** Below 0 when `one` is older than `other`. Suffixes ("1.6.4.dev2") are not compared. */
export const compareVersions = (one: string, other: string): number => {
  const [a, b] = [numbers(one), numbers(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

export type VersionRange = { readonly from: string; readonly below: string };

/** `from` is included, `below` is not. */
export const isSupported = (version: string, { from, below }: VersionRange): boolean =>
  compareVersions(version, from) >= 0 && compareVersions(version, below) < 0;

/** "1.5.4 or newer, below 1.7" */
export const rangeText = ({ from, below }: VersionRange): string => `${from} or newer, below ${below}`;
