/** Operating points on `quick`, from the command to the comparison, in the built program. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Home } from './program.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
  home.chooseLittle();
});
afterEach(() => home.close());

type Told = {
  readonly params: Readonly<Record<string, number>>;
  readonly recall: number;
  readonly target_recall?: number;
  readonly choosing_recall?: number;
  readonly recall_queries?: number;
};

test('bench --recall: settings are found, measured and marked', async () => {
  const { stdout, exitCode } = await home.run(['bench', '--impl', 'hnsw', '--compare', 'naive', '--recall', '0.99,0.9,0.999', '--json']);
  expect(exitCode).toBe(0);
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const [hnsw, naive] = ['hnsw', 'naive'].map(impl => (last.points as (Told & { impl: string })[]).filter(point => point.impl === impl));
  expect(naive).toMatchObject([{ recall: 1 }]);
  expect(naive?.[0]).not.toHaveProperty('target_recall');
  expect(hnsw?.map(point => point.target_recall)).toEqual([0.9, 0.99, 0.999]);
  for (const { target_recall: target = 0, choosing_recall: chosen = 0, recall, recall_queries: queries } of hnsw ?? []) {
    expect(chosen).toBeGreaterThanOrEqual(target);
    // The other 500 queries of `quick` are like those that chose; of this small graph recall differs much from query to query.
    expect(recall).toBeGreaterThan(target - 0.1);
    expect(queries).toBe(500);
  }
  const efforts = hnsw?.map(({ params: { efSearch = 0 } }) => efSearch) ?? [];
  expect(efforts).toEqual(efforts.toSorted((a, b) => a - b));
  expect(last.unreached).toEqual([]);

  const compared = await home.run(['compare', last.run, '--recall', '0.9,0.95']);
  expect(compared.stdout).toMatch(/^0\.90 .*[✓!] [\d,]+ /m);
  expect(compared.stdout).toMatch(/^0\.95 /m);
  expect(compared.stdout).not.toMatch(/^0\.95 .*[✓!] /m);
  const { stdout: shown } = await home.run(['results', last.run]);
  expect(shown).toMatch(/parameters +for +recall@10/);
  // On this machine its speed has no price.
  expect(shown).not.toContain('QP$');
});
