/** Volumes on Modal: what is on them, what keeping it costs, and every way to bring, fetch and delete it. */

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { withModal } from '../../accounts/with-modal.ts';
import { loadModal } from '../../config/modal.ts';
import { uploadToVolume } from '../../datasets/upload.ts';
import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { ModalClient, Volume, VolumeEntry, VolumeUsage } from '../../modal-client/types.ts';
import { type StorageRates, storageBill, storagePrice } from '../../prices/storage.ts';
import * as format from '../../text/format.ts';
import { quoted } from '../../text/shell-word.ts';
import { accountIn, type Context, type Invocation, type Run } from '../command.ts';
import { confirmed } from '../confirm.ts';
import { Interruption } from '../io.ts';
import { needModalClient } from '../need-modal.ts';
import { createFetchPrinter } from '../text/fetch-lines.ts';
import { table } from '../text/table.ts';
import { createUploadPrinter, uploadedText } from '../text/upload-lines.ts';
import { storageRates, type Verb, type Work } from '../volume-verb.ts';
import { workloadVerbs } from '../workload-verbs.ts';

/** Bytes that are read at once on their way to stdout. */
const stretch = 8 << 20;

/** A path on a volume, from its root: without slashes at its ends, and leading nowhere above. */
const placeOn = (text: string): string => path.posix.normalize(`/${text}`).replace(/^\/+|\/+$/g, '');

/** Seconds to count what is on a volume with very many files. */
const countPatience = 60;

const word = (words: readonly string[], index: number, name: string, verb: string): string => {
  const found = words[index];
  if (found !== undefined && found !== '') return found;
  throw usageError(`ann-tui volumes ${verb} needs a ${name}`, 'it was not given', 'ann-tui volumes --help');
};

const noMore = (words: readonly string[], most: number, verb: string): void => {
  if (words.length > most)
    throw usageError(`"${words[most]}" is one word too many for ann-tui volumes ${verb}`, 'see its help', 'ann-tui volumes --help');
};

/** undefined: too many to be counted in time, or it went away meanwhile. */
const usageOf = async (client: ModalClient, name: string): Promise<VolumeUsage | undefined> => {
  try {
    return await client.volumeUsage(name, { deadline: countPatience });
  } catch {
    return undefined;
  }
};

const roleOf = async (name: string): Promise<string | undefined> => {
  const { volumes } = (await loadModal()).value;
  if (name === volumes.datasets) return 'datasets of ann-tui';
  return name === volumes.results ? 'results of ann-tui' : undefined;
};

const day = (time: number | null): string => (time === null ? '–' : new Date(time).toISOString().slice(0, 10));

const listAll: Verb = async ({ client, context: { out } }) => {
  const [all, rates] = await Promise.all([client.volumes(), storageRates(client)]);
  const used = await Promise.all(all.map(async volume => await usageOf(client, volume.name)));
  const roles = await Promise.all(all.map(async ({ name }) => await roleOf(name)));
  if (all.length === 0)
    out.line('There are no volumes in this environment. A first sync or run makes those of ann-tui; or: ann-tui volumes create NAME');
  else {
    const columns = [
      { head: 'volume' },
      { head: 'version', right: true },
      { head: 'made' },
      { head: 'files', right: true },
      { head: 'size', right: true },
      { head: '$/month', right: true },
      { head: 'for' },
    ];
    const rows = all.map(({ name, version, created }, index) => {
      const usage = used[index];
      const sizes =
        usage === undefined
          ? ['–', '–', '–']
          : [format.count(usage.files), format.size(usage.bytes), format.money(storagePrice(usage.bytes, rates))];
      return [name, String(version), day(created), ...sizes, roles[index] ?? ''];
    });
    for (const line of table(columns, rows)) out.line(line);
    const total = used.reduce((sum, usage) => sum + (usage?.bytes ?? 0), 0);
    out.line();
    out.line(
      `${format.money(rates.gibMonth)} a GiB and month, before credits; the first ${format.count(rates.freeGiB)} GiB of a workspace are free: ${format.size(total)} here, ${format.money(storageBill(total, rates))} a month if nothing else is stored.`,
    );
  }
  for (const [index, volume] of all.entries()) out.record(recordOf(volume, used[index], rates, roles[index]));
  return exitCodes.done;
};

const recordOf = (
  { name, id, version, created }: Volume,
  usage: VolumeUsage | undefined,
  rates: StorageRates,
  role: string | undefined,
): object => ({
  type: 'volume',
  name,
  id,
  version,
  created,
  role: role ?? null,
  files: usage?.files ?? null,
  bytes: usage?.bytes ?? null,
  dollars_per_month: usage === undefined ? null : storagePrice(usage.bytes, rates),
});

