/** Volumes: their version, what containers make durable, what others see of it, and what goes there from here. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { loadModal } from '../../config/modal.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import { leadName } from './calls.ts';
import { ask, once, probe, type Trial } from './trial.ts';

export const volumeName = 'volume version';
const commitName = 'volume commit';

const version: Check<Trial> = {
  name: volumeName,
  assumes: 'a volume is made in the version that is asked for (2), and the list tells it',
  run: async ({ client, names }, signal) => {
    await client.volumeCreate(names.volume, 2, { signal });
    const there = await client.volumes({ signal });
    const own = there.find(({ name }) => name === names.volume);
    if (own === undefined) return fail('a volume that was made is not in the list');
    const { datasets, results } = (await loadModal()).value.volumes;
    const known = [datasets, results].flatMap(name => {
      const found = there.find(one => one.name === name);
      return found === undefined ? [] : [`${name} has version ${found.version}`];
    });
    const facts = { version: own.version, known };
    if (own.version !== 2) return fail(`version ${own.version} was made`, facts);
    return ok(['made in version 2', ...known].join('; '), facts);
  },
};

type Written = {
  readonly refused: string | null;
  readonly refused_open: string | null;
  readonly reload_open: string | null;
  readonly seconds: number;
};

const file = 'commit.txt';

const write = (trial: Trial, signal: AbortSignal) =>
  once(trial, 'write', async () => {
    const text = randomBytes(16).toString('hex');
    const { value } = await probe<Written>(trial, { probe: 'write', file, text }, signal);
    return { ...value, text };
  });

const commit: Check<Trial> = {
  name: commitName,
  assumes: 'what a container wrote can be read from here once it has committed it; a refusal while files are open is one that may come',
  needs: [leadName],
  limit: 600,
  run: async (trial, signal) => {
    const { refused, refused_open, reload_open, seconds, text } = await write(trial, signal);
    const facts = { refused, refused_open, reload_open, seconds };
    if (refused !== null) return fail(`refused with no file open: ${refused}`, facts);
    const { bytes } = await trial.client.volumeRead(trial.names.volume, file, { signal });
    if (bytes.toString() !== text) return fail('what can be read from here is not what was committed', facts);
    const open = refused_open === null ? 'works with a file open too' : `with a file open: ${refused_open}`;
    return ok(`read from here after a commit of ${seconds.toFixed(1)} s; ${open}`, facts);
  },
};

const reload: Check<Trial> = {
  name: 'volume reload',
  assumes: 'a container that asks for the volume anew sees what another one has committed',
  needs: [commitName],
  limit: 600,
  run: async (trial, signal) => {
    const { text } = await write(trial, signal);
    const { before, after, refused } = await ask(trial, 'reload', { file }, signal);
    const facts = { seen_before: before === text, refused };
    if (refused !== null) return fail(`refused: ${String(refused)}`, facts);
    if (after !== text) return fail(after === null ? 'the file of the other container is not there' : 'an older file is seen', facts);
    return ok(before === text ? 'seen, even before it was asked for' : 'seen after it was asked for, not before', facts);
  },
};

const size = 9 << 20;
const tail = 1000;

const upload: Check<Trial> = {
  name: 'volume upload',
  assumes:
    'a file of 9 MiB (two blocks) sent from here is whole there and in a container; a stretch of it can be read; behind its end is nothing',
  needs: [leadName],
  limit: 900,
  run: async (trial, signal) => {
    const { client, names, folder } = trial;
    const bytes = Buffer.alloc(size, randomBytes(4096));
    const local = path.join(folder, 'upload');
    writeFileSync(local, bytes, { mode: 0o600 });
    const begun = performance.now();
    const { sent } = await client.volumeUpload(names.volume, 'up', local, { manifest: path.join(folder, 'manifest.ndjson'), signal });
    const seconds = (performance.now() - begun) / 1000;
    const there = 'up/upload';
    const [end, behind] = await Promise.all([
      client.volumeRead(names.volume, there, { offset: size - tail, signal }),
      client.volumeRead(names.volume, there, { offset: size + 1, signal }),
    ]);
    const facts = { sent, seconds };
    if (end.size !== size) return fail(`${end.size} bytes are there`, facts);
    if (!end.bytes.equals(bytes.subarray(size - tail))) return fail('a stretch of it holds something else', facts);
    if (behind.bytes.length > 0) return fail(`${behind.bytes.length} bytes stand behind its end`, facts);
    const { value } = await probe<{ bytes: number; crc: number }>(trial, { probe: 'uploaded', file: there }, signal);
    if (value.bytes !== size || value.crc !== crc32(bytes)) return fail('a container finds something else', { ...facts, ...value });
    return seconds > 300 ? warn(`whole, but it took ${seconds.toFixed(0)} s`, facts) : ok(`whole, after ${seconds.toFixed(1)} s`, facts);
  },
};

export const volumeCheck = version;
export const volumeChecks: readonly Check<Trial>[] = [commit, reload, upload];
