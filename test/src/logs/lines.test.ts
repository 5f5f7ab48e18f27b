import { describe, expect, it } from 'vitest';
import { createSplitter, longestKept } from '../../../src/logs/lines.ts';
import { createRing } from '../../../src/logs/ring.ts';

const split = (bytes: Buffer, size: number) => {
  const splitter = createSplitter();
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) splitter.write(bytes.subarray(at, at + size), line => lines.push(line));
  return { lines, partial: splitter.partial() };
};

describe('splitting', () => {
  it('gives the same lines wherever the chunks are torn', () => {
    const bytes = Buffer.from('one\ntwö €uro 👩‍👩‍👧\n\n\r\n 10%\r 20%\rdone\nlast');
    const whole = split(bytes, bytes.length);
    expect(whole).toEqual({ lines: ['one', 'twö €uro 👩‍👩‍👧', '', '\r', ' 10%\r 20%\rdone'], partial: 'last' });
    for (let size = 1; size < bytes.length; size += 1) expect(split(bytes, size)).toEqual(whole);
  });

  it('survives bytes that are no UTF-8', () => {
    expect(split(Buffer.from([0xff, 0xc3, 10, 0x61, 10]), 1).lines).toHaveLength(2);
  });

  it('keeps the beginning of a line without end, in bounded memory', () => {
    const { lines, partial } = split(Buffer.from(`head${'x'.repeat(1_000_000)}\nnext\n${'y'.repeat(50_000)}`), 4096);
    expect(lines.map(line => line.length)).toEqual([longestKept, 4]);
    expect(lines[0]?.startsWith('headx')).toBe(true);
    expect(partial).toHaveLength(longestKept);
  });

  it('keeps the end of a progress bar that never ends its line', () => {
    const bar = Array.from({ length: 20_000 }, (_, index) => `\r${index} of 20000`).join('');
    const { partial } = split(Buffer.from(bar), 1000);
    expect(partial.endsWith('\r19999 of 20000')).toBe(true);
    expect(partial.length).toBeLessThanOrEqual(longestKept + 1000);
  });
});

describe('the ring', () => {
  it('keeps the newest lines under their numbers', () => {
    const ring = createRing(3);
    for (const line of ['a', 'b', 'c', 'd', 'e']) ring.push(line);
    expect([ring.first(), ring.total()]).toEqual([2, 5]);
    expect([0, 1, 2, 3, 4, 5, -1].map(ring.at)).toEqual([undefined, undefined, 'c', 'd', 'e', undefined, undefined]);
  });

  it('makes room by length too, but always holds the newest', () => {
    const ring = createRing(10, 6);
    for (const line of ['aaa', 'bbb', 'ccc']) ring.push(line);
    expect([ring.first(), ring.total()]).toEqual([1, 3]);
    ring.push('x'.repeat(100));
    expect([ring.first(), ring.total()]).toEqual([3, 4]);
  });

  it('has no hole after lines that were only counted', () => {
    const ring = createRing(3);
    ring.push('a');
    ring.skip(0);
    expect(ring.at(0)).toBe('a');
    ring.skip(10);
    expect([ring.first(), ring.total()]).toEqual([11, 11]);
    ring.push('b');
    expect([ring.at(0), ring.at(11)]).toEqual([undefined, 'b']);
  });
});
