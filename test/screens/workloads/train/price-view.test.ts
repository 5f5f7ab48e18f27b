/** The price table of a training: what fits on which GPU, at what speed and price, at every width. */
import { expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { tableLines } from '../../../../screens/components/table/table-lines.ts';
import { priceView } from '../../../../screens/workloads/train/price-view.ts';
import { loadHardware } from '../../../../src/config/hardware.ts';
import { loadPrices } from '../../../../src/config/prices.ts';
import { containerPrice, type HardwareRow } from '../../../../src/prices/container-price.ts';
import { loadTraining } from '../../../../src/workloads/train/config/load.ts';
import { forecastTraining } from '../../../../src/workloads/train/forecast.ts';
import type { Pace } from '../../../../src/workloads/train/pace.ts';
import { trainSpec } from '../../../support/training.ts';

const measured: Pace = { run: 'train-aaaaaa', hardware: 'h100', rate: 2310, memory: 61 * 2 ** 30 };

const viewOf = async (preset: string, paces: readonly Pace[]) => {
  const [shapes, rates] = [(await loadHardware()).value, (await loadPrices()).value];
  const rows = shapes.map((shape): HardwareRow => ({ ...shape, label: shape.id, dollarsPerHour: containerPrice(rates, shape).total }));
  const { training } = await loadTraining(preset);
  const { settings, ...spec } = trainSpec();
  const of = { ...spec, config: training.config, settings: { ...settings, rate: preset === 'laptop' ? 128 : 256 } };
  return priceView(forecastTraining(of, { rows, cores: 2, paces }), 2);
};

const wanted: readonly (readonly [number, readonly string[]])[] = [
  [58, ['GPU', 'VRAM', 'windows/s', 'training', 'this run']],
  [78, ['GPU', 'VRAM', 'container', 'windows/s', 'training', 'this run', 'speed']],
  [118, ['GPU', 'VRAM', 'container', 'windows/s', 'training', '$/epoch', 'this run', 'speed', 'why']],
];

test.each(wanted)('at %i columns: what matters most, and nothing of it cut', async (columns, titles) => {
  const { rows, columns: all } = await viewOf('tusz_train_a100', [measured]);
  const lines = tableLines(
    all,
    rows.map(({ cells }) => cells),
    columns,
  );
  expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(columns);
  const [head = '', ...body] = plainText(lines).split('\n');
  expect(
    head
      .trim()
      .split(/ {1,}(?=\S)/)
      .join(' '),
  ).toBe(titles.join(' '));
  expect(body.join('\n')).not.toContain('…');
  const rowOf = (gpu: string): string => body.find(row => row.startsWith(gpu)) ?? '';
  expect(rowOf('T4')).toContain('! 16 GiB');
  expect(rowOf('A100-80GB')).not.toContain('!');
  expect(rowOf('H100')).toContain('✓ 2,310');
  expect(rowOf('L40S')).toMatch(/≈ [\d,]+ /);
  if (titles.includes('container')) expect(rowOf('A100-80GB')).toContain('$4.40/h');
  if (titles.includes('why')) {
    expect(rowOf('T4')).toMatch(/! too small: ≈ 2\d GiB$/);
    expect(rowOf('L40S')).toMatch(/fits: ≈ 2\d GiB$/);
    expect(rowOf('H100')).toMatch(/fits: took 61 GiB$/);
  }
});

test('names those that are too small, stars the cheapest that is not, and says where figures come from', async () => {
  const { words, recommended } = await viewOf('tusz_train_a100', []);
  expect(words[0]).toMatch(/^! T4, L4, A10: too small for the ≈ 2\d GiB that a step needs; a smaller windows\.batch needs less\.$/);
  expect(recommended).not.toMatch(/^(t4|l4|a10)$/);
  expect(words.join(' ')).toMatch(/that is large enough/);
  expect(words.join(' ')).toContain('RTX 4090 (165 TFLOPS; makers’ data sheets, dense fp16)');
});

test('a small model fits everywhere, and nothing is said of it', async () => {
  const { words } = await viewOf('laptop', []);
  expect(words.join(' ')).not.toContain('too small for');
});
