/** How fast and at what cost: from measurements, from the operations of a model, or both; and what an estimate takes of it. */
import { expect, test } from 'vitest';
import { estimate } from '../../../../src/metering/estimate.ts';
import type { HardwareRow } from '../../../../src/prices/container-price.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { sum } from '../../../../src/util/numbers.ts';
import { forecastLines } from '../../../../src/workloads/train/cli/forecast-lines.ts';
import { flopsOfWindow, usualRate, windowsOfStep, workOfSeed } from '../../../../src/workloads/train/cost.ts';
import { type ForecastRow, forecastTraining, memoryOfStep, thereOf } from '../../../../src/workloads/train/forecast.ts';
import { flopsOfSecond, keptOfSecond } from '../../../../src/workloads/train/model-flops.ts';
import { type Pace, paceHere, pacesOf } from '../../../../src/workloads/train/pace.ts';
import { foldTraining, nothingTrained, type TrainResults } from '../../../../src/workloads/train/results.ts';
import type { TrainSpec } from '../../../../src/workloads/train/spec.ts';
import { speedOf } from '../../../../src/workloads/train/speed.ts';
import { train } from '../../../../src/workloads/train/workload.ts';
import type { WorkloadEvent } from '../../../../src/workloads/workload.ts';
import { trainSpec, trainState } from '../../../support/training.ts';

const row = (id: string, gpu: string | null, tflops: number | null, dollarsPerHour: number): HardwareRow => ({
  id,
  label: id,
  gpu,
  vramGiB: gpu === null ? null : 24,
  cores: 8,
  memoryGiB: 32,
  dollarsPerHour,
  use: '',
  tflops,
});
const rows = [row('cpu-8', null, null, 0.5), row('l4', 'L4', 121, 1.43), row('h100', 'H100', 989, 5.85), row('x', 'X', null, 1)];

const spec = trainSpec();
const base: TrainSpec = {
  ...spec,
  config: { ...spec.config, model: { name: 'base', options: {} }, windows: { ...spec.config.windows, batch: 256 } },
};
const forecast = (of: TrainSpec, paces: readonly Pace[] = []) => forecastTraining(of, { rows, cores: 2, paces });
const pick = (all: readonly ForecastRow[], id: string | null) => all.find(({ hardware }) => (hardware?.id ?? null) === id) as ForecastRow;
const pace = (rate: number, hardware: string | null = null): Pace => ({ run: 'train-aaaaaa', hardware, rate });

const common = { front_seconds: 1, tcn_kernel: 5, tcn_expansion: 2, ssm_expansion: 2, ssm_heads: 8, logits_hz: 4 };
const designs = {
  narrow: { ...common, front_hz: 4, filters: 24, electrode_features: 32, width: 48, tcn_blocks: 5, ssm_layers: 0, ssm_state: 16 },
  middle: { ...common, front_hz: 8, filters: 32, electrode_features: 64, width: 104, tcn_blocks: 6, ssm_layers: 2, ssm_state: 32 },
  wide: { ...common, front_hz: 8, filters: 48, electrode_features: 96, width: 208, tcn_blocks: 7, ssm_layers: 4, ssm_state: 64 },
};

// Counted by the FlopCounterMode of torch 2.13, forward and backward: GFLOP of a window of 30 s.
test.each([
  ['narrow', 19, 128, 0.1799],
  ['narrow', 18, 128, 0.1759],
  ['narrow', 19, 256, 0.236],
  ['middle', 19, 128, 1.0548],
  ['wide', 19, 128, 4.6109],
  ['wide', 19, 256, 4.8401],
] as const)('operations of a %s model with %d channels at %d Hz', (name, channels, rate, counted) => {
  expect(Math.abs((30 * flopsOfSecond(designs[name], channels, rate)) / 1e9 / counted - 1)).toBeLessThan(0.02);
});

// Counted by hooks on the tensors that torch 2.13 keeps for the way back, in float32: bytes of a second of a window.
test.each([
  ['narrow', {}, 19, 128, 150_564],
  ['narrow', {}, 18, 128, 144_484],
  ['narrow', {}, 19, 256, 189_476],
  ['narrow', { width: 96 }, 19, 128, 182_820],
  ['middle', {}, 19, 128, 652_881],
  ['wide', {}, 19, 128, 1_475_710],
  ['wide', {}, 19, 256, 1_553_534],
  ['wide', { ssm_layers: 0, tcn_blocks: 1 }, 19, 128, 508_392],
  ['wide', { ssm_state: 16 }, 19, 128, 1_312_689],
  ['wide', { ssm_heads: 16 }, 19, 128, 1_689_734],
] as const)('what a %s model (%j) with %d channels at %d Hz keeps for the way back', (name, options, channels, rate, counted) => {
  expect(Math.abs(keptOfSecond({ ...designs[name], ...options }, channels, rate) / counted - 1)).toBeLessThan(0.03);
});

