/** Colours are roles. Meaning never rests on colour alone: whatever a role says, a glyph or a word says too. */

export type Role = 'accent' | 'ok' | 'warn' | 'danger' | 'dim' | 'money' | SeriesRole;

/** One series' colour in plots and tables. */
export type SeriesRole = 'series0' | 'series1' | 'series2' | 'series3' | 'series4' | 'series5';

type Style = { readonly color?: string; readonly dimColor?: boolean };

/** From the terminal's own sixteen colours, so that a light or a dark theme stays readable. */
export const theme: Readonly<Record<Role, Style>> = {
  accent: { color: 'cyan' },
  ok: { color: 'green' },
  warn: { color: 'yellow' },
  danger: { color: 'red' },
  dim: { dimColor: true },
  money: { color: 'green' },
  series0: { color: 'cyan' },
  series1: { color: 'magenta' },
  series2: { color: 'yellow' },
  series3: { color: 'green' },
  series4: { color: 'blue' },
  series5: { color: 'red' },
};

/** A meter's role: it turns at 80 % and 95 % of a budget. */
export const meterRole = (spent: number, budget: number | null): Role => {
  if (budget === null || budget <= 0) return 'money';
  const share = spent / budget;
  if (share >= 0.95) return 'danger';
  return share >= 0.8 ? 'warn' : 'money';
};
