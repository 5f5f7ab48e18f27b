/** From chunks of a growing file to lines: characters and lines may be torn anywhere between two chunks. */
import { StringDecoder } from 'node:string_decoder';

/** UTF-16 units kept of one line; nobody reads further, and a job may print a gigabyte without a newline. */
export const longestKept = 8192;

/** A copy of its own: a slice would keep the whole chunk in memory for as long as the line is held. */
const detached = (text: string): string => Buffer.from(text).toString();

/** Of an over-long line, what a terminal would show at the end of it: the text after the last carriage return, from its beginning. */
const bounded = (line: string): string => {
  if (line.length <= longestKept) return line;
  const start = line.replace(/\r+$/, '').lastIndexOf('\r') + 1;
  return detached(line.slice(start, start + longestKept));
};

export type Splitter = {
  /** Takes the next chunk and hands out the lines that it completes. */
  write(chunk: Buffer, onLine: (line: string) => void): void;
  /** The line that has no newline yet. */
  partial(): string;
};

export const createSplitter = (): Splitter => {
  const decoder = new StringDecoder('utf8');
  let carry = '';
  return {
    write: (chunk, onLine) => {
      const pieces = decoder.write(chunk).split('\n');
      const last = pieces.length - 1;
      for (let index = 0; index < last; index += 1) {
        const piece = pieces[index] as string;
        onLine(bounded(index === 0 ? carry + piece : piece));
      }
      carry = bounded(last === 0 ? carry + pieces[0] : (pieces[last] as string));
    },
    partial: () => carry,
  };
};
