import { describe, expect, test } from 'vitest';
import { roomWords, wasteWords } from '../../../src/accounts/fleet.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { funded } from '../../screens/support/services.ts';
import { cloudSpec } from '../../screens/support/states.ts';

const withGpu = (gpu: string): BenchSpec => {
  const spec = cloudSpec({ containers: 2 });
  if (spec.cloud === undefined) throw new Error('a run on Modal has a cloud plan');
  return { ...spec, cloud: { ...spec.cloud, container: { ...spec.cloud.container, gpu } } };
};
const free = { now: 0, most: 100 };

test('a GPU that a benchmark has no use for is said', () => {
  expect(wasteWords(cloudSpec())).toEqual([]);
  expect(wasteWords(withGpu('A100-80GB:2')).join()).toMatch(/A100-80GB.*not used/);
});

describe('room in the workspace', () => {
  test('nothing is said where there is enough, or where nobody knows', () => {
    expect(roomWords(withGpu('T4'), funded({ containers: free, gpus: { now: 6, most: 10 } }))).toEqual([]);
    expect(roomWords(withGpu('T4'), funded({ containers: { now: null, most: null }, gpus: { now: null, most: null } }))).toEqual([]);
    expect(roomWords(withGpu('T4'), undefined)).toEqual([]);
  });

  test('containers: two parts and their coordinator', () => {
    expect(roomWords(cloudSpec({ containers: 2 }), funded({ containers: { now: 0, most: 3 } }))).toEqual([]);
    const [said] = roomWords(cloudSpec({ containers: 2 }), funded({ containers: { now: 1, most: 3 } }));
    expect(said).toBe(
      '3 containers are wanted, and your plan runs 3 at once, 1 of them in use now: the rest wait in the queue, which is not billed.',
    );
  });

  test('GPUs: as many as each container has', () => {
    const said = roomWords(withGpu('A100-80GB:2,H100'), funded({ containers: free, gpus: { now: 7, most: 10 } }));
    expect(said).toEqual([expect.stringMatching(/^4 GPUs are wanted, and your plan runs 10 at once, 7 of them in use now/)]);
  });
});
