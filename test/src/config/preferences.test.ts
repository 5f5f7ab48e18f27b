import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPreferences, savePreferences } from '../../../src/config/preferences.ts';
import { paths } from '../../../src/util/paths.ts';
import { givenHome } from '../../support/home.ts';

givenHome();

const file = (): string => path.join(paths().config, 'preferences.json');

test('what was chosen is there the next time, and nothing else is kept', async () => {
  expect(await readPreferences()).toEqual({});
  await savePreferences({ what: { bench: ['hnsw'] }, datasets: ['quick'] });
  await savePreferences({ hardware: { bench: 'cpu-8' } });
  expect(await readPreferences()).toEqual({ what: { bench: ['hnsw'] }, datasets: ['quick'], hardware: { bench: 'cpu-8' } });
  expect(Object.keys(JSON.parse(readFileSync(file(), 'utf8'))).sort()).toEqual(['datasets', 'hardware', 'what']);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test('a damaged file, or one of another form, costs only the defaults', async () => {
  mkdirSync(paths().config, { recursive: true });
  writeFileSync(file(), '{"datasets": ');
  expect(await readPreferences()).toEqual({});
  writeFileSync(file(), '{"datasets": "quick", "what": "hnsw", "hardware": "cpu-8", "profile": "acme"}');
  expect(await readPreferences()).toEqual({ profile: 'acme' });
  writeFileSync(file(), '{"what": {"bench": "hnsw", "other": ["x"]}, "hardware": {"bench": 8, "other": "cpu-4"}}');
  expect(await readPreferences()).toEqual({ what: { other: ['x'] }, hardware: { other: 'cpu-4' } });
});
