/** A fixed number of lines, numbered from 0 since the beginning: old ones make room, numbers stay. */

export type Ring = {
  push(line: string): void;
  /** Lines that were never held: everything before them goes too, so that what is held has no hole. */
  skip(count: number): void;
  /** Lines pushed or skipped so far; also the number of the next one. */
  total(): number;
  /** Number of the oldest line held. */
  first(): number;
  /** Undefined outside `first()`…`total() - 1`. */
  at(number: number): string | undefined;
};

/** `maxLines` lines, or fewer when they have more than `maxLength` UTF-16 units together. */
export const createRing = (maxLines: number, maxLength: number = Number.POSITIVE_INFINITY): Ring => {
  const lines: string[] = new Array(maxLines).fill('');
  let first = 0;
  let total = 0;
  let length = 0;

  const dropOldest = (): void => {
    const slot = first % maxLines;
    length -= (lines[slot] as string).length;
    lines[slot] = '';
    first += 1;
  };

  return {
    push: line => {
      if (total - first === maxLines) dropOldest();
      lines[total % maxLines] = line;
      total += 1;
      length += line.length;
      while (length > maxLength && total - first > 1) dropOldest();
    },
    skip: count => {
      if (count === 0) return;
      lines.fill('');
      total += count;
      first = total;
      length = 0;
    },
    total: () => total,
    first: () => first,
    at: number => (number >= first && number < total ? lines[number % maxLines] : undefined),
  };
};
