import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rowsOf } from '../../../../screens/components/log/log-layout.ts';
import { logBlocks } from '../../../../screens/components/log/log-lines.ts';
import { createLogStore, type LogStore } from '../../../../screens/components/log/log-store.ts';
import { isErrorLine, placeIn } from '../../../../src/logs/errors.ts';
import { createFakeLog, type FakeLog } from '../../support/log-view.ts';

let log: FakeLog;
let store: LogStore;
const numbered = (from: number, count: number) => Array.from({ length: count }, (_, n) => `line ${from + n}`);
const settle = () => vi.advanceTimersByTime(100);

beforeEach(() => {
  vi.useFakeTimers();
  log = createFakeLog(100);
  log.add(...numbered(0, 50));
  store = createLogStore(log);
  store.setSize(5, 78);
  settle();
});
afterEach(() => {
  store.close();
  vi.useRealTimers();
});

describe('the log window', () => {
  test('follows the newest line', () => {
    log.add('the last');
    settle();
    expect(store.snapshot()).toMatchObject({ follow: true, start: 46, total: 51 });
    expect(store.snapshot().lines.at(-1)).toBe('the last');
  });

  test('changes at most ten times a second, however much is written', () => {
    const changed = vi.fn();
    store.subscribe(changed);
    for (let n = 0; n < 1000; n++) {
      log.add(`flood ${n}`);
      vi.advanceTimersByTime(1);
    }
    expect(changed.mock.calls.length).toBeLessThanOrEqual(11);
  });

  test('a key is seen within a thirtieth of a second', () => {
    log.add('more');
    store.scroll(-1);
    vi.advanceTimersByTime(34);
    expect(store.snapshot()).toMatchObject({ follow: false, start: 44 });
  });

  test('stays where it is while lines come', () => {
    store.page(-1);
    settle();
    const { lines } = store.snapshot();
    log.add(...numbered(50, 20));
    settle();
    expect(store.snapshot()).toMatchObject({ follow: false, total: 70, lines });
  });

  test('moves along when its lines leave the ring', () => {
    store.toStart();
    log.add(...numbered(50, 100));
    settle();
    expect(store.snapshot()).toMatchObject({ start: 50, follow: false });
  });

  test('scrolling down to the end follows again', () => {
    store.scroll(-2);
    settle();
    expect(store.snapshot().follow).toBe(false);
    store.scroll(5);
    settle();
    expect(store.snapshot().follow).toBe(true);
  });

  test('search goes to older lines, N back to newer ones', () => {
    store.search('line 4');
    settle();
    expect(store.snapshot()).toMatchObject({ match: 49, missed: false });
    store.next(-1);
    store.next(-1);
    settle();
    expect(store.snapshot().match).toBe(47);
    store.next(1);
    settle();
    expect(store.snapshot().match).toBe(48);
  });

  test('a search without a match says so and stays', () => {
    store.search('nowhere');
    settle();
    expect(store.snapshot()).toMatchObject({ missed: true, match: undefined, follow: true });
  });

  test('closing closes the view and its timer', () => {
    log.add('x');
    store.close();
    expect(log.closed()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('long lines', () => {
  const long = `/tmp/build/mine.cpp:12:5: error: ${'no matching function for call to f '.repeat(4)}END`;
  const shown = (columns: number, height: number) =>
    logBlocks(store.snapshot(), columns + 2, height).flatMap(({ text, error }) => text.split('\n').map(row => ({ row, error })));

  test('are read whole when they are wrapped; scrolling goes by rows', () => {
    store.setSize(6, 58);
    store.setWrapped(true);
    log.add('compiling mine.cpp', long, 'done');
    settle();
    const rows = shown(58, 6);
    expect(
      rows
        .filter(({ error }) => error)
        .map(({ row }) => row.slice(2))
        .join(''),
    ).toBe(long);
    expect(Math.max(...rows.map(({ row }) => row.length))).toBeLessThanOrEqual(60);
    expect(rows.at(-1)?.row).toBe('  done');
    // Words stay whole.
    expect(rows.filter(({ error }) => error)[0]?.row).toBe(' ✗/tmp/build/mine.cpp:12:5: error: no matching function for ');
    store.scroll(-1);
    settle();
    expect(shown(58, 6).at(-1)?.row).toBe('  END');
    store.scroll(1);
    settle();
    expect(store.snapshot().follow).toBe(true);
  });

  test('a line higher than the window is gone through row by row', () => {
    store.setSize(2, 20);
    store.setWrapped(true);
    log.add(long);
    settle();
    const seen: string[] = [];
    for (let n = 0; n < rowsOf(long, 20).length; n++) {
      seen.unshift(shown(20, 2).at(-1)?.row.slice(2) ?? '');
      store.scroll(-1);
      settle();
    }
    expect(seen.join('')).toBe(long);
  });

  test('go sideways where they are cut', () => {
    store.setSize(5, 30);
    log.add(long);
    settle();
    expect(shown(30, 5).at(-1)?.row).toBe(` ✗${long.slice(0, 29)}…`);
    store.sideways(16);
    log.add('short');
    settle();
    // It stays where it is while lines come.
    expect(shown(30, 5).at(-2)?.row).toBe(` ✗${long.slice(16, 45)}…`);
    store.sideways(-100);
    settle();
    expect(store.snapshot().left).toBe(0);
  });
});

describe('errors', () => {
  test('are gone to one after the other, the first one first, and round again', () => {
    const end = vi.fn();
    store.nextError(end);
    expect(end).toHaveBeenLastCalledWith(false);
    log.add('mine.cpp:3:1: error: one', ...numbered(50, 20), 'Traceback (most recent call last):', ...numbered(70, 20));
    settle();
    for (const line of [50, 71, 50]) {
      store.nextError(end);
      expect(end).toHaveBeenLastCalledWith(true);
      settle();
      expect(store.snapshot()).toMatchObject({ match: line, follow: false });
      expect(store.snapshot().lines.length).toBeGreaterThan(line - store.snapshot().start);
    }
    expect(store.lookedAt()).toEqual({ line: 50, text: 'mine.cpp:3:1: error: one' });
  });

  describe('asked for before the log is read', () => {
    let early: FakeLog;
    let reader: LogStore;
    const end = vi.fn();
    beforeEach(() => {
      end.mockReset();
      early = createFakeLog(100, { reading: true });
      reader = createLogStore(early);
      reader.setSize(5, 78);
      reader.nextError(end);
      early.add(...numbered(0, 9), 'mine.cpp:3:1: error: one', ...numbered(10, 9));
      settle();
    });
    afterEach(() => reader.close());

    test('wait until it is, and come up then', () => {
      expect(reader.snapshot()).toMatchObject({ reading: true, match: undefined, follow: true });
      expect(end).not.toHaveBeenCalled();
      early.catchUp();
      settle();
      expect(end.mock.calls).toEqual([[true]]);
      expect(reader.snapshot()).toMatchObject({ reading: false, match: 9, follow: false });
    });

    test('are not waited for by somebody who moves on', () => {
      reader.follow();
      early.catchUp();
      settle();
      expect(end).not.toHaveBeenCalled();
      expect(reader.snapshot()).toMatchObject({ match: undefined, follow: true });
    });

    test('so with a search', () => {
      reader.search('line 3');
      settle();
      expect(reader.snapshot()).toMatchObject({ match: undefined, missed: false });
      early.catchUp();
      settle();
      expect(reader.snapshot()).toMatchObject({ match: 3, missed: false });
    });
  });

  test('without one the first line that is shown is looked at', () => {
    store.toStart();
    settle();
    expect(store.lookedAt()).toEqual({ line: 0, text: 'line 0' });
  });

  test.each([
    'mine.cpp:12:5: error: expected ‘;’ before ‘}’ token',
    'mine.cpp:12: fatal error: no.h: No such file or directory',
    '[w2] ValueError: shapes (3,) and (4,) not aligned',
    'ModuleNotFoundError: No module named faiss',
    "/usr/bin/ld: mine.cpp:(.text+0x1c): undefined reference to `f()'",
    'Segmentation fault (core dumped)',
    '==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1',
  ])('%s', line => expect(isErrorLine(line)).toBe(true));

  test.each([
    '0 errors',
    'recall error 0.001',
    'building with -Werror',
    'note: error handling is up to you',
    'ef=64 recall=0.99',
    'terrors: 3',
  ])('not %s', line => expect(isErrorLine(line)).toBe(false));

  test.each([
    ['mine.cpp:12:5: error: x', { file: 'mine.cpp', line: 12 }],
    ['In file included from /a b/x', undefined],
    ['/tmp/a/mine.cpp:7: fatal error: y', { file: '/tmp/a/mine.cpp', line: 7 }],
    ['  File "/tmp/mine.py", line 31, in query', { file: '/tmp/mine.py', line: 31 }],
    ['recall 0.9919 at 12:30:05', undefined],
  ])('the place in %s', (line, place) => expect(placeIn(line)).toEqual(place));
});