const list: Verb = async work => {
  const { client, words, context } = work;
  noMore(words, 2, 'ls');
  const [name, below = '/'] = words;
  if (name === undefined) return await listAll(work);
  const entries = await client.volumeList(name, below);
  const rows = entries.map(({ path: file, type, bytes, modified }) => [
    type === 'folder' ? `${file}/` : file,
    type === 'folder' ? '' : format.size(bytes),
    day(modified),
  ]);
  if (rows.length === 0) context.out.line(`Nothing is in ${below} of ${name}.`);
  else for (const line of table([{ head: 'path' }, { head: 'size', right: true }, { head: 'changed' }], rows)) context.out.line(line);
  for (const entry of entries)
    context.out.record({ type: 'entry', volume: name, entry: entry.type, path: entry.path, bytes: entry.bytes, modified: entry.modified });
  return exitCodes.done;
};

const versionOf = (invocation: Invocation): 1 | 2 => {
  const given = invocation.text('volume-version') ?? '2';
  if (given === '1' || given === '2') return given === '1' ? 1 : 2;
  throw usageError(`--volume-version ${given} cannot be`, 'it is 1 or 2', '--volume-version 2');
};

const create: Verb = async ({ client, words, invocation, context: { out } }) => {
  const name = word(words, 0, 'NAME', 'create');
  noMore(words, 1, 'create');
  const version = versionOf(invocation);
  await client.volumeCreate(name, version);
  out.line(`${name} was made, of version ${version}; empty, it costs nothing.`);
  out.record({ type: 'created', volume: name, version });
  return exitCodes.done;
};

const find = async (client: ModalClient, name: string): Promise<Volume> => {
  const all = await client.volumes();
  const found = all.find(volume => volume.name === name);
  if (found !== undefined) return found;
  const there = all.length === 0 ? 'there are none in this environment' : `there are: ${all.map(volume => volume.name).join(', ')}`;
  throw usageError(`There is no volume "${name}"`, there, 'ann-tui volumes');
};

const inspect: Verb = async ({ client, words, context: { out } }) => {
  const name = word(words, 0, 'NAME', 'inspect');
  noMore(words, 1, 'inspect');
  const [volume, rates, role] = await Promise.all([find(client, name), storageRates(client), roleOf(name)]);
  const usage = await usageOf(client, name);
  out.line(`${name}${role === undefined ? '' : `, ${role}`}`);
  out.line(
    `  version ${volume.version} · ${volume.id} · made ${day(volume.created)}${volume.createdBy === null ? '' : ` by ${volume.createdBy}`}`,
  );
  if (usage === undefined) out.line('  its files could not be counted in a minute');
  else {
    out.line(
      `  ${format.count(usage.files)} files, ${format.size(usage.bytes)}: ${format.money(storagePrice(usage.bytes, rates))} a month beyond the workspace's free TiB`,
    );
    if (usage.tops.length > 0) out.line();
    const rows = usage.tops.map(({ name: top, folder, files, bytes }) => [
      folder ? `${top}/` : top,
      folder ? format.count(files) : '',
      format.size(bytes),
    ]);
    const columns = [{ head: 'at the top' }, { head: 'files', right: true }, { head: 'size', right: true }];
    if (rows.length > 0) for (const line of table(columns, rows)) out.line(line);
  }
  out.record({ ...recordOf(volume, usage, rates, role), tops: usage?.tops ?? null });
  return exitCodes.done;
};

/** Names that are taken by other files: the command that writes over them. */
const forcible = (error: unknown, verb: 'get' | 'put', words: readonly string[]): unknown =>
  error instanceof ModalError && (error.type === 'AlreadyHere' || error.type === 'AlreadyThere')
    ? new UserError({ ...error.failure, hint: ['ann-tui volumes', verb, ...words.map(quoted), '--force'].join(' ') }, error.exitCode)
    : error;

/** Every file of it, one after the other, to stdout: its bytes and nothing else. */
const print = async (
  name: string,
  from: string,
  entries: readonly VolumeEntry[],
  { client, context: { io, out } }: Work,
): Promise<number> => {
  if (out.json) throw usageError('A file goes to stdout as it is', '--json has no place in it', `ann-tui volumes get ${name} ${from} -`);
  for (const { path: file, type, bytes } of entries) {
    for (let offset = 0; type === 'file' && offset < bytes; offset += stretch) {
      const length = Math.min(stretch, bytes - offset);
      await io.write((await client.volumeRead(name, file, { offset, length, signal: io.signal })).bytes);
    }
  }
  return exitCodes.done;
};

