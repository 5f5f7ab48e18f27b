import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDigester, digestOfBody } from '../../../src/s3/digest.ts';

let folder: string;
let digester: ReturnType<typeof createDigester>;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-digest-'));
  digester = createDigester();
});
afterEach(async () => {
  await digester.close();
  rmSync(folder, { recursive: true, force: true });
});

const hex = (kind: 'md5' | 'sha256', bytes: Buffer): string => createHash(kind).update(bytes).digest('hex');
const write = (bytes: Buffer): string => {
  const file = path.join(folder, 'file');
  writeFileSync(file, bytes);
  return file;
};

test.each([0, 1, 3_000_000, 3_000_001, 9_500_000])('%i bytes: of each part, and of the whole', async length => {
  const size = 3_000_000;
  const bytes = randomBytes(length);
  let read = 0;
  const digest = await digester.digestOf(write(bytes), length, size, count => {
    read += count;
  });
  const parts = Array.from({ length: Math.max(1, Math.ceil(length / size)) }, (_, part) => bytes.subarray(part * size, (part + 1) * size));
  expect(digest).toEqual({ sha256: hex('sha256', bytes), md5s: parts.map(part => hex('md5', part)) });
  expect(read).toBe(length);
  if (parts.length === 1) expect(digestOfBody(bytes)).toEqual(digest);
});

test('a file that is gone or became shorter is told; the next one is read all the same', async () => {
  const file = write(Buffer.from('abc'));
  const asked = [path.join(folder, 'none'), file, file].map((one, at) => digester.digestOf(one, at === 1 ? 4 : 3, 10, () => {}));
  const [gone, shorter, whole] = await Promise.allSettled(asked);
  expect(gone).toMatchObject({ status: 'rejected', reason: { code: 'ENOENT' } });
  expect(shorter).toMatchObject({ status: 'rejected', reason: { message: `${file} became shorter while it was read` } });
  expect(whole).toMatchObject({ value: { md5s: [hex('md5', Buffer.from('abc'))] } });
});

test('what is under way ends with it, and nothing is asked afterwards', async () => {
  const bytes = randomBytes(1000);
  const asked = digester.digestOf(write(bytes), 1000, 1000, () => {}).catch((error: unknown) => error);
  await digester.close();
  expect(await asked).toBeDefined();
  await expect(digester.digestOf(path.join(folder, 'file'), 1000, 1000, () => {})).rejects.toThrow('ended');
});
