import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogStore, type LogStore } from '../../screens/components/log/log-store.ts';
import { createFakeLog, type FakeLog } from './support/log-view.ts';

let log: FakeLog;
let store: LogStore;
const numbered = (from: number, count: number) => Array.from({ length: count }, (_, n) => `line ${from + n}`);
const settle = () => vi.advanceTimersByTime(100);

beforeEach(() => {
  vi.useFakeTimers();
  log = createFakeLog(100);
  log.add(...numbered(0, 50));
  store = createLogStore(log);
  store.setHeight(5);
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
