/** Bipolar channels out of referential ones. Pure. */
import type { Trace } from './trace-signal.ts';

/** The longitudinal double banana: 18 pairs of neighbours, left before right, the middle last. */
export const bipolar: readonly (readonly [string, string])[] = [
  ['Fp1', 'F7'],
  ['F7', 'T3'],
  ['T3', 'T5'],
  ['T5', 'O1'],
  ['Fp1', 'F3'],
  ['F3', 'C3'],
  ['C3', 'P3'],
  ['P3', 'O1'],
  ['Fp2', 'F4'],
  ['F4', 'C4'],
  ['C4', 'P4'],
  ['P4', 'O2'],
  ['Fp2', 'F8'],
  ['F8', 'T4'],
  ['T4', 'T6'],
  ['T6', 'O2'],
  ['Fz', 'Cz'],
  ['Cz', 'Pz'],
];

/** The same stretch as differences of neighbours; undefined where it is bipolar already, or an electrode is not there. */
export const toBipolar = (trace: Trace): Trace | undefined => {
  const of = new Map(trace.channels.map((name, at) => [name.toLowerCase(), trace.rows[at]]));
  const pairs = bipolar.flatMap(([one, other]) => {
    const [a, b] = [of.get(one.toLowerCase()), of.get(other.toLowerCase())];
    return a === undefined || b === undefined ? [] : [{ name: `${one}-${other}`, row: a.map((value, n) => value - (b[n] ?? 0)) }];
  });
  if (pairs.length < bipolar.length) return undefined;
  return { ...trace, channels: pairs.map(({ name }) => name), rows: pairs.map(({ row }) => row) };
};
