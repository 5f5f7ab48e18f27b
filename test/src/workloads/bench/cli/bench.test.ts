/** What `ann-tui bench` measures a file of one's own beside. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { paths } from '../../../../../src/util/paths.ts';
import { givenHome } from '../../../../support/home.ts';
import { program } from '../../../cli/program.ts';

givenHome();

let mine: string;
beforeEach(() => {
  mine = path.join(paths().data, 'work/mine.cpp');
  mkdirSync(path.dirname(mine), { recursive: true });
  writeFileSync(mine, '#include <ann.h>\n');
});

const planned = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await program(['bench', ...args, '--dry-run', '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const plan = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .find(({ type }) => type === 'plan');
  return plan.spec.implementations.map(({ name }: { name: string }) => name);
};

test('our index stands beside it where nothing else was said', async () => {
  expect(await planned('--impl', mine)).toEqual(['mine', 'qg']);
  expect(await planned('--compare', mine)).toEqual(['mine']);
  expect(await planned('--impl', mine, '--compare', 'naive')).toEqual(['mine', 'naive']);
  expect(await planned('--impl', `${mine},hnsw`)).toEqual(['mine', 'hnsw']);
  expect(await planned('--impl', mine, '--compare', 'none')).toEqual(['mine']);
  expect(await planned('--impl', 'hnsw')).toEqual(['hnsw']);
});

test('a configuration without it is followed', async () => {
  mkdirSync(paths().config, { recursive: true });
  writeFileSync(path.join(paths().config, 'benchmark.yaml'), 'implementations:\n  naive: { default: true }\n');
  expect(await planned('--impl', mine)).toEqual(['mine']);
});

test('nothing and something cannot both be compared with', async () => {
  const { code, stderr } = await program(['bench', '--impl', mine, '--compare', 'none,qg']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--compare none,qg cannot be.*stands alone.*--compare qg/s);
});