/**
 * Where it comes to here, as `modal volume get` does it: a file goes into the folder TO by its own name, or becomes TO where there is no such folder; a
 * folder goes into the folder TO by its own name, and the whole volume without one. TO is made where it is missing.
 */
const placeHere = (name: string, from: string, isFile: boolean, to: string): { readonly folder: string; readonly as?: string } => {
  const target = path.resolve(to);
  const there = statSync(target, { throwIfNoEntry: false });
  const own = path.posix.basename(from);
  if (!isFile) {
    if (there !== undefined && !there.isDirectory())
      throw usageError(`${target} is a file`, `${from} is a folder and needs one`, `ann-tui volumes get ${name} ${quoted(from)} .`);
    return { folder: from === '' ? target : path.join(target, own) };
  }
  if (there?.isDirectory()) return { folder: target };
  return { folder: path.dirname(target), as: path.basename(target) };
};

const get: Verb = async work => {
  const { client, words, invocation } = work;
  const { io, out } = work.context;
  const [name, asked] = [word(words, 0, 'NAME', 'get'), word(words, 1, 'PATH', 'get')];
  noMore(words, 3, 'get');
  const from = placeOn(asked);
  const entries = await client.volumeList(name, from || '/', { recursive: true, signal: io.signal });
  if (words[2] === '-') return await print(name, from, entries, work);
  const isFile = entries.length === 1 && entries[0]?.type === 'file' && entries[0].path === from;
  const { folder, as } = placeHere(name, from, isFile, words[2] ?? '.');
  try {
    const { files, kept, bytes } = await client.volumeFetch(name, from || '/', folder, {
      verify: invocation.flag('verify'),
      overwrite: invocation.flag('force'),
      ...(as === undefined ? {} : { as }),
      signal: io.signal,
      onProgress: createFetchPrinter(out),
    });
    const already = kept === 0 ? '' : `, ${format.count(kept)} of them ${kept === 1 ? 'was' : 'were'} here already`;
    const place = isFile ? path.join(folder, as ?? path.posix.basename(from)) : folder;
    out.line(
      isFile
        ? `${place}: ${kept === 1 ? 'it was here already' : `${format.size(bytes)} fetched`}`
        : `${format.count(files)} ${files === 1 ? 'file' : 'files'} in ${place}: ${format.size(bytes)} fetched${already}`,
    );
    out.record({ type: 'fetched', volume: name, path: from, place, files, kept, bytes });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof Interruption) out.note('What came is kept; the same command goes on.');
    throw forcible(error, 'get', words);
  }
};

/**
 * Where it comes to there, as `modal volume put` does it: REMOTE is its place and name; where that ends in "/", it goes below by its own name. `local` as
 * it was typed: a folder with a slash at its end has no name of its own, so that its files themselves go there.
 */
const placeThere = (local: string, remote: string): string =>
  placeOn(remote.endsWith('/') || remote === '' ? `${remote}/${local.slice(local.lastIndexOf('/') + 1)}` : remote);

const put: Verb = async ({ client, words, invocation, context: { io, out } }) => {
  const [name, from] = [word(words, 0, 'NAME', 'put'), word(words, 1, 'LOCAL', 'put')];
  noMore(words, 3, 'put');
  const local = path.resolve(from);
  if (!existsSync(local)) throw usageError(`${local} does not exist`, 'there is nothing to upload', 'ann-tui volumes --help');
  const place = placeThere(from, words[2] ?? '/');
  const isFolder = statSync(local).isDirectory();
  if (!isFolder && place === '')
    throw usageError(`${words[2]} is a folder`, `${local} is a file and needs a name there`, `ann-tui volumes put ${name} ${from} /`);
  const [into, as] = isFolder ? [place, undefined] : [path.posix.dirname(`/${place}`).slice(1), path.posix.basename(place)];
  try {
    const uploaded = await uploadToVolume({
      client,
      volume: name,
      path: into,
      local,
      ...(as === undefined ? {} : { as }),
      force: invocation.flag('force'),
      onProgress: createUploadPrinter(out),
      signal: io.signal,
    });
    out.line(`${local} is /${place} of ${name}, verified: ${uploadedText(uploaded)}`);
    out.record({ type: 'uploaded', volume: name, path: place, local, verified: true, ...uploaded });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof Interruption) out.note('What was sent is kept; the same command goes on.');
    throw forcible(error, 'put', words);
  }
};

