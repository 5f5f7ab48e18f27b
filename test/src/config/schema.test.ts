/** Every kind of mistake in a config: which line, which key, what was found, what is allowed, what to type. */
import { describe, expect, test } from 'vitest';
import { datasetsSchema } from '../../../src/config/datasets.ts';
import { hardwareSchema } from '../../../src/config/hardware.ts';
import { parseLocated, readLocated } from '../../../src/config/located.ts';
import { pricesSchema } from '../../../src/config/prices.ts';
import type { Schema } from '../../../src/config/schema.ts';
import { UserError } from '../../../src/errors/errors.ts';
import {
  type BenchmarkConfig,
  benchmarkSchema,
  combinationCount,
  combinations,
  pointCount,
  sweepSchema,
} from '../../../src/workloads/bench/config.ts';

const read = async <T>(schema: Schema<T>, text: string): Promise<T> =>
  schema(await parseLocated(text, '/c/x.yaml'), { file: '/c/x.yaml', path: '' });

const misfit = async (schema: Schema<unknown>, text: string): Promise<UserError> => {
  try {
    await read(schema, text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error');
};

const prices = `as_of: 2026-09-29
source: a list
currency: USD
per_hour:
  core: 0.0473
  gib: 0.0080
  gpu:
    T4: 0.59
storage: {gib_month: 0.09, free_gib: 1024}
multipliers:
  region_broad: 1.5
  region_narrow: 1.75
  nonpreemptible: 3
`;

const hnsw = (search: string): string => `implementations:\n  hnsw:\n    search:\n      ${search}\n`;

describe('a mistake is named by its line', () => {
  test.each<readonly [string, Schema<unknown>, string, number, RegExp]>([
    ['a word for a number', pricesSchema, prices.replace('0.0473', 'cheap'), 5, /per_hour\.core.*found "cheap"; allowed: a number above 0/],
    ['a number in quotes', pricesSchema, prices.replace('0.0473', '"0.0473"'), 5, /found "0\.0473"; allowed: a number above 0/],
    ['zero', pricesSchema, prices.replace('0.0473', '0'), 5, /found 0; allowed: a number above 0/],
    ['not a number', pricesSchema, prices.replace('0.0473', '.nan'), 5, /found \.nan, which is no number; allowed: a number above 0/],
    ['infinity', pricesSchema, prices.replace('0.0473', '.inf'), 5, /found a number above all .*; allowed: a number above 0/],
    [
      'below a bound',
      pricesSchema,
      prices.replace('nonpreemptible: 3', 'nonpreemptible: 0.5'),
      13,
      /found 0\.5; allowed: a number of 1 or more/,
    ],
    ['a key misspelt', pricesSchema, prices.replace('core:', 'coer:'), 5, /per_hour\.coer.*unknown key; allowed: did you mean "core"\?/],
    ['a key missing', pricesSchema, prices.replace('  gib: 0.0080\n', ''), 5, /per_hour\.gib is missing.*this key has to be there/],
    ['a value missing', pricesSchema, prices.replace('gib: 0.0080', 'gib:'), 6, /per_hour\.gib.*found nothing/],
    ['a list for a map', pricesSchema, prices.replace('gpu:\n    T4: 0.59', 'gpu: [T4]'), 7, /found a list; allowed: a map/],
    ['an empty map', pricesSchema, prices.replace('gpu:\n    T4: 0.59', 'gpu: {}'), 7, /found an empty map; allowed: at least one/],
    ['another currency', pricesSchema, prices.replace('USD', 'EUR'), 3, /currency.*found "EUR"; allowed: USD/],
    ['no date', pricesSchema, prices.replace('2026-09-29', 'yesterday'), 1, /as_of.*allowed: a date such as 2026-09-29/],
    ['a key twice', pricesSchema, prices.replace('  gib:', '  core: 1\n  gib:'), 6, /not valid YAML.*unique/],
    ['a quote that is never closed', pricesSchema, prices.replace('a list', '"a list'), 14, /not valid YAML/],
    ['a number too large for any', pricesSchema, prices.replace('0.0473', '1e400'), 5, /found a number above all/],
    ['several documents', pricesSchema, `${prices}---\na: 1\n`, 14, /another document begins here; a config is one/],
    ['thousands of brackets', pricesSchema, '['.repeat(5000), 1, /nested too deeply/],
    ['a tab', pricesSchema, prices.replace('  core', '\tcore'), 5, /not valid YAML/],
    ['an empty file', pricesSchema, '', 1, /the file.*found nothing; allowed: a map/],
    ['a list as the file', pricesSchema, '- 1', 1, /the file.*found a list/],
    [
      'a fraction for a count',
      benchmarkSchema,
      `k: 1.5\nrepeats: 3\nseed: 1\n${hnsw('efSearch: [1]')}`,
      1,
      /k is not valid.*found 1\.5; allowed: a whole number of 1 or more/,
    ],
    [
      'an unknown implementation',
      sweepSchema,
      'implementations:\n  hsnw: {}\n',
      2,
      /implementations\.hsnw.*did you mean "hnsw"\? naive, hnsw/,
    ],
    ['an unknown parameter', sweepSchema, hnsw('ef_search: [1]'), 4, /search\.ef_search.*did you mean "efSearch"\? efSearch/],
    ['a parameter where there is none', sweepSchema, 'implementations:\n  naive:\n    build: {M: 16}\n', 3, /build\.M.*allowed: nothing/],
    [
      'a parameter out of range',
      sweepSchema,
      hnsw('efSearch: [10, 0]'),
      4,
      /efSearch\[1\].*found 0; allowed: a whole number from 1 to 100000/,
    ],
    [
      'groups beside a grid',
      sweepSchema,
      'implementations:\n  hnsw:\n    run_groups:\n      a: {}\n    search: {efSearch: 1}\n',
      5,
      /implementations\.hnsw\.search.*found search beside run_groups; allowed: one of search and run_groups/,
    ],
    [
      'both words for one thing',
      sweepSchema,
      'implementations:\n  hnsw:\n    run_groups:\n      a:\n        build: {M: 4}\n        args: {M: 8}\n',
      6,
      /hnsw\.run_groups\.a\.args.*found args beside build/,
    ],
    [
      'a parameter of a group out of range',
      sweepSchema,
      'implementations:\n  hnsw:\n    run_groups:\n      a:\n        query_args:\n          efSearch: [1, x]\n',
      6,
      /run_groups\.a\.query_args\.efSearch\[1\].*found "x"; allowed: a whole number/,
    ],
    ['no group', sweepSchema, 'implementations:\n  hnsw:\n    run_groups: {}\n', 3, /run_groups.*found an empty map/],
    ['an empty list', sweepSchema, hnsw('efSearch: []'), 4, /efSearch.*found an empty list; allowed: a list of one or more/],
    ['yes for true', sweepSchema, 'implementations:\n  naive:\n    default: yes\n', 3, /found "yes"; allowed: true or false/],
    [
      'a word outside the list',
      datasetsSchema,
      'datasets:\n  a:\n    title: A\n    distance: euclidian\n',
      4,
      /did you mean "euclidean"\? euclidean, angular/,
    ],
    [
      'an address that is none',
      datasetsSchema,
      'datasets:\n  a:\n    title: A\n    distance: angular\n    dimension: 2\n    train: 2\n    queries: 2\n    bytes: 2\n    url: ftp://x\n',
      9,
      /allowed: an address/,
    ],
    ['a control character', datasetsSchema, 'datasets:\n  a:\n    title: "A\\e[31m"\n', 3, /title.*allowed: text on one line/],
    [
      'more cores than there are',
      hardwareSchema,
      'shapes:\n  - id: x\n    cores: 65\n    memory_gib: 1\n    use: x\n',
      3,
      /shapes\[0\]\.cores.*above 0, up to 64/,
    ],
  ])('%s', async (_name, schema, text, line, says) => {
    const error = await misfit(schema, text);
    expect(error.exitCode).toBe(2);
    expect(error.failure.what).toContain(`/c/x.yaml:${line}:`);
    expect(`${error.failure.what}: ${error.failure.why}`).toMatch(says);
    expect(error.failure.hint).toBe(`\${EDITOR:-vi} +${line} '/c/x.yaml'`);
  });

  test('two shapes of one name', async () => {
    const shape = '  - {id: x, cores: 1, memory_gib: 1, use: x}\n';
    expect((await misfit(hardwareSchema, `shapes:\n${shape}${shape}`)).message).toMatch(/two shapes are called "x"/);
  });

  test('aliases that are nowhere, without end, or far too many', async () => {
    expect((await misfit(sweepSchema, 'implementations: *x')).message).toMatch(/\*x is not defined/);
    expect((await misfit(sweepSchema, 'implementations: &x {naive: *x}')).message).toMatch(/too deep/);
    const levels = Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`);
    expect((await misfit(sweepSchema, `a: ${'['.repeat(99)}${']'.repeat(99)}`)).message).toMatch(/nested too deeply/);
    expect((await misfit(sweepSchema, `a0: &a0 1\n${levels.join('\n')}\n`)).message).toMatch(/too large/);
  });

  test('a dataset name that would leave the folder', async () => {
    const entry = '{title: A, distance: angular, dimension: 2, train: 2, queries: 2, bytes: 2, url: null}';
    for (const name of ['../up', '/etc/x', '.hidden', 'Upper', '"a b"']) {
      expect((await misfit(datasetsSchema, `datasets:\n  ${name}: ${entry}\n`)).exitCode).toBe(2);
    }
  });

  test('files that cannot be read', async () => {
    await expect(readLocated('/no/such.yaml')).rejects.toThrow(/no such file/);
    await expect(readLocated('/tmp')).rejects.toThrow(/it is a folder/);
    await expect(readLocated('/dev/zero')).rejects.toThrow(/it is no file/);
  });
});

describe('what is valid is read', () => {
  test('a single value is a list of one; anchors work; parameters may be left out', async () => {
    const config = await read(
      sweepSchema,
      'k: 5\nimplementations:\n  naive:\n  hnsw:\n    build: {M: &m 16, efConstruction: [100, 200]}\n    search: {efSearch: [*m, 32, 64]}\n'.replace(
        'naive:\n',
        'naive: {}\n',
      ),
    );
    expect(config.implementations[1]).toMatchObject({
      groups: [{ build: { M: [16], efConstruction: [100, 200] }, search: { efSearch: [16, 32, 64] } }],
    });
    expect(config.k).toBe(5);
    expect(config.repeats).toBeUndefined();
  });

  test('groups, in our words and in those of ann-benchmarks; data of its own', async () => {
    const config = await read(
      sweepSchema,
      `datasets: [quick, sift-128-euclidean]
implementations:
  hnsw:
    run_groups:
      small: {build: {M: 8}, search: {efSearch: [10, 20]}}
      large: {args: {M: [16, 32]}, query_args: {efSearch: [20, 40, 80]}}
`,
    );
    expect(config.datasets).toEqual(['quick', 'sift-128-euclidean']);
    const [hnsw] = config.implementations;
    expect(hnsw?.groups).toEqual([
      { build: { M: [8] }, search: { efSearch: [10, 20] } },
      { build: { M: [16, 32] }, search: { efSearch: [20, 40, 80] } },
    ]);
    expect(hnsw && pointCount(hnsw)).toBe(2 + 2 * 3);
  });

  test('a grid multiplies out, the last list fastest', () => {
    expect(combinations({ M: [8, 16], ef: [1, 2] })).toEqual([
      { M: 8, ef: 1 },
      { M: 8, ef: 2 },
      { M: 16, ef: 1 },
      { M: 16, ef: 2 },
    ]);
    expect(combinations({})).toEqual([{}]);
    expect(combinationCount({ a: [1, 2, 3], b: [1, 2] })).toBe(6);
  });

  test('rates', async () => {
    expect(await read(pricesSchema, prices)).toMatchObject({ date: '2026-09-29', core: 0.0473, gpu: { T4: 0.59 }, nonpreemptible: 3 });
    const kind: Schema<BenchmarkConfig> = benchmarkSchema;
    expect((await read(kind, `k: 10\nrepeats: 3\nseed: 0\n${hnsw('efSearch: 1')}`)).seed).toBe(0);
  });
});
