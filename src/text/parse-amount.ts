/** What a person types for money and time. */

/** Dollars of `2`, `2.50`, `$2.00`, `$1,000`; undefined for anything else, and for nothing or less. */
export const parseMoney = (text: string): number | undefined => {
  const match = /^\$?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?$/.exec(text.trim());
  if (match === null || (match[1] === undefined && match[2] === undefined)) return undefined;
  const dollars = Number(`${(match[1] ?? '0').replaceAll(',', '')}${match[2] ?? ''}`);
  return Number.isFinite(dollars) && dollars > 0 ? dollars : undefined;
};

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of `90s`, `30m`, `2h`, `1h30m`, `1.5h`; undefined for anything else: a bare number could be either. */
export const parseDuration = (text: string): number | undefined => {
  const compact = text.trim().toLowerCase().replaceAll(' ', '');
  if (!/^(\d+(\.\d+)?[smhd])+$/.test(compact)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)) seconds += Number(amount) * (unitSeconds[unit ?? ''] ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
};
