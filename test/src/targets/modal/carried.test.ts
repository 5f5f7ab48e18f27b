/** What is carried to the results volume: by its content, once, and told as a stage. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModalError } from '../../../../src/modal-client/errors.ts';
import type { ModalClient } from '../../../../src/modal-client/types.ts';
import type { Observation } from '../../../../src/runs/journal-entry.ts';
import { carriedTo, carry } from '../../../../src/targets/modal/carried.ts';
import { givenHome } from '../../../support/home.ts';

givenHome();
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-carried-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

/** A volume that keeps what is uploaded to it: folder → files with their bytes. */
const volume = () => {
  const kept = new Map<string, string>();
  const client = {
    volumeList: async (_volume: string, at: string) => {
      const file = kept.get(at);
      if (file === undefined) throw new ModalError('NotFoundError', `nothing at ${at}`);
      return [{ path: `${at}/${path.basename(file)}`, bytes: 5 }];
    },
    volumeUpload: async (_volume: string, at: string, local: string) => {
      kept.set(at, local);
      return {};
    },
  };
  return { kept, client: client as unknown as ModalClient };
};

test('equal contents have one place; others, and other names, have another', () => {
  const [one, other] = [written('a.edf', 'night'), written('b.edf', 'night')];
  const place = carriedTo(one);
  expect(place).toMatch(/^carried\/[0-9a-f]{16}\/a\.edf$/);
  expect(path.dirname(carriedTo(other))).not.toBe(path.dirname(place));
  expect(carriedTo(one)).toBe(place);
  writeFileSync(one, 'other');
  expect(carriedTo(one)).not.toBe(place);
  rmSync(one);
  expect(() => carriedTo(one)).toThrowError(/cannot be read any more/);
});

test('what is there is not sent again, and then nothing is told', async () => {
  const { kept, client } = volume();
  const files = [written('a.edf', 'night'), written('b.edf', 'other')];
  const seen: Observation[] = [];
  const bring = (locals: readonly string[]) => carry(client, 'ann-results', locals, new AbortController().signal, one => seen.push(one));
  await bring(files.slice(0, 1));
  await bring(files);
  await bring(files);
  expect([...kept.values()]).toEqual(files);
  const stage = { kind: 'stage', stage: 'carry', label: '5 B' };
  expect(seen).toMatchObject(
    [1, 2].flatMap(() => [
      { ...stage, state: 'start' },
      { ...stage, state: 'done' },
    ]),
  );
});
