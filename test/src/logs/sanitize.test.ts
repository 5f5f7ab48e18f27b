import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { sanitizeLine } from '../../../src/logs/sanitize.ts';

describe('what reaches the terminal', () => {
  it.each([
    ['plain text', 'plain text'],
    ['naïve 日本語 👩‍👩‍👧 café', 'naïve 日本語 👩‍👩‍👧 café'],
    ['', ''],
    // Colours and cursor moves
    ['\x1b[31mred\x1b[0m', 'red'],
    ['a\x1b[2J\x1b[1;1Hb', 'ab'],
    ['a\x1b[?25l\x1b[>4;2mb\x1b[ qc', 'abc'],
    ['\x9b31mred', 'red'],
    // Titles, links, clipboard: everything up to the end of the string
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x9d52;c;ZXZpbA==\x9ctext', 'text'],
    ['\x1bPq#0;2;0\x1b\\after', 'after'],
    ['\x90dcs\x9cafter', 'after'],
    ['\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\after', 'after'],
    // Unfinished ones
    ['text\x1b]0;no end', 'text'],
    ['text\x1b[38;5', 'text'],
    ['text\x1b', 'text'],
    ['\x1b]0;a\x1b[31mb', 'b'],
    // Other escapes
    ['\x1b(Btext\x1b7\x1b8\x1bc', 'text'],
    ['\x1b\x1b[31mtext', 'text'],
    // Carriage returns
    ['  5%|#  \r 50%|## \r100%|###', '100%|###'],
    ['windows\r', 'windows'],
    ['bar 10%\rbar 20%\r', 'bar 20%'],
    ['\r\r', ''],
    // Tabs
    ['a\tb', 'a       b'],
    ['\t\tx', '                x'],
    ['12345678\tx', '12345678        x'],
    ['日本\tx', '日本    x'],
    ['\x1b[31ma\x1b[0m\tb', 'a       b'],
    // Other controls
    ['a\x00b\x07c\x08d\x7fe\x0bf', 'abcdef'],
    ['a\x85b\x8dc', 'abc'],
    // Text that reads in another order than it runs
    ['a\u202eb\u2066c\u200f', 'abc'],
    ['a\u2028b', 'ab'],
  ])('%j', (line, clean) => {
    expect(sanitizeLine(line)).toBe(clean);
  });

  it('holds no control character, whatever comes', () => {
    let seed = 1;
    const next = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const parts = [
      '\x1b',
      '[',
      ']',
      '0',
      ';',
      'm',
      '\x07',
      '\\',
      '\r',
      '\t',
      'a',
      '日',
      '\x9b',
      '\x90',
      '\x9c',
      'P',
      '\u202e',
      '\x00',
      '?',
      ' ',
    ];
    for (let round = 0; round < 5000; round += 1) {
      const line = Array.from({ length: next(30) }, () => parts[next(parts.length)]).join('');
      const clean = sanitizeLine(line, 40);
      expect(clean).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
      expect(stringWidth(clean)).toBeLessThanOrEqual(40);
      expect(sanitizeLine(clean, 40)).toBe(clean);
    }
  });
});

describe('over-long lines', () => {
  it('are cut by what they are wide', () => {
    expect(sanitizeLine('a'.repeat(100), 10)).toBe(`${'a'.repeat(9)}…`);
    expect(sanitizeLine('a'.repeat(10), 10)).toBe('a'.repeat(10));
    expect(sanitizeLine('日'.repeat(100), 10)).toBe('日日日日…');
    expect(sanitizeLine('日'.repeat(5), 10)).toBe('日'.repeat(5));
    expect(sanitizeLine(`${'e\u0301'.repeat(9)}e\u0301`, 10)).toBe('e\u0301'.repeat(10));
  });

  it('cost little, whatever they are made of', () => {
    // On the processor: others may have it meanwhile.
    const started = process.cpuUsage();
    for (const part of ['a', '\t', '日', '\x1b[', '\x1b]', '\x1b', '\x9b0', '\r', '\u0301', '\x1b]0;\x1b', '👩‍', '\u200b']) {
      const clean = sanitizeLine(part.repeat(8192), 2000);
      expect(stringWidth(clean)).toBeLessThanOrEqual(2000);
    }
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
  });
});
