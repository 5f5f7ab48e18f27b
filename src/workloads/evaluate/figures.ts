/** How an evaluation's figures are written, everywhere. Pure. */

/** `0.878`; "–" where it cannot be computed. */
export const fraction = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? '–' : Math.min(1, Math.max(0, value)).toFixed(3);

/** `0.86`: of what is counted in tens, where a third digit says nothing. */
export const share = (value: number | undefined): string => (value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(2));

/** `[0.831, 0.914]`; empty where there is none. */
export const interval = (values: readonly number[] | undefined): string => {
  const [low, high] = values ?? [];
  return low === undefined || high === undefined ? '' : `[${fraction(low)}, ${fraction(high)}]`;
};

/** `0.878 [0.831, 0.914]` */
export const withInterval = (value: number | undefined, values: readonly number[] | undefined): string =>
  value === undefined ? fraction(value) : `${fraction(value)} ${interval(values)}`.trimEnd();

/** False alarms in 24 hours: `6.2`, `144`. */
export const perDay = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value >= 99.5 ? value.toFixed(0) : value.toFixed(1);
};

/** Seconds as they are read from a recording's clock: `00:41`, `1:02:05`; below a minute's precision only where `tenths`. */
export const clock = (seconds: number, tenths = false): string => {
  const scale = tenths ? 10 : 1;
  const whole = Math.round(Math.max(0, seconds) * scale);
  const [hours, minutes, rest] = [Math.floor(whole / (3600 * scale)), Math.floor(whole / (60 * scale)) % 60, whole % (60 * scale)];
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds10 = tenths ? `${two(Math.floor(rest / 10))}.${rest % 10}` : two(rest);
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds10}` : `${two(minutes)}:${seconds10}`;
};

/** `00:41–01:12` */
export const span = ({ start, end }: { readonly start: number; readonly end: number }): string => `${clock(start)}–${clock(end)}`;

/** Types of seizures as HED-SCORE has them, in words; one that is not among them as it is, "sz" (not known) as nothing. */
export const kindWords = (kind: string | undefined): string => {
  if (kind === undefined || kind === 'sz') return '';
  return kinds[kind] ?? kind;
};

const kinds: Readonly<Record<string, string>> = {
  'sz-foc': 'focal',
  'sz-foc-ia': 'focal, impaired awareness',
  'sz-foc-a': 'focal, aware',
  'sz-foc-f2b': 'focal to bilateral',
  'sz-gen': 'generalised',
  'sz-uncl': 'unclassified',
};
