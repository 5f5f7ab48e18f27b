import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readJson, writeJsonAtomic } from '../../../src/process/files.ts';
import { appendRecord, closeTornTail, openToAppend, readLines } from '../../../src/process/ndjson.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ann-tui-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => {
  files += 1;
  return path.join(folder, `file-${files}`);
};

it('reads whole lines only and goes on where it left off', () => {
  const file = newFile();
  expect(readLines(file, 0)).toEqual({ lines: [], offset: 0 });
  writeFileSync(file, 'one\ntwö\nthr');
  const first = readLines(file, 0);
  expect(first).toEqual({ lines: ['one', 'twö'], offset: 9 });
  expect(readLines(file, first.offset)).toEqual({ lines: [], offset: 9 });
  appendFileSync(file, 'ee\n\n');
  expect(readLines(file, first.offset)).toEqual({ lines: ['three', ''], offset: 16 });
});

it('reads in pieces, also lines that are longer than a piece', () => {
  const file = newFile();
  const lines = Array.from({ length: 200 }, (_, index) => 'é'.repeat((index * 37) % 300));
  writeFileSync(file, lines.map(line => `${line}\n`).join(''));
  const seen: string[] = [];
  for (let offset = 0, tail = readLines(file, 0, 64); tail.lines.length > 0; tail = readLines(file, offset, 64)) {
    seen.push(...tail.lines);
    offset = tail.offset;
  }
  expect(seen).toEqual(lines);
});

it('is not stopped by a line without end', () => {
  const file = newFile();
  writeFileSync(file, `${'x'.repeat(40 << 20)}\nafter\n`);
  let offset = 0;
  let last = '';
  for (let tail = readLines(file, 0); tail.lines.length > 0; tail = readLines(file, offset)) {
    last = tail.lines.at(-1) as string;
    offset = tail.offset;
  }
  expect(last).toBe('after');
  expect(offset).toBe(statSync(file).size);
});

it('appends one record a line, readable by its owner alone', () => {
  const file = newFile();
  const descriptor = openToAppend(file);
  const bytes = appendRecord(descriptor, { text: 'ü\n' }) + appendRecord(descriptor, 2);
  closeSync(descriptor);
  expect(readFileSync(file, 'utf8')).toBe('{"text":"ü\\n"}\n2\n');
  expect(statSync(file).size).toBe(bytes);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('closes a torn tail once', () => {
  const file = newFile();
  expect(closeTornTail(file)).toBe(false);
  writeFileSync(file, '');
  expect(closeTornTail(file)).toBe(false);
  writeFileSync(file, 'whole\nto');
  expect(closeTornTail(file)).toBe(true);
  expect(closeTornTail(file)).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('whole\nto\n');
});

it('writes JSON whole and private, reads what is broken as nothing', () => {
  const file = newFile();
  expect(readJson(file)).toBeUndefined();
  writeJsonAtomic(file, { a: 1 });
  expect(readJson(file)).toEqual({ a: 1 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeFileSync(file, '{"a":');
  expect(readJson(file)).toBeUndefined();
  expect(() => readJson(folder)).toThrow(/EISDIR/);
});