test('what fits: by what a step needs; what ran there fits, with what it held', () => {
  const large: TrainSpec = { ...base, config: { ...base.config, windows: { ...base.config.windows, batch: 1024 } } };
  const needed = memoryOfStep(large) ?? 0;
  expect(needed).toBeGreaterThan(24 * 2 ** 30);
  expect(pick(forecast(large), 'l4')).toMatchObject({ memory: needed, fits: false });
  expect(pick(forecast(large, [{ ...pace(300, 'l4'), memory: 20e9 }]), 'l4')).toMatchObject({ memory: 20e9, fits: true });
  expect(pick(forecast(large), null)).not.toHaveProperty('fits');
  // Shared out among processes, each has a GPU of its own.
  const shared = { ...large, config: { ...large.config, training: { ...large.config.training, processes: 4 } } };
  expect(memoryOfStep(shared)).toBeLessThan(needed / 3);
  const own: TrainSpec = { ...large, source: { file: 'mine.py', sha256: 'ab', from: '/mine.py' } };
  expect(pick(forecast(own), 'l4')).not.toHaveProperty('fits');
});

test('of several GPUs of which the first that is to be had is taken, the slowest and the smallest count, at the price that was planned', () => {
  const hardware = { id: '8x32+H100,L4', label: 'H100 or L4 · 8 cores · 32 GiB', dollarsPerHour: 5.85, pricesDate: '' };
  const l4 = pick(forecast(base), 'l4');
  const found = thereOf({ ...base, hardware }, rows, [], 2);
  expect(found?.seconds).toBeCloseTo(l4.seconds ?? 0, 6);
  expect(found?.dollars).toBeCloseTo(((l4.seconds ?? 0) / 3600) * 5.85, 9);
  for (const id of ['8x32', '8x32+H100,T4', '8x32+X'])
    expect(thereOf({ ...base, hardware: { ...hardware, id } }, rows, [], 2)).toBeUndefined();
});

test('an option in place of the size’s own counts', () => {
  const wide: TrainSpec = { ...spec, config: { ...spec.config, model: { name: 'tiny', options: { width: 96 } } } };
  expect(flopsOfWindow(wide)).toBeGreaterThan(1.5 * flopsOfWindow(spec));
});

test('this machine first, then every GPU of the price list; one of unknown speed is told as that', () => {
  const all = forecast(base);
  expect(all.map(({ hardware }) => hardware?.id ?? null)).toEqual([null, 'l4', 'h100', 'x']);
  expect(all.every(({ measured }) => !measured)).toBe(true);
  expect(pick(all, 'x')).toEqual({ hardware: rows[3], measured: false, memory: memoryOfStep(base), fits: true });
  const here = pick(all, null);
  expect(here).toMatchObject({ rate: usualRate(base, 2), dollars: 0, dollarsPerThousandSteps: 0 });
  const l4 = pick(all, 'l4');
  expect((l4.seconds ?? 0) * (l4.rate ?? 0)).toBeCloseTo(workOfSeed(base), 3);
  expect(l4.dollars).toBeCloseTo(((l4.seconds ?? 0) / 3600) * 1.43, 6);
  expect(l4.dollarsPerThousandSteps).toBeCloseTo((((1000 * windowsOfStep(base.config)) / (l4.rate ?? 1)) * 1.43) / 3600, 6);
  // 100 patients of 150 s in windows of 30 s.
  expect(l4.dollarsPerEpoch).toBeCloseTo(((500 / (l4.rate ?? 1)) * 1.43) / 3600, 9);
  expect(l4.speed).toBeCloseTo(121 / 165, 2);
});

test('what is measured is told as measured, and others are estimated from the most like it', () => {
  const all = forecast(base, [pace(3.2), pace(400, 'l4'), pace(1, 'l4')]);
  expect(pick(all, null)).toMatchObject({ rate: 3.2, measured: true });
  expect(pick(all, 'l4')).toMatchObject({ rate: 400, measured: true });
  expect(pick(all, 'h100')).toMatchObject({ rate: (400 * 989) / 121, measured: false });
});

test('a small model is bound by its steps, not by the GPU; windows are read no faster than they are', () => {
  expect(pick(forecast(spec), 'h100')).toMatchObject({ rate: windowsOfStep(spec.config) / 0.02, limit: 'steps' });
  const large: TrainSpec = { ...spec, config: { ...spec.config, windows: { ...spec.config.windows, batch: 4096 } } };
  expect(pick(forecast(large), 'h100')).toMatchObject({ rate: 5000, limit: 'reading' });
});

test('of a person’s own model nothing is known but how fast it is here', () => {
  const own: TrainSpec = { ...base, source: { file: 'mine.py', sha256: 'ab', from: '/mine.py' } };
  const slow = pick(forecast(own, [pace(1)]), 'l4').rate ?? 0;
  expect(pick(forecast(own, [pace(2)]), 'l4').rate).toBeCloseTo(2 * slow, 6);
});

