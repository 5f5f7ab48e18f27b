/** configs/prepare.yaml, and files of a person's own in the same shape. */

import { type Loaded, loadConfig } from '../../config/load.ts';
import { type Located, readLocated } from '../../config/located.ts';
import { below, fault, integer, nullable, number, object, oneOf, optional, type Schema } from '../../config/schema.ts';
import { filters, montages, type PrepareSettings } from './settings.ts';

/** As recordings are prepared where nothing is said. */
export const usualSettings: PrepareSettings = {
  montage: 'referential',
  rate: 256,
  low: 0.5,
  high: 60,
  notch: null,
  filter: 'zero-phase',
  clip: 10,
};

const mains: Schema<number> = (node, at) => {
  const value = integer()(node, at);
  if (value === 50 || value === 60) return value;
  throw fault(at, node.line, `found ${value}; allowed: 50, 60, null`);
};

const file = object({
  montage: optional(oneOf(montages)),
  rate: optional(integer({ from: 32, to: 1024 })),
  band: optional(object({ low: optional(number({ from: 0.1 })), high: optional(number({ above: 0.1 })) })),
  notch: optional(nullable(mains)),
  filter: optional(oneOf(filters)),
  clip: optional(number({ from: 1, to: 1000 })),
});

/** Where `key` stands, else the whole. */
const nodeOf = (node: Located, key: string): Located =>
  (node.kind === 'map' ? node.entries.find(entry => entry.key === key)?.value : undefined) ?? node;

/** What is left out is as in `otherwise`. */
export const settingsSchema =
  (otherwise: PrepareSettings): Schema<PrepareSettings> =>
  (node, at) => {
    const { band, ...read } = file(node, at);
    const settings = { ...otherwise, ...read, ...band };
    const { low, high, rate, notch } = settings;
    const wrong = (key: string, why: string) => fault(below(at, key), nodeOf(node, key).line, why);
    if (low >= high) throw wrong('band', `low (${low} Hz) has to be below high (${high} Hz)`);
    if (high >= rate / 2)
      throw wrong(band === undefined ? 'rate' : 'band', `high (${high} Hz) has to be below half the rate (${rate / 2} Hz)`);
    if (notch !== null && notch + 2 > rate / 2) throw wrong('notch', `it has to be at least 2 Hz below half the rate (${rate / 2} Hz)`);
    return settings;
  };

export const loadPrepare = (): Promise<Loaded<PrepareSettings>> => loadConfig('prepare', settingsSchema(usualSettings));

/** A file of a person's own over what configs/prepare.yaml says. Throws a usage error that points at the line. */
export const loadSettings = async (named?: string): Promise<PrepareSettings> => {
  const { value } = await loadPrepare();
  return named === undefined ? value : settingsSchema(value)(await readLocated(named), { file: named, path: '' });
};
