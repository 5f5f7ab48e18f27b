/** Libraries of others: asked for by name, told in the plan, kept in a folder of ours. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseLocated } from '../../../../src/config/located.ts';
import { paths } from '../../../../src/util/paths.ts';
import { combinationCount, loadBenchmark, sweepSchema } from '../../../../src/workloads/bench/config.ts';
import { implementationSeconds } from '../../../../src/workloads/bench/cost-model.ts';
import { peerNames, registered, withPeers } from '../../../../src/workloads/bench/implementations.ts';
import { peerNotes } from '../../../../src/workloads/bench/peer-notes.ts';
import type { BenchSpec } from '../../../../src/workloads/bench/spec.ts';
import { bench } from '../../../../src/workloads/bench/workload.ts';

const plans = (...names: readonly string[]) =>
  names.map(name => ({
    name,
    build: Object.fromEntries(Object.entries(registered[name]?.build ?? {}).map(([key, { default: usual }]) => [key, usual])),
    search: [{}],
  }));

test('`peers` stands for all of them, beside other words', () => {
  expect(withPeers(['./mine.cpp', 'peers', 'hnsw'])).toEqual(['./mine.cpp', ...peerNames, 'hnsw']);
  expect(peerNames).toContain('hnswlib');
});

test('each has a pinned package, a licence, and grids within its limits', () => {
  for (const name of peerNames) {
    const { peer, build, search, sweep } = registered[name] as (typeof registered)[string];
    expect(peer?.package).toMatch(/^[a-z][\w-]*==\d[\w.]*$/);
    expect(peer?.licence).toBeTruthy();
    expect(combinationCount(sweep.search)).toBeGreaterThanOrEqual(9);
    for (const [parameters, lists] of [
      [build, sweep.build],
      [search, sweep.search],
    ] as const) {
      expect(Object.keys(lists)).toEqual(Object.keys(parameters));
      for (const [key, values] of Object.entries(lists))
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(parameters[key]?.least ?? 0);
          expect(value).toBeLessThanOrEqual(parameters[key]?.most ?? 0);
        }
    }
  }
});

test('they are offered by no list, and can stand in a sweep file', async () => {
  const { value } = await loadBenchmark();
  expect(value.implementations.filter(({ hidden }) => !hidden).map(({ name }) => name)).not.toContain('hnswlib');
  const file = 'implementations: { hnswlib: { build: { M: [8] }, search: { efSearch: [20] } } }';
  const read = sweepSchema(await parseLocated(file, 'mine.yaml'), { file: 'mine.yaml', path: '' });
  expect(read.implementations).toMatchObject([{ name: 'hnswlib', groups: [{ build: { M: [8] }, search: { efSearch: [20] } }] }]);
});

test('a plan says what pip will install, each package once', () => {
  const [here] = peerNotes({ target: 'local', implementations: plans('faiss-hnsw', 'faiss-nsg', 'hnswlib', 'hnsw') });
  expect(here).toBe('pip installs faiss-cpu 1.15.1, hnswlib 0.8.0: about 270 MB and 1 minute the first time');
  expect(peerNotes({ target: 'modal', implementations: plans('usearch') })).toEqual([
    'pip installs usearch 2.26.6: each container installs what it measures, at most 155 MB in about 21 s',
  ]);
  expect(peerNotes({ target: 'local', implementations: plans('hnsw') })).toEqual([]);
});

test('what a container installs is in its estimate', () => {
  const sizes = { of: 'vectors', train: 1000, queries: 100, dimension: 10, bytes: 44_000 } as const;
  const seconds = (target: 'local' | 'modal') =>
    implementationSeconds(plans('rabitqlib')[0] as never, { target, repeats: 3, threads: 1, subset: null } as BenchSpec, sizes, 2);
  expect(seconds('modal') - seconds('local')).toBeGreaterThan(5);
});

test('its job is told where environments are kept, and how pip is configured here', () => {
  const { set, passed } = bench.environment(paths({ ANN_TUI_HOME: '/home/me/ann' }));
  expect(set.ANNBENCH_PEERS).toBe('/home/me/ann/data/peers');
  expect(passed).toContain('PIP_INDEX_URL');
});

test('docs/peers.md has each package, licence and grid as they are registered', async () => {
  const page = await readFile('docs/peers.md', 'utf8');
  const shown = (lists: Readonly<Record<string, readonly number[]>>) =>
    Object.entries(lists)
      .map(([name, values]) => `${name} ${values.join(' ')}`)
      .join(' · ');
  for (const name of peerNames) {
    const { peer, sweep } = registered[name] as (typeof registered)[string];
    const row = `| \`${name}\` | ${peer?.package.replace('==', ' ')} | ${peer?.licence} | ${shown(sweep.build)} | ${shown(sweep.search)} |`;
    expect(page).toContain(row);
  }
});
