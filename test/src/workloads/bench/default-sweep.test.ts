import { expect, test } from 'vitest';
import sweep from '../../../../modal/annbench/src/annbench/default-sweep.json' with { type: 'json' };
import { loadBenchmark } from '../../../../src/workloads/bench/config.ts';

test('what annbench runs alone and what ann-tui runs when nothing is said is one sweep', async () => {
  const { value } = await loadBenchmark();
  const { k, repeats, seed } = value;
  const implementations = Object.fromEntries(
    value.implementations.filter(entry => entry.default).map(({ name, groups: [group] }) => [name, group]),
  );
  expect({ k, repeats, seed, implementations }).toEqual(sweep);
});
