import { expect, test } from 'vitest';
import { benchMisfit } from '../../../src/workloads/bench/spec-check.ts';
import { countedUnits } from '../../../src/workloads/registry.ts';
import { spec } from '../../screens/support/states.ts';

test('units are counted as every other figure is shown', () => {
  expect(countedUnits({ kind: 'bench' }, 1)).toBe('1 point');
  expect(countedUnits({ kind: 'bench' }, 10_000, 'finished ')).toBe('10,000 finished points');
});

test('settings that are a list are no settings', () => {
  expect(benchMisfit(spec)).toBeUndefined();
  expect(benchMisfit({ ...spec, recallRules: [0.1] })).toBe('recallRules');
  expect(benchMisfit({ ...spec, implementations: [{ name: 'hnsw', build: [16], search: [{}] }] })).toBe('implementations.0.build');
});
