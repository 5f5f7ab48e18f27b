/** How figures are written, everywhere: screens, plain lines and tables. Pure and small. */

const thousands = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** `$0`, `$0.0123` under a dollar, `$12.34` above, `$1,234.50`. A cost too small to print is `<$0.0001`, never nothing. */
export const money = (dollars: number): string => {
  if (!Number.isFinite(dollars)) return '–';
  if (dollars < 0) return `-${money(-dollars)}`;
  if (dollars === 0) return '$0';
  if (dollars < 0.00005) return '<$0.0001';
  if (dollars < 0.99995) return `$${dollars.toFixed(4)}`;
  const [whole = '0', cents = '00'] = dollars.toFixed(2).split('.');
  return `$${thousands(whole)}.${cents}`;
};

/** Dollars an hour: always cents, as on a price list: `$1.77/h`. */
export const rate = (dollarsPerHour: number): string => `$${dollarsPerHour.toFixed(2)}/h`;

/** `8s`, `19m 12s`, `1h 04m`, `2d 3h`; `0.4s` under a second. */
export const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds > 0 && seconds < 0.95) return `${Math.max(0.1, seconds).toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
};

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units, as disks and downloads count: `512 B`, `217 MB`, `3.6 GB`. */
export const size = (bytes: number): string => {
  if (!Number.isFinite(bytes)) return '–';
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.95 of a unit would print as 1000.0 of it.
  while (value >= 999.5 && unit < sizeUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${sizeUnits[unit]}`;
};

/** `21,430`; one decimal under 100 where there is one: `12.5`. */
export const count = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  if (value < 0) return `-${count(-value)}`;
  if (value < 99.95 && !Number.isInteger(value)) return value.toFixed(1);
  return thousands(value.toFixed(0));
};
/** `62 %`; never `100 %` before it is. */
export const percent = (fraction: number): string => `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`;

/** `just now`, `5m ago`, `3h ago`, `yesterday`, `12d ago`. Unix milliseconds. */
export const ago = (then: number, now: number): string => {
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ago`;
  return seconds < 172_800 ? 'yesterday' : `${Math.floor(seconds / 86_400)}d ago`;
};

/** `M=16 efSearch=64`; empty for no parameters. */
export const params = (values: Readonly<Record<string, number | string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** Milliseconds with their unit: `12.3 ms`, `0.42 ms`; under 0.1 in microseconds: `85 µs`, `4.2 µs`. `–` where none was measured. */
export const latency = (milliseconds: number | undefined): string => {
  if (milliseconds === undefined || !Number.isFinite(milliseconds)) return '–';
  if (milliseconds >= 9.995) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds >= 0.0995) return `${milliseconds.toFixed(2)} ms`;
  const micro = milliseconds * 1000;
  return `${micro.toFixed(micro < 9.95 ? 1 : 0)} µs`;
};

/** "1 run", "12 runs", "2 queries": a number with its noun. `many`: where the plural is no plain s. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** "it" or "them", "is" or "are": what agrees with a number. */
export const agree = (value: number, one: string, many: string): string => (value === 1 ? one : many);
