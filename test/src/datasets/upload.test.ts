/** Uploads against the stand-in, which counts every byte: killed and gone on with, through every fault of a line, verified by fetching. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { transfersFolder } from '../../../src/datasets/transfers.ts';
import { type UploadStep, uploadToVolume } from '../../../src/datasets/upload.ts';
import { createModalClient, ModalError } from '../../../src/modal-client/index.ts';
import type { ModalClient, Uploaded } from '../../../src/modal-client/types.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';
import { bundle } from '../runs/support/bench.ts';
import { modalHome } from '../targets/modal/support/bench.ts';
import { hashesBelow, writeRandom, writeTree } from './support/tree.ts';

const mb = 1_000_000;
/** What may be on the line when it is cut: it has to be sent again. */
const onTheLine = 64 << 20;

let standIn: StandIn;
let client: ModalClient;
let program: Awaited<ReturnType<typeof bundle>>;
let removeHome: () => void;
let folder: string;
let number = 0;
let volume = '';
const before = { ...process.env };

beforeAll(async () => {
  removeHome = modalHome();
  [standIn, program] = await Promise.all([startStandIn(), bundle('test/src/datasets/support/upload-entry.ts')]);
  Object.assign(process.env, standIn.env);
  client = createModalClient();
});

afterAll(async () => {
  await client?.close();
  for (const name of Object.keys(standIn?.env ?? {})) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  program?.remove();
  await standIn?.close();
  removeHome?.();
});

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-tree-'));
  volume = `data-${++number}`;
  await client.volumeCreate(volume, 2);
});

afterEach(async () => {
  await standIn.admin('faults', undefined, 'DELETE');
  await standIn.admin('volumes/speed', { put: null, get: null });
  await client.volumeDelete(volume);
  rmSync(folder, { recursive: true, force: true });
});

const sent = async (): Promise<number> => ((await standIn.admin('volumes/sent')) as { readonly put: number }).put;

const fault = (kind: string, options: object, times: number | null = 1, skip = 0) =>
  standIn.admin('faults', { kind, match: { volume }, options, times, skip });

const upload = (more: { readonly onProgress?: (step: UploadStep) => void; readonly signal?: AbortSignal; readonly force?: boolean } = {}) =>
  uploadToVolume({ client, volume, path: 'in/here', local: folder, onProgress: () => {}, signal: new AbortController().signal, ...more });

