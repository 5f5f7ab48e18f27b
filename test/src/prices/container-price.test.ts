/** Whole containers, to the cent. */
import { expect, test } from 'vitest';
import { loadHardware } from '../../../src/config/hardware.ts';
import { loadPrices } from '../../../src/config/prices.ts';
import { type Container, containerLabel, containerPrice } from '../../../src/prices/container-price.ts';

const { value: rates } = await loadPrices();
const { value: shapes } = await loadHardware();
const cpu: Container = { gpu: null, cores: 32, memoryGiB: 32 };
const a100: Container = { gpu: 'A100-80GB', cores: 24, memoryGiB: 96 };

test.each<readonly [string, Container, string]>([
  ['32 cores, 32 GiB', cpu, '1.77'],
  ['16 cores, 32 GiB', { ...cpu, cores: 16 }, '1.01'],
  ['8 cores, 32 GiB', { ...cpu, cores: 8 }, '0.63'],
  ['A100-80GB, 24 cores, 96 GiB', a100, '4.40'],
  ['a broad region raises all of it', { ...cpu, region: 'us' }, '2.65'],
  ['a narrow region raises it more', { ...a100, region: 'us-west' }, '7.71'],
  ['not preemptible: cores and memory only', { ...a100, nonpreemptible: true }, '8.21'],
  ['both', { ...a100, region: 'us', nonpreemptible: true }, '12.31'],
  ['H100', { gpu: 'H100', cores: 24, memoryGiB: 96 }, '5.85'],
])('%s', (_name, container, dollars) => {
  expect(containerPrice(rates, container).total.toFixed(2)).toBe(dollars);
});

test('the parts add up, for every shape on offer', () => {
  for (const shape of shapes) {
    const { gpu, cores, memory, total } = containerPrice(rates, shape);
    expect(gpu + cores + memory).toBeCloseTo(total, 10);
    expect(total).toBeGreaterThan(0);
  }
});

test('a GPU without a rate has no price', () => {
  expect(() => containerPrice(rates, { ...cpu, gpu: 'H900' })).toThrow(RangeError);
});

test('labels', () => {
  expect(containerLabel(cpu)).toBe('32 cores · 32 GiB');
  expect(containerLabel(a100)).toBe('A100-80GB · 24 cores · 96 GiB');
  expect(containerLabel({ ...cpu, cores: 1 })).toBe('1 core · 32 GiB');
});
