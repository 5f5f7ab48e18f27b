/** docs/architecture.md says which rooms there are and which of them use which: the tree and every import say the same. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';

const sources = (): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'screens'], { cwd: packageRoot, encoding: 'utf8' })
    .split('\n')
    .filter(file => /\.tsx?$/.test(file));

/** The deepest folder of the table that a file is in. */
const roomOf = (file: string, rooms: readonly string[]): string | undefined =>
  rooms.filter(room => file.startsWith(`${room}/`)).toSorted((a, b) => b.length - a.length)[0];

const rowsOf = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...text.matchAll(/^\| `((?:src|screens)\/[^`]+)` \| [^|]+ \| ([^|]*) \|$/gm)].map(([, room = '', uses = '']) => [
      room,
      [...uses.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    ]),
  );

/** Rooms of the same side are named without it; a workload's screens use `src` as they are given it by its services. */
const sideOf = (room: string): string => room.split('/')[0] ?? '';

const arrows = (rooms: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>(rooms.map(room => [room, new Set()]));
  for (const file of sources()) {
    const from = roomOf(file, rooms);
    const text = readFileSync(path.join(packageRoot, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      const to = roomOf(path.join(path.dirname(file), specifier), rooms);
      if (from === undefined || to === undefined || from === to || sideOf(from) !== sideOf(to)) continue;
      found.get(from)?.add(to.slice(sideOf(to).length + 1));
    }
  }
  return found;
};

test('every folder of src and screens is a room of the table, and the table has no other', () => {
  const rooms = [...rowsOf(readFileSync(path.join(packageRoot, 'docs/architecture.md'), 'utf8')).keys()];
  expect(rooms.length).toBeGreaterThan(20);
  const files = sources();
  expect(files.filter(file => roomOf(file, rooms) === undefined)).toEqual([]);
  expect(rooms.filter(room => !files.some(file => roomOf(file, rooms) === room))).toEqual([]);
});

test('each room uses the rooms that the table says, and no other', () => {
  const table = rowsOf(readFileSync(path.join(packageRoot, 'docs/architecture.md'), 'utf8'));
  const found = arrows([...table.keys()]);
  for (const [room, uses] of table) expect([room, [...(found.get(room) ?? [])].toSorted()]).toEqual([room, uses.toSorted()]);
});

test('no folder is a heap: none has more than thirty files of its own', () => {
  const count = new Map<string, number>();
  for (const file of sources()) count.set(path.dirname(file), (count.get(path.dirname(file)) ?? 0) + 1);
  expect([...count].filter(([, files]) => files > 30)).toEqual([]);
});