/** Everything that the volume has there is, byte for byte, what is here. */
const expectSame = async (): Promise<void> => {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-copy-'));
  try {
    await client.volumeFetch(volume, 'in/here', copy);
    expect(hashesBelow(copy)).toEqual(hashesBelow(folder));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

type Ran = { readonly child: ChildProcess; readonly steps: AsyncIterable<string> };

const asProgram = (): Ran => {
  const child = spawn(process.execPath, [program.file, volume, 'in/here', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, steps: createInterface({ input: child.stdout as NodeJS.ReadableStream }) };
};

describe('version 2', () => {
  test('many blocks and files, killed at half: the other half is sent, nothing twice, and it is all there', async () => {
    const total = writeTree(folder, { large: [90 * mb, 75 * mb, 60 * mb, 45 * mb], small: { files: 300, bytes: 100_000 } });
    expect(total).toBe(300 * mb);
    // So slow that there is a half to be killed at.
    await standIn.admin('volumes/speed', { put: 40 * mb });
    const start = await sent();
    const first = asProgram();
    for await (const line of first.steps) {
      const { bytes } = JSON.parse(line) as UploadStep;
      if (bytes === undefined || bytes.done < total / 2) continue;
      first.child.kill('SIGKILL');
      break;
    }
    await once(first.child, 'exit');
    await standIn.admin('volumes/speed', { put: null });
    const half = (await sent()) - start;
    expect(half).toBeGreaterThanOrEqual(total / 2 - onTheLine);
    expect(half).toBeLessThan(total * 0.8);

    const second = asProgram();
    let done: Uploaded | undefined;
    let hashed = 0;
    for await (const line of second.steps) {
      const said = JSON.parse(line) as Partial<UploadStep> & { readonly done?: Uploaded };
      if (said.done !== undefined) done = said.done;
      else hashed = said.hashed ?? hashed;
    }
    expect(done).toMatchObject({ files: 304, bytes: total });
    // What the volume took is counted by block: only what was on the line goes again.
    expect(done?.there).toBeGreaterThanOrEqual(half - onTheLine);
    expect((done?.sent ?? 0) + (done?.there ?? 0)).toBe(total);
    expect((await sent()) - start).toBeLessThanOrEqual(total + onTheLine);
    await expectSame();

    // Once more: every file is known, nothing is even hashed.
    const again = await sent();
    let last: UploadStep | undefined;
    expect(
      await upload({
        onProgress: step => {
          last = step;
        },
      }),
    ).toMatchObject({ kept: 304, sent: 0, there: total });
    expect(last).toMatchObject({ stage: 'verify', hashed: 0, bytes: { done: total, total } });
    expect(await sent()).toBe(again);
  });

  test('interrupted by a person it stops at once, and goes on', async () => {
    const total = writeTree(folder, { large: [60 * mb, 30 * mb], small: { files: 20, bytes: 1000 } });
    await standIn.admin('volumes/speed', { put: 20 * mb });
    const stop = new AbortController();
    const why = new Error('enough');
    const cut = upload({ signal: stop.signal, onProgress: ({ bytes }) => bytes.done > total / 3 && stop.abort(why) });
    await expect(cut).rejects.toBe(why);
    await standIn.admin('volumes/speed', { put: null });
    const done = await upload();
    expect(done.sent + done.there).toBe(total);
    await expectSame();
  });

  test('blocks that are refused, cut off in the middle, and slow: tried again, and nothing is doubled', async () => {
    const total = writeTree(folder, { large: [50 * mb], small: { files: 30, bytes: 5000 } });
    await fault('volume_put', { status: 500 }, 3);
    await fault('volume_put', { drop_after: 3_000_000 }, 2, 1);
    await fault('volume_put', { seconds: 2 }, 1, 4);
    const speeds: number[] = [];
    await standIn.admin('volumes/speed', { put: 15 * mb });
    const done = await upload({ onProgress: ({ bytesPerSecond }) => bytesPerSecond !== undefined && speeds.push(bytesPerSecond) });
    expect(done).toMatchObject({ files: 31, bytes: total, sent: total, there: 0 });
    // A slow line is told as such.
    expect(speeds.length).toBeGreaterThan(0);
    expect(speeds.at(-1)).toBeLessThan(40 * mb);
    await standIn.admin('volumes/speed', { put: null });
    await expectSame();
  });

  test('a store that refuses for good: said, and the next one makes it whole', async () => {
    const total = writeTree(folder, { large: [40 * mb], small: { files: 1, bytes: 10 } });
    await fault('volume_put', { status: 413 }, 1, 3);
    const error = await upload().catch(thrown => thrown);
    expect(error).toBeInstanceOf(ModalError);
    expect(error.failure).toMatchObject({
      what: 'The upload did not get through',
      why: 'the store answered 413 error on demand; the same again goes on where it stopped',
    });
    const done = await upload();
    expect(done.sent + done.there).toBe(total);
    await expectSame();
  });

  test('files from elsewhere are not written over, unless it is wanted; a changed file is sent anew', async () => {
    writeRandom(path.join(folder, 'a.bin'), 100_000);
    writeFileSync(path.join(folder, 'empty'), '');
    await upload();
    for (const name of readdirSync(transfersFolder())) rmSync(path.join(transfersFolder(), name));
    const error = await upload().catch(thrown => thrown);
    expect(error).toMatchObject({ kind: 'usage', failure: { what: 'The volume has files of these names already' } });
    expect(await upload({ force: true })).toMatchObject({ kept: 0, sent: 0 });
    writeRandom(path.join(folder, 'a.bin'), 100_000);
    utimesSync(path.join(folder, 'a.bin'), 1, 1);
    // Ours by the notes: that it is another file now is what an upload is for. But it is said so.
    expect(await upload({ force: true })).toMatchObject({ kept: 1, sent: 100_000 });
    await expectSame();
  });

  test('the notes are their owner’s alone, and hold no address that would let others write', async () => {
    writeTree(folder, { large: [], small: { files: 3, bytes: 1000 } });
    await upload();
    const notes = readdirSync(transfersFolder()).map(name => path.join(transfersFolder(), name));
    expect(notes.length).toBeGreaterThan(0);
    for (const file of notes) expect(readFileSync(file, 'utf8')).not.toMatch(/https?:/);
  });
});

describe('version 1', () => {
  test('whole files: those that arrived stay, the rest is sent', async () => {
    const total = writeTree(folder, { large: [30 * mb, 20 * mb], small: { files: 40, bytes: 5000 } });
    await client.volumeDelete(volume);
    await client.volumeCreate(volume, 1);
    const stop = new AbortController();
    const cut = upload({ signal: stop.signal, onProgress: ({ bytes }) => bytes.done > total / 2 && stop.abort(new Error('enough')) });
    await cut.catch(() => {});
    expect(await upload()).toMatchObject({ files: 42, bytes: total });
    expect(await upload()).toMatchObject({ kept: 42, sent: 0, there: total });
    await expectSame();
  });
});

describe('fetching', () => {
  test('a large file that was cut off goes on where it stopped', async () => {
    writeRandom(path.join(folder, 'large.bin'), 150 * mb);
    await upload();
    const copy = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-copy-'));
    await standIn.admin('volumes/speed', { get: 100 * mb });
    const { get: start } = (await standIn.admin('volumes/sent')) as { readonly get: number };
    const stop = new AbortController();
    const cut = client.volumeFetch(volume, 'in/here', copy, {
      signal: stop.signal,
      onProgress: ({ bytes }) => bytes.done > 100 * mb && stop.abort(new Error('enough')),
    });
    await expect(cut).rejects.toThrow('enough');
    await standIn.admin('volumes/speed', { get: null });
    expect(await client.volumeFetch(volume, 'in/here', copy)).toMatchObject({ files: 1, bytes: 150 * mb });
    const { get: end } = (await standIn.admin('volumes/sent')) as { readonly get: number };
    expect(end - start).toBeLessThan(150 * mb + 2 * onTheLine);
    expect(hashesBelow(copy)).toEqual(hashesBelow(folder));
    rmSync(copy, { recursive: true, force: true });
  });
});
