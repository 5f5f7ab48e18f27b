/**
 * What containers print, read back: events as they are, log lines as `NAME:NUMBER:CRC32 TEXT` (the job runner writes them). The stream may
 * come in pieces, twice, or out of order; a line that was spliced from two fails its checksum and counts as not heard.
 */
import { crc32 } from 'node:zlib';

export type Heard =
  | { readonly kind: 'event'; readonly container: string; readonly number: number; readonly text: string }
  | { readonly kind: 'log'; readonly container: string; readonly number: number; readonly text: string }
  /** Neither: the client's or Modal's own words. */
  | { readonly kind: 'other'; readonly text: string };

/** It becomes a folder's name, so it may lead nowhere else. */
const containerName = /^[a-z][a-z0-9-]{0,31}$/;
const numbered = /^([a-z][a-z0-9-]{0,31}):(\d{1,15}):([0-9a-f]{8}) (.*)$/s;

/** CRC-32 (IEEE 802.3, as zlib's) of `NAME:NUMBER:TEXT` in UTF-8, eight hexadecimal digits. */
export const checksum = (container: string, number: number, text: string): string =>
  crc32(`${container}:${number}:${text}`).toString(16).padStart(8, '0');

/** An event of a newer job, or one that breaks the schema, has its place in the order too: the reader of the file says what it thinks of it. */
const asEvent = (line: string): Heard | undefined => {
  try {
    const { container, seq } = JSON.parse(line) as { container?: unknown; seq?: unknown };
    if (typeof container !== 'string' || !containerName.test(container) || !Number.isSafeInteger(seq)) return undefined;
    return { kind: 'event', container, number: seq as number, text: line };
  } catch {
    return undefined;
  }
};

/** One line without its newline. Undefined: torn or spliced. */
export const readLine = (line: string): Heard | undefined => {
  if (line.startsWith('{"v":')) return asEvent(line);
  const match = numbered.exec(line);
  if (match === null) return { kind: 'other', text: line };
  const [, container, number, crc, text] = match as unknown as [string, string, string, string, string];
  return checksum(container, Number(number), text) === crc ? { kind: 'log', container, number: Number(number), text } : undefined;
};

/** Puts the pieces of each source together to lines. The longest line is bounded: what never ends is no line of ours. */
export const createLineJoiner = (longest = 1 << 20) => {
  const begun = new Map<string, string>();
  return {
    /** Whole lines that this piece of `source` completes. */
    add: (source: string, piece: string): readonly string[] => {
      const lines = `${begun.get(source) ?? ''}${piece}`.split('\n');
      const rest = lines.pop() ?? '';
      if (rest === '') begun.delete(source);
      else begun.set(source, rest.slice(-longest));
      return lines;
    },
  };
};
