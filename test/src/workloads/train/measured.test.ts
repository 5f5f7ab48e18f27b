/** What measurements say of trainings: which they are like, what of it is measured, and what is none. */
import { expect, test } from 'vitest';
import { loadHardware } from '../../../../src/config/hardware.ts';
import { loadPrices } from '../../../../src/config/prices.ts';
import { containerPrice, type HardwareRow } from '../../../../src/prices/container-price.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { forecastTraining } from '../../../../src/workloads/train/forecast.ts';
import { paceHere, pacesOf } from '../../../../src/workloads/train/pace.ts';
import type { TrainSpec } from '../../../../src/workloads/train/spec.ts';
import { expectedOf } from '../../../../src/workloads/train/speed/expected.ts';
import { measureSpec, measureState, speed } from '../../../support/measure.ts';
import { recordingsContext } from '../../../support/recordings.ts';
import { trainSpec, trainState } from '../../../support/training.ts';

const all = (...runs: readonly object[]) => runs as readonly RunState[];

const rows = async (): Promise<readonly HardwareRow[]> => {
  const [shapes, rates] = [(await loadHardware()).value, (await loadPrices()).value];
  return shapes.map(shape => ({ ...shape, label: shape.id, dollarsPerHour: containerPrice(rates, shape).total }));
};

const told = async (t4: number, l4: number, createdAt = 1, run = 'measure-aaaaaa') => {
  const spec = await measureSpec({ gpus: ['T4', 'L4'] });
  return measureState(spec, [speed('w1', t4, 'Tesla T4'), speed('w2', l4, 'NVIDIA L4', 2 ** 33)], { createdAt }, run);
};

test('each GPU is measured from then on, in the forecast and in what is expected of a plan; the others are estimated from the most like it', async () => {
  const earlier = all(await told(200, 410));
  const spec = trainSpec();
  const forecast = forecastTraining(spec, { rows: await rows(), cores: 2, paces: pacesOf(spec, earlier) });
  const of = (id: string | null) => forecast.find(({ hardware }) => (hardware?.id ?? null) === id);
  expect(of('l4')).toMatchObject({ rate: 410, measured: true, memory: 2 ** 33, fits: true });
  expect(of('t4')).toMatchObject({ rate: 200, measured: true });
  expect(of('a10')).toMatchObject({ measured: false });
  expect(of(null)).toMatchObject({ measured: false });
  const context = { ...(await recordingsContext()), earlier: () => earlier };
  const cloud = { container: { gpu: 'L4' } } as Parameters<typeof expectedOf>[1];
  expect(expectedOf(spec, cloud, context)).toEqual({ rate: 410, measured: true });
});

test('of this machine it says nothing; of another config, model or preparation neither', async () => {
  const earlier = all(await told(200, 410));
  expect(paceHere(trainSpec(), earlier)).toBeUndefined();
  const spec = trainSpec();
  expect(pacesOf(trainSpec({ training: { steps: 90_000 } }), earlier)).toHaveLength(2);
  const others: readonly TrainSpec[] = [
    trainSpec({ training: { precision: 'float32' } }),
    trainSpec({ training: { accumulate: 2 } }),
    trainSpec({ training: { kernels: 'mamba-ssm' } }),
    { ...spec, settings: { ...spec.settings, rate: 256 } },
    { ...spec, config: { ...spec.config, windows: { ...spec.config.windows, batch: 64 } } },
    { ...spec, config: { ...spec.config, model: { name: 'small', options: {} } } },
    { ...spec, source: { file: 'mine.py', sha256: 'ab', from: '/mine.py' } },
  ];
  for (const other of others) expect(pacesOf(other, earlier)).toEqual([]);
});

test('the newest counts; what a training has told there counts more, for its windows were read', async () => {
  const [older, newer] = [await told(200, 410), await told(210, 430, 2, 'measure-bbbbbb')];
  expect(pacesOf(trainSpec(), all(older, newer)).map(({ rate }) => rate)).toEqual([210, 430, 200, 410]);
  const live = { ...newer, status: 'running' };
  expect(pacesOf(trainSpec(), all(older, live)).map(({ run }) => run)).toEqual(['measure-aaaaaa', 'measure-aaaaaa']);
  const trained = trainState('train-aaaaaa');
  const there = { ...trained, createdAt: 0, spec: { ...trained.spec, target: 'modal', hardware: { ...trained.spec.hardware, id: 'l4' } } };
  expect(pacesOf(trainSpec(), all(newer, there))[0]).toMatchObject({ run: 'train-aaaaaa', hardware: 'l4' });
});

test('faster than windows are read is no speed of a training: the row says what holds it up, and is no measurement', async () => {
  const paces = pacesOf(trainSpec(), all(await told(200, 9000)));
  const l4 = forecastTraining(trainSpec(), { rows: await rows(), cores: 2, paces }).find(({ hardware }) => hardware?.id === 'l4');
  expect(l4).toMatchObject({ rate: 5000, measured: false, limit: 'reading' });
});

test('GPUs that worked together were measured together', async () => {
  const two = trainSpec({ training: { processes: 2 } });
  const earlier = all(measureState(await measureSpec({ gpus: ['L4'] }, two), [speed('w1', 700, 'NVIDIA L4')]));
  const context = { ...(await recordingsContext()), earlier: () => earlier };
  const cloud = { container: { gpu: 'L4:2' } } as Parameters<typeof expectedOf>[1];
  const spec = { ...two, hardware: { ...two.hardware, id: '8x32+L4:2' } };
  expect(expectedOf(spec, cloud, context)).toEqual({ rate: 700, measured: true });
  const forecast = forecastTraining(two, { rows: await rows(), cores: 2, paces: pacesOf(two, earlier) });
  expect(forecast.every(({ measured }) => !measured)).toBe(true);
});
