/** Operating points at Modal: each build on a container of its own, with a price, which the next plan knows. */
import { expect, test } from 'vitest';
import { givenHome, givenStandIn } from './given.ts';

const standIn = givenStandIn();
const home = givenHome(standIn);

const sweep = `repeats: 1
implementations:
  naive: {}
  hnsw: { build: { M: [6, 8], efConstruction: [60] }, at_recall: [0.9, 0.95] }
`;

test('found and measured there, merged here, priced at each recall; what it cost is known before the next run', async () => {
  home().write('sweep.yaml', sweep);
  const args = [
    'bench',
    '--sweep',
    `${home().folder}/sweep.yaml`,
    '--impl',
    'hnsw,naive',
    '--target',
    'modal',
    '--cpu',
    '1',
    '--memory',
    '2',
  ];
  const { stdout, exitCode } = await home().run([...args, '--containers', '2', '--budget', '2', '--yes', '--json']);
  expect(exitCode).toBe(0);
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const found = (last.points as { impl: string; params: { M?: number }; target_recall?: number }[])
    .filter(({ impl }) => impl === 'hnsw')
    .map(({ params: { M }, target_recall: target }) => `${M}@${target}`);
  expect(found.toSorted()).toEqual(['6@0.9', '6@0.95', '8@0.9', '8@0.95']);
  const priced = (
    last.at_recall.rows as { level: number; operating_point: boolean; qps: number; thousand_queries_per_dollar: number }[]
  ).filter(row => row.operating_point);
  expect(priced.map(({ level }) => level)).toEqual([0.9, 0.95, 0.9, 0.95]);
  for (const { qps, thousand_queries_per_dollar: thousand } of priced) expect(thousand).toBeGreaterThan(qps * 3.6);

  const shown = (await home().run(['results', last.run])).stdout;
  expect(shown).toMatch(/one search at a time:[\s\S]*QP\$/);
  const results = JSON.parse(home().runFile(last.run, 'job', 'results.json'));
  expect(results.points.filter((point: { target_recall?: number }) => point.target_recall !== undefined)).toHaveLength(4);

  const dry = await home().run([...args, '--dry-run', '--recall', '0.95']);
  expect(dry.stdout).toMatch(
    new RegExp(`1M queries @ 0\\.95: \\$[\\d.]+ with hnsw, [\\d,]+ QPS on 1 thread, .* queries/\\$ \\(${last.run}, `),
  );
}, 400_000);
