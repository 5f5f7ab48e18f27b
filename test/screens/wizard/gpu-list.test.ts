import { expect, test } from 'vitest';
import { gpuListOf } from '../../../screens/wizard/gpu-list.ts';
import type { HardwareRow } from '../../../src/prices/container-price.ts';

const row = (id: string, gpu: string | null, cores: number, memoryGiB: number): HardwareRow => ({
  id,
  label: id,
  gpu,
  vramGiB: 80,
  cores,
  memoryGiB,
  dollarsPerHour: 1,
  use: '',
});
const rows = [row('cpu-4', null, 4, 16), row('h100', 'H100', 24, 96), row('a10', 'A10', 8, 32), row('a100-40gb', 'A100-40GB', 12, 64)];

test.each([
  ['H100, A10', '24x96+H100,A10'],
  ['a100,h100', '12x64+A100,H100'],
  ['h100:2', '24x96+H100:2'],
  ['H100!', '24x96+H100!'],
  // One alone is its row.
  [' h100 ', 'h100'],
  ['h100,', 'h100'],
])('“%s” is %s', (text, id) => {
  expect(gpuListOf(text, rows)).toEqual({ id });
});

test.each([
  ['H100, Z9', 'There is no GPU “Z9” in this list.'],
  ['A10:5', 'One container has 1 to 4 A10.'],
  ['H100:none', 'One container has 1 to 8 H100.'],
  ['', 'No GPU was named, such as H100, A100-80GB.'],
])('“%s” is refused', (text, wrong) => {
  expect(gpuListOf(text, rows)).toEqual({ wrong });
});
