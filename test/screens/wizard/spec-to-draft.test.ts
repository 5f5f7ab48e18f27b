import { expect, test } from 'vitest';
import { draftOf } from '../../../screens/wizard/spec-to-draft.ts';
import { resolveDefaults } from '../../../screens/wizard/use-defaults.ts';
import { choosable } from '../../../screens/workloads/bench/choosable.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { sweepOf } from '../../../src/workloads/bench/spec-to-sweep.ts';
import { usualSettings } from '../../../src/workloads/prepare/config.ts';
import { createFakeServices } from '../support/services.ts';
import { cloudSpec, spec } from '../support/states.ts';

const again = async (wanted: BenchSpec) => {
  const services = createFakeServices();
  const [own, datasets, { rows: hardware }] = await Promise.all([choosable(services), services.datasets.list(), services.plans.prices()]);
  return resolveDefaults(draftOf(wanted), {}, { own, datasets, hardware }).choices;
};

test('what was asked beside the wizard is asked again: settings, threads, a part of the data, a limit of time', async () => {
  const [quick] = spec.datasets;
  const wanted: BenchSpec = {
    ...spec,
    datasets: quick === undefined ? [] : [quick, { ...quick, name: 'fashion-mnist-784-euclidean' }],
    k: 20,
    threads: 2,
    subset: 5000,
    timeout: 600,
  };
  expect(await again(wanted)).toEqual({
    kind: 'bench',
    implementations: ['naive', 'hnsw'],
    datasets: ['quick', 'fashion-mnist-784-euclidean'],
    target: 'local',
    hardware: 'cpu-32',
    sweep: sweepOf(wanted),
    threads: 2,
    subset: 5000,
    timeout: 600,
  });
});

test('on Modal with as many containers, under the same budget, in the same region', async () => {
  const wanted = cloudSpec({ containers: 2, budget: 3 });
  const { cloud } = wanted;
  if (cloud === undefined) throw new Error('a spec on Modal');
  const container = { ...cloud.container, region: 'eu', nonpreemptible: true };
  expect(await again({ ...wanted, cloud: { ...cloud, container } })).toMatchObject({
    target: 'modal',
    containers: 2,
    budget: 3,
    region: 'eu',
    nonpreemptible: true,
  });
});

test('on a container that was named on the command line', async () => {
  const hardware = { ...spec.hardware, id: '16x64', label: '16 cores · 64 GiB' };
  expect((await again({ ...spec, hardware })).hardware).toBe('16x64');
  expect((await again({ ...spec, hardware: { ...hardware, id: 'gone' } })).hardware).toBe('cpu-32');
});

test('without a budget none is proposed', () => {
  expect(draftOf(cloudSpec({ budget: null })).budget).toBeNull();
});

test('on Modal with what the workload needs, or what was chosen for it last', async () => {
  const services = createFakeServices();
  const [datasets, { rows }] = await Promise.all([services.datasets.list(), services.plans.prices()]);
  const hardware = [...rows, ...rows.slice(0, 1).map(row => ({ ...row, id: 'cpu-4' }))];
  const own = { settings: usualSettings };
  const proposed = (kind: string, chosen: Readonly<Record<string, string>> = {}) =>
    resolveDefaults({ kind, target: 'modal' }, { hardware: chosen }, { own, datasets, hardware }).choices.hardware;
  expect(proposed('evaluate', { bench: 'cpu-32' })).toBe('cpu-4');
  expect(proposed('prepare', { prepare: 'cpu-32' })).toBe('cpu-32');
});
