import { expect, test } from 'vitest';
import registered from '../../../../modal/annbench/src/annbench/implementations.json' with { type: 'json' };
import peers from '../../../../modal/annbench/src/annbench/peers/peers.json' with { type: 'json' };
import { loadBenchmark } from '../../../../src/workloads/bench/config.ts';

test('what annbench runs alone and what ann-tui runs when nothing is said is one sweep', async () => {
  const { value } = await loadBenchmark();
  const { k, repeats, seed } = value;
  const chosen = value.implementations.filter(entry => entry.default);
  const implementations = Object.fromEntries(chosen.map(({ name, groups: [group] }) => [name, group]));
  const wanted = Object.entries(registered.implementations).filter(([, one]) => 'default' in one && one.default);
  expect({ k, repeats, seed }).toEqual(registered.sweep);
  expect(implementations).toEqual(Object.fromEntries(wanted.map(([name, { sweep }]) => [name, sweep])));
  for (const { name, title, hidden } of value.implementations) {
    if (Object.hasOwn(peers.peers, name)) expect(hidden, `${name} is measured for whoever asks, and not offered`).toBe(true);
    else expect(registered.implementations).toMatchObject({ [name]: { title, ...(hidden && { hidden }) } });
  }
});
