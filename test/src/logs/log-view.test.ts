import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogView, type LogView, type LogViewOptions } from '../../../src/logs/log-view.ts';
import { until } from '../../support/until.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ann-tui-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let file = '';
let view: LogView | undefined;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(root, 'log-')), 'job', 'log');
});
afterEach(() => view?.close());

const make = (text: string | Buffer) => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

const show = (options?: LogViewOptions): LogView => {
  view = createLogView(file, options);
  return view;
};

const total = (log: LogView, wanted: number) => until(`${wanted} lines, not ${log.total()}`, () => log.total() === wanted);

const number = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('');

describe('a log that grows', () => {
  it('is empty until the file appears, and then follows it', async () => {
    const log = show();
    expect([log.total(), log.first(), log.lastAt(), log.window(0, 10)]).toEqual([0, 0, undefined, []]);
    await sleep(150);
    make('first\nsec');
    await total(log, 2);
    expect(log.window(0, 10)).toEqual(['first', 'sec']);
    appendFileSync(file, 'ond\n');
    await until('the line to be whole', () => log.window(1, 1)[0] === 'second');
    expect(log.total()).toBe(2);
    expect(Math.abs((log.lastAt() ?? 0) - Date.now())).toBeLessThan(100_000);
  });

  it('says when it has read what was there', async () => {
    make(number(20_000));
    const log = show({ chunk: 4096 });
    expect(log.caughtUp()).toBe(false);
    const seen: number[] = [];
    log.subscribe(() => log.caughtUp() && seen.push(log.total()));
    await until('the end of it', () => seen.length > 0);
    expect(seen[0]).toBe(20_000);
  });

  it('without a file has nothing to read', async () => {
    const log = show();
    await until('a first look', () => log.caughtUp());
    expect(log.total()).toBe(0);
  });

  it('shows a torn character only once it is whole', async () => {
    make(Buffer.from([0x61, 0xe2, 0x82]));
    const log = show();
    await until('the line', () => log.window(0, 1)[0] === 'a');
    appendFileSync(file, Buffer.from([0xac, 10]));
    await until('the character', () => log.window(0, 1)[0] === 'a€');
  });

  it('shows where a progress bar stands before its line ends', async () => {
    make(' 10%\r 20%');
    const log = show();
    await until('the bar', () => log.window(0, 1)[0] === ' 20%');
    appendFileSync(file, '\r 30%');
    await until('the bar', () => log.window(0, 1)[0] === ' 30%');
    expect(log.total()).toBe(1);
  });

  it('cleans what is looked at', async () => {
    make('\x1b]0;title\x07\x1b[31mred\x1b[0m\tend\n');
    const log = show();
    await total(log, 1);
    expect(log.window(0, 1)).toEqual(['red     end']);
  });
});

describe('a long log', () => {
  it('keeps the newest lines, under numbers from the beginning of the file', async () => {
    make(number(1000));
    const log = show({ lines: 100 });
    await total(log, 1000);
    expect(log.first()).toBe(900);
    expect(log.window(0, 10)).toEqual([]);
    expect(log.window(895, 7)).toEqual(['line 900', 'line 901']);
    expect(log.window(998, 100)).toEqual(['line 998', 'line 999']);
  });

  it('only counts what is far behind', async () => {
    make(number(20_000));
    const log = show({ lines: 50, backlog: 4096, chunk: 1024 });
    await total(log, 20_000);
    expect(log.window(19_960, 2)).toEqual(['line 19960', 'line 19961']);
    appendFileSync(file, number(5, 20_000));
    await total(log, 20_005);
    expect(log.window(20_004, 1)).toEqual(['line 20004']);
  });

  it('of a million lines is there soon, and the loop stays free', async () => {
    make(
      Array.from({ length: 100 }, (_, index) => `${index} `.padEnd(93, 'x'))
        .join('\n')
        .concat('\n')
        .repeat(10_000),
    );
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    const log = show();
    await until('a million lines', () => log.total() === 1_000_000);
    clearInterval(timer);
    expect(log.total() - log.first()).toBe(50_000);
    // Read in one go it would be one turn.
    expect(turns).toBeGreaterThan(10);
  });
});

describe('searching', () => {
  it('finds the next line in either direction, without regard to case or colour', async () => {
    make(`${number(100)}\x1b[31mER\x1b[0mROR one\n${number(100)}error two\n${number(10)}`);
    const log = show();
    await total(log, 212);
    expect(log.find('error', 0, 1)).toBe(100);
    expect(log.find('Error', 100, 1)).toBe(201);
    expect(log.find('error', 201, 1)).toBeUndefined();
    expect(log.find('error', 211, -1)).toBe(201);
    expect(log.find('error', 201, -1)).toBe(100);
    expect(log.find('error', 100, -1)).toBeUndefined();
    expect(log.find('error', 9999, -1)).toBe(201);
    expect(log.find('error', -50, 1)).toBe(100);
    expect(log.find('line 0', -1, 1)).toBe(0);
    expect(log.find('', 0, 1)).toBeUndefined();
  });
});

describe('listeners', () => {
  it('are told at most ten times a second, and after the last change', async () => {
    make('');
    const log = show();
    let calls = 0;
    let seen = 0;
    const unsubscribe = log.subscribe(() => {
      calls += 1;
      seen = log.total();
    });
    const started = performance.now();
    for (let index = 0; index < 60; index += 1) {
      appendFileSync(file, 'line\n');
      await sleep(10);
    }
    await until('the last line to be told', () => seen === 60);
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThanOrEqual((performance.now() - started) / 100 + 1);
    unsubscribe();
    const before = calls;
    appendFileSync(file, 'line\n');
    await total(log, 61);
    await sleep(150);
    expect(calls).toBe(before);
  });
});
