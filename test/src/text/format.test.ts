import { expect, test } from 'vitest';
import { ago, agree, count, counted, duration, latency, money, params, percent, rate, size } from '../../../src/text/format.ts';
import { parseDuration, parseMoney } from '../../../src/text/parse-amount.ts';
import { recall } from '../../../src/workloads/bench/recall-text.ts';

test.each([
  [0, '$0'],
  [0.0123, '$0.0123'],
  [0.00001, '<$0.0001'],
  [0.99994, '$0.9999'],
  [0.99996, '$1.00'],
  [1, '$1.00'],
  [12.345, '$12.35'],
  [1234.5, '$1,234.50'],
  [1234567.891, '$1,234,567.89'],
  [-2, '-$2.00'],
  [Number.NaN, '–'],
])('money %d', (value, text) => expect(money(value)).toBe(text));

test.each([
  [0, '0s'],
  [0.04, '0.1s'],
  [0.44, '0.4s'],
  [0.97, '1s'],
  [8, '8s'],
  [59.6, '1m 00s'],
  [1152, '19m 12s'],
  [3599.6, '1h 00m'],
  [3840, '1h 04m'],
  [47 * 3600, '47h 00m'],
  [49 * 3600, '2d 1h'],
  [Number.POSITIVE_INFINITY, '–'],
])('duration %d', (value, text) => expect(duration(value)).toBe(text));

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [217e6, '217 MB'],
  [3.6e9, '3.6 GB'],
  [999_950_000, '1.0 GB'],
  [99.96e6, '100 MB'],
  [1e20, '100000 PB'],
])('size %d', (value, text) => expect(size(value)).toBe(text));

test.each([
  [21430, '21,430'],
  [999, '999'],
  [1_000_000, '1,000,000'],
  [12, '12'],
  [12.46, '12.5'],
  [99.96, '100'],
  [1234.5, '1,235'],
])('count %d', (value, text) => expect(count(value)).toBe(text));

test.each([
  [1, '1.0000'],
  [0.99999, '0.9999'],
  [0.9919, '0.9919'],
  [0.5, '0.5000'],
  [0, '0.0000'],
])('recall %d is never rounded up to 1', (value, text) => expect(recall(value)).toBe(text));

test('percent is never 100 before it is', () => {
  expect([0, 0.009, 0.625, 0.9999, 1, 1.2].map(percent)).toEqual(['0 %', '0 %', '62 %', '99 %', '100 %', '100 %']);
});

test('rates, parameters, times past', () => {
  expect(rate(1.7696)).toBe('$1.77/h');
  expect(params({ M: 16, efSearch: 64 })).toBe('M=16 efSearch=64');
  const minute = 60_000;
  expect([0, 30_000, 5 * minute, 3 * 60 * minute, 30 * 60 * minute, 12 * 24 * 60 * minute].map(back => ago(1e12 - back, 1e12))).toEqual([
    'just now',
    'just now',
    '5m ago',
    '3h ago',
    'yesterday',
    '12d ago',
  ]);
  expect(ago(1e12 + minute, 1e12)).toBe('just now');
});

test.each([
  ['2', 2],
  ['$2.00', 2],
  ['$1,000', 1000],
  ['.5', 0.5],
  [' 3.25 ', 3.25],
  ['0', undefined],
  ['-1', undefined],
  ['2 dollars', undefined],
  ['1e3', undefined],
  ['', undefined],
  ['$', undefined],
  ['1,0', undefined],
])('money typed as %j', (text, dollars) => expect(parseMoney(text)).toBe(dollars));

test.each([
  ['90s', 90],
  ['30m', 1800],
  ['2h', 7200],
  ['1h30m', 5400],
  ['1.5h', 5400],
  ['1 h 30 m', 5400],
  ['1d', 86_400],
  ['90', undefined],
  ['0s', undefined],
  ['-5m', undefined],
  ['soon', undefined],
  ['', undefined],
])('time typed as %j', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

test.each([
  [undefined, '–'],
  [0.0042, '4.2 µs'],
  [0.0124, '12 µs'],
  [0.0994, '99 µs'],
  [0.1, '0.10 ms'],
  [0.424, '0.42 ms'],
  [9.99, '9.99 ms'],
  [12.34, '12.3 ms'],
])('latency of %s ms', (value, text) => expect(latency(value)).toBe(text));

test.each([
  [0, '0 points'],
  [1, '1 point'],
  [2, '2 points'],
  [12_345, '12,345 points'],
])('%d with its noun', (value, text) => expect(counted(value, 'point')).toBe(text));

test('what agrees with a number', () => {
  expect([1, 2].map(value => `${counted(value, 'query', 'queries')} ${agree(value, 'is', 'are')} slow`)).toEqual([
    '1 query is slow',
    '2 queries are slow',
  ]);
});
