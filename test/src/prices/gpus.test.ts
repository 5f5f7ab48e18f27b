/** GPUs in every writing that Modal takes: their price, their limits, and what is told of them. */
import { describe, expect, test } from 'vitest';
import { loadPrices } from '../../../src/config/prices.ts';
import { type Container, containerLabel, containerPrice } from '../../../src/prices/container-price.ts';
import { checkedGpu, gpuNotes, gpuRate } from '../../../src/prices/gpus.ts';

const { value: rates } = await loadPrices();

/** The price list of facts: dollars an hour, to the cent. */
test.each([
  ['T4', 0.59],
  ['L4', 0.8],
  ['A10', 1.1],
  ['A10G', 1.1],
  ['L40S', 1.95],
  ['A100', 2.1],
  ['A100-40GB', 2.1],
  ['A100-80GB', 2.5],
  ['RTX-PRO-6000', 3.03],
  ['H100', 3.95],
  ['H100!', 3.95],
  ['H200', 4.54],
  ['B200', 6.25],
  ['B200+', 6.25],
  ['B300', 7.1],
])('%s is $%d an hour', (gpu, dollars) => {
  expect(gpuRate(gpu, rates.gpu)).toBe(dollars);
});

test('a core and a GiB', () => {
  expect([rates.core, rates.gib]).toEqual([0.0473, 0.008]);
});

const whole = (container: Partial<Container>): string =>
  containerPrice(rates, { gpu: null, cores: 32, memoryGiB: 32, ...container }).total.toFixed(2);

test('several, and lists by their dearest', () => {
  expect(gpuRate('A100-80GB:2', rates.gpu)).toBe(5);
  expect(gpuRate('h100,a100-80gb', rates.gpu)).toBe(3.95);
  expect(gpuRate('L4:8,H100', rates.gpu)).toBeCloseTo(6.4);
  expect(whole({ gpu: 'A100-80GB:2', cores: 24, memoryGiB: 96 })).toBe('6.90');
  expect(gpuRate('H100,H900', rates.gpu)).toBeUndefined();
});

test('a region raises all of it, non-preemptible the cores and memory', () => {
  expect(whole({ gpu: 'H100', cores: 24, memoryGiB: 96, region: 'us-west' })).toBe('10.24');
  expect(whole({ nonpreemptible: true })).toBe('5.31');
});

test('labels', () => {
  expect(containerLabel({ gpu: 'A100-80GB:2', cores: 24, memoryGiB: 96 })).toBe('2 × A100-80GB · 24 cores · 96 GiB');
  expect(containerLabel({ gpu: 'H100,A100-80GB', cores: 24, memoryGiB: 96 })).toBe('H100 or A100-80GB · 24 cores · 96 GiB');
});

describe('checked before anything starts', () => {
  test.each([
    ['h100', 'H100'],
    ['a100-80gb:2', 'A100-80GB:2'],
    ['H100!', 'H100!'],
    ['h100, a100-80gb', 'H100,A100-80GB'],
    ['A10:4', 'A10:4'],
    ['b200+', 'B200+'],
  ])('%s', (given, asked) => {
    expect(checkedGpu(given, rates.gpu)).toBe(asked);
  });

  test.each([
    ['H900', /There is no price for the GPU "H900"/],
    ['L4O', /Did you mean "L4/i],
    ['A10:5', /1 to 4/],
    ['H100:9', /1 to 8/],
    ['H100:0', /No container has that many/],
    ['H100:two', /No container has that many/],
    ['H100,', /no price for the GPU ""/],
    ['toString', /no price/],
  ])('%s is refused', (given, words) => {
    expect(() => checkedGpu(given, rates.gpu)).toThrow(words);
  });
});

test('what a person should know', () => {
  expect(gpuNotes('H100', rates.gpu)).toEqual([expect.stringMatching(/H200.*H100! keeps it/)]);
  expect(gpuNotes('H100!', rates.gpu)).toEqual([]);
  expect(gpuNotes('A100', rates.gpu)).toEqual([expect.stringMatching(/80 GB.*A100-40GB/)]);
  expect(gpuNotes('L40S,A100-80GB:2', rates.gpu)).toEqual([expect.stringMatching(/asked for in this order.*dearest, 2 × A100-80GB,/)]);
});
