import { expect, test } from 'vitest';
import { isClockNews, laterClock, planeTime } from '../../../src/metering/plane-clock.ts';
import { readMoment, uptime } from '../../../src/process/moment.ts';

const clock = { plane: 1_000_000, uptime: 50_000, boot: 'a' };

test('time goes on from the last word, whatever the wall clock says', () => {
  for (const wall of [0, 1_003_000, 9e15])
    expect(planeTime(clock, { wall, uptime: 53_000, boot: 'a' })).toEqual({ at: 1_003_000, sure: true });
});

test('time slept through counts', () => {
  expect(planeTime(clock, { wall: 0, uptime: 50_000 + 8 * 3_600_000, boot: 'a' }).at).toBe(1_000_000 + 8 * 3_600_000);
});

test.each([
  ['another start of the machine', { wall: 1_200_000, uptime: 53_000, boot: 'b' }],
  ['a machine that was up for less', { wall: 1_200_000, uptime: 1000, boot: 'a' }],
])('after %s the wall clock has to do, and that is said', (_name, moment) => {
  expect(planeTime(clock, moment)).toEqual({ at: 1_200_000, sure: false });
});

test('it is never before what was seen', () => {
  expect(planeTime(clock, { wall: 0, uptime: 1000, boot: 'b' }, 1_100_000)).toEqual({ at: 1_100_000, sure: false });
  expect(planeTime(clock, { wall: 0, uptime: 50_001, boot: 'a' }, 1_100_000).at).toBe(1_100_000);
  expect(planeTime(undefined, { wall: 7, uptime: 0, boot: 'a' }, 0)).toEqual({ at: 7, sure: false });
});

test('a word that came quicker makes it later; one that came slowly is passed over', () => {
  const slow = { plane: 1_001_000, uptime: 52_000, boot: 'a' };
  const quick = { plane: 1_002_500, uptime: 52_000, boot: 'a' };
  expect(laterClock(clock, slow)).toBe(clock);
  expect(laterClock(clock, quick)).toBe(quick);
  expect(laterClock(undefined, slow)).toBe(slow);
  expect(laterClock(clock, { ...slow, boot: 'b' }).boot).toBe('b');
});

test('the time since the start of this machine goes forward', async () => {
  const before = uptime();
  await new Promise(resolve => setTimeout(resolve, 30));
  expect(uptime() - before).toBeGreaterThan(20);
  expect(uptime() - before).toBeLessThan(30_000);
  expect(readMoment().wall).toBeGreaterThan(Date.UTC(2025, 0));
});

test('a word is news when it makes it notably later, or when the machine was started since', () => {
  expect(isClockNews(undefined, clock)).toBe(true);
  expect(isClockNews(clock, { plane: 1_001_000, uptime: 51_000, boot: 'a' })).toBe(false);
  expect(isClockNews(clock, { plane: 1_001_200, uptime: 51_000, boot: 'a' })).toBe(false);
  expect(isClockNews(clock, { plane: 1_001_300, uptime: 51_000, boot: 'a' })).toBe(true);
  expect(isClockNews(clock, { plane: 900_000, uptime: 10, boot: 'b' })).toBe(true);
});