const remove: Verb = async ({ client, words, invocation, context }) => {
  const [name, below] = [word(words, 0, 'NAME', 'rm'), word(words, 1, 'PATH', 'rm').replace(/^\/+|\/+$/g, '')];
  noMore(words, 2, 'rm');
  if (below === '') throw usageError('A path is needed', 'the whole volume is deleted by another word', `ann-tui volumes delete ${name}`);
  const entries = await client.volumeList(name, below, { recursive: true });
  const files = entries.filter(({ type }) => type === 'file');
  const bytes = files.reduce((sum, entry) => sum + entry.bytes, 0);
  context.out.line(
    `${below} of ${name}: ${format.count(files.length)} ${files.length === 1 ? 'file' : 'files'}, ${format.size(bytes)}. Modal keeps no copy.`,
  );
  if (!(await confirmed(`Delete it for good?`, invocation, context, `ann-tui volumes rm ${name} ${below}`))) {
    context.out.line('Nothing was deleted.');
    return exitCodes.done;
  }
  await client.volumeRemove(name, below);
  context.out.line(`${below} was deleted from ${name}.`);
  context.out.record({ type: 'removed', volume: name, path: below, files: files.length, bytes });
  return exitCodes.done;
};

/** For good, so its name has to be typed; or `--yes` where nobody can be asked. */
const nameTyped = async (name: string, invocation: Invocation, { io, out }: Context): Promise<boolean> => {
  if (invocation.flag('yes')) return true;
  if (!io.interactive || out.json)
    throw usageError(
      'Nothing was deleted',
      'without a terminal to type its name in, --yes is needed',
      `ann-tui volumes delete ${name} --yes`,
    );
  return (await io.ask(`Type ${name} to delete it for good: `)).trim() === name;
};

const undoOf = async (name: string): Promise<string> => {
  const { volumes } = (await loadModal()).value;
  if (name === volumes.datasets)
    return 'Published datasets can be synced again (ann-tui sync DATASET --target modal); your own only from your copies.';
  if (name === volumes.results) return 'Results of runs that were not fetched are lost with it.';
  return 'What is on it and nowhere else is lost.';
};

const deleteAll: Verb = async ({ client, words, invocation, context }) => {
  const name = word(words, 0, 'NAME', 'delete');
  noMore(words, 1, 'delete');
  const { out } = context;
  const [volume, rates, undo] = await Promise.all([find(client, name), storageRates(client), undoOf(name)]);
  const usage = await usageOf(client, name);
  if (usage === undefined) out.line(`${name}: its files could not be counted in a minute.`);
  else {
    const files = `${format.count(usage.files)} ${usage.files === 1 ? 'file' : 'files'}`;
    out.line(
      `${name}: ${files}, ${format.size(usage.bytes)}. To keep it costs ${format.money(storagePrice(usage.bytes, rates))} a month beyond the workspace's free TiB.`,
    );
  }
  out.line(`It cannot be undone: Modal keeps no copy. ${undo}`);
  out.line(`To have a copy first: ann-tui volumes get ${name} / ./${name}`);
  if (!(await nameTyped(name, invocation, context))) {
    out.line('Nothing was deleted.');
    return exitCodes.done;
  }
  await client.volumeDelete(name);
  out.line(`${name} was deleted. Modal may bill its storage for up to four more days.`);
  out.record({ type: 'deleted', volume: name, id: volume.id, files: usage?.files ?? null, bytes: usage?.bytes ?? null });
  return exitCodes.done;
};

const verbs: Readonly<Record<string, Verb>> = { ls: list, create, inspect, get, put, rm: remove, delete: deleteAll };

const loadVerb = async (name: string): Promise<Verb | undefined> => {
  if (Object.hasOwn(verbs, name)) return verbs[name];
  return (await workloadVerbs.find(verb => verb.name === name)?.load())?.run;
};

export const run: Run = async (invocation, context) => {
  const [verb = 'ls', ...words] = invocation.words;
  const act = await loadVerb(verb);
  if (act === undefined)
    throw usageError(
      `ann-tui volumes cannot ${verb}`,
      `it can: ${[...Object.keys(verbs), ...workloadVerbs.map(({ name }) => name)].join(', ')}`,
      'ann-tui volumes --help',
    );
  await needModalClient(context);
  return await withModal(accountIn(invocation), client => act({ client, invocation, context, words }));
};
