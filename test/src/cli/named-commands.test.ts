/** A next step that is told anywhere has to be a command that there is. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.ts';

const root = path.resolve(import.meta.dirname, '../../..');
/** What stands behind the program's name in a sentence. */
const verbs = ['keeps', 'is', 'reads', 'package', 'ann', 'seizure'];

test('every command that is told exists', () => {
  const known = new Set([...commands.map(({ name }) => name), ...verbs]);
  const files = ['src', 'screens', 'modal'].flatMap(folder =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(file => /\.(tsx?|py)$/.test(file))
      .map(file => path.join(root, folder, file)),
  );
  expect(files.length).toBeGreaterThan(500);
  const told = files.flatMap(file => [...readFileSync(file, 'utf8').matchAll(/\bann-tui ([a-z]+)/g)].map(([, word]) => ({ file, word })));
  expect(told.filter(({ word }) => !known.has(word ?? ''))).toEqual([]);
});
