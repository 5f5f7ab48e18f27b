import { randomBytes } from 'node:crypto';

/** 32 characters of which no two look alike: no i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** "bench-7k2m9x" */
export const newRunId = (kind: string): string => `${kind}-${Array.from(randomBytes(6), byte => alphabet[byte % 32]).join('')}`;

/** Whether this is the name of a run's folder; keeps `..` and temporary folders out. */
export const isRunId = (text: string): boolean => /^[a-z]+-[0-9a-z]{6}$/.test(text);