test('how fast a training went: all steps by their own time, whatever was told in between', () => {
  // As training/pace.py tells it: of the last 100 steps of a process, without its first two.
  const seconds = (step: number): number => (step <= 60 ? 4 : step <= 130 ? 0.5 : 1);
  const toldAt = (step: number, from: number): number => {
    const steps = Array.from({ length: Math.max(0, step - from - 2) }, (_, n) => from + 3 + n).slice(-100);
    return (32 * steps.length) / sum(steps.map(seconds));
  };
  const tell = (results: TrainResults, from: number, to: number, every = 1): TrainResults =>
    Array.from({ length: to - from }, (_, n) => from + 1 + n)
      .filter(step => step > from + 2 && step % every === 0)
      .reduce((all, step) => foldTraining(all, event('metric', { seed: 0, step, values: { windows_per_s: toldAt(step, from) } })), results);
  const event = (type: string, fields: object) =>
    ({ v: 1, seq: 1, container: 'main', time: 1, type, ...fields }) as unknown as WorkloadEvent;
  const rateOf = (from: number, to: number): number =>
    (32 * (to - from)) / sum(Array.from({ length: to - from }, (_, n) => seconds(from + 1 + n)));
  expect(speedOf(nothingTrained, [0])).toBeUndefined();
  const short = tell(nothingTrained, 0, 80);
  expect(speedOf(short, [0])).toBeCloseTo(rateOf(2, 80), 6);
  expect(speedOf(tell(nothingTrained, 0, 302), [0])).toBeCloseTo(rateOf(2, 302), 6);
  expect((speedOf(tell(nothingTrained, 0, 300, 7), [0]) ?? 0) / rateOf(2, 300)).toBeCloseTo(1, 1);
  // The next attempt counts anew.
  const on = tell(foldTraining(short, event('resumed', { seed: 0, step: 80, exact: true })), 80, 150);
  expect(speedOf(on, [0])).toBeCloseTo((32 * (78 + 68)) / ((32 * 78) / rateOf(2, 80) + (32 * 68) / rateOf(82, 150)), 6);
});

test('a training that still goes on is no earlier one', () => {
  const [over, live] = [trainState('train-aaaaaa'), trainState('train-bbbbbb', { step: 80, live: true })] as unknown as readonly RunState[];
  expect(paceHere(spec, [live as RunState])).toBeUndefined();
  expect(paceHere(spec, [live as RunState, over as RunState])?.runs).toEqual(['train-aaaaaa']);
});

test('trainings of such a model say how fast the next one is, however long it is; others do not', () => {
  const earlier = [trainState('train-aaaaaa', { step: 80 }), trainState('train-bbbbbb')] as unknown as readonly RunState[];
  const longer = trainSpec({ training: { steps: 3000 } });
  const found = paceHere(longer, earlier);
  expect(found?.runs).toEqual(['train-aaaaaa', 'train-bbbbbb']);
  expect(found?.rate).toBeCloseTo(63, 0);
  expect(pacesOf(base, earlier)).toEqual([]);
  const storage = { gibMonth: 0, freeGiB: 0 };
  const paced = estimate(longer, earlier, () => undefined, 2, storage);
  expect(paced.basis).toMatch(/^6\d\.\d windows\/s in 2 earlier trainings here$/);
  const rough = estimate(longer, [], () => undefined, 2, storage);
  expect(rough.basis).toBe('rough: from windows and the model’s size');
  expect(paced.seconds.high / paced.seconds.low).toBeLessThan(rough.seconds.high / rough.seconds.low);
  expect(train.parts(longer, { cores: 2 })).toHaveLength(1);
});

test('a plan tells of a GPU what the forecast tells of it, not what the time of this machine would cost there', () => {
  const on = (id: string): TrainSpec => ({ ...base, hardware: { ...base.hardware, id, dollarsPerHour: 1.43 } });
  const storage = { gibMonth: 0, freeGiB: 0 };
  const plan = (of: TrainSpec) => estimate(of, [], () => undefined, 2, storage, rows);
  const { seconds, dollars } = pick(forecast(base), 'l4');
  expect(plan(on('l4'))).toMatchObject({ dollarsThere: dollars, there: { seconds, dollars, of: 'training alone' } });
  expect(plan(on('l4')).seconds.likely).toBeGreaterThan(100 * (seconds ?? 0));
  // Of a container without a GPU, or with one that nothing is known of, nothing is said.
  for (const id of ['cpu-8', 'x', '8x32+Z9']) expect(plan(on(id)).dollarsThere).toBeUndefined();
});

test('as a table: money and time of estimates are marked', () => {
  const [head = '', here = '', l4 = ''] = forecastLines(forecast(base, [pace(3.2)]), 2);
  expect(head).toMatch(/windows\/s .*\$ per 1,000 steps .*speed/);
  expect(here).toMatch(/^this machine, 2 cores .* 3\.2 +measured +\$0 /);
  expect(l4).toMatch(/^L4 +\$1\.43\/h +24 GiB +\d[\d,]* +est\. +≈ \$/);
});
