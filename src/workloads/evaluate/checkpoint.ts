/** What `--checkpoint` means: checkpoints of a training, or folders of them. Reads the disk. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../errors/errors.ts';
import { runFiles } from '../../runs/files.ts';
import { sha256Of } from '../../user-code/user-file.ts';
import { paths, shownPath } from '../../util/paths.ts';
import type { PrepareSettings } from '../prepare/settings.ts';
import { type Card, cardFile, readCard } from './card.ts';
import { requireSound } from './sound.ts';
import type { CheckpointChoice } from './spec.ts';

/** All detectors without weights; they are judged beside any checkpoint. */
export const baseline = 'baseline';

export type Checkpoint = { readonly choice: CheckpointChoice; readonly card: Card };

/** A folder with its card, before it has a name and a title. `run`: whose it is, where it is of a run of this machine. */
type Found = { readonly folder: string; readonly card: Card; readonly run?: string };

/** Of the command that takes a checkpoint: what tells how it is used; itself with another word for one, and with this Python file. */
export type Taker = { readonly help: string; readonly with: (word: string) => string; readonly withModel: (file: string) => string };

const seedFolder = /^seed-(\d+)$/;

const checkpointsIn = (run: string): string => path.join(runFiles(run).job, 'checkpoints');

/** Of a run those that have a best checkpoint, in their order. */
export const seedsWithCheckpoint = (run: string): readonly number[] => {
  const folder = checkpointsIn(run);
  return (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap(name => seedFolder.exec(name)?.[1] ?? [])
    .map(Number)
    .filter(one => existsSync(path.join(folder, `seed-${one}`, 'best', cardFile)))
    .sort((a, b) => a - b);
};

/** Of a run, the best checkpoint of each seed that has one. */
const ofRun = (run: string, seed: number | undefined, taker: Taker): readonly Found[] => {
  if (!existsSync(runFiles(run).folder))
    throw usageError(`There is no run "${run}"`, 'a checkpoint is one of a training, or a folder', 'ann-tui runs');
  const folder = checkpointsIn(run);
  const seeds = seedsWithCheckpoint(run);
  if (seeds.length === 0)
    throw usageError(`${run} has no checkpoint`, 'a training writes the first one with its first look at dev', `ann-tui show ${run}`);
  const wanted = seed === undefined ? seeds : seeds.filter(one => one === seed);
  if (wanted.length === 0) {
    const why = `its seeds with a checkpoint: ${seeds.join(', ')}`;
    throw usageError(`${run} has no checkpoint of seed ${seed}`, why, taker.with(`${run}:${seeds[0]}`));
  }
  return wanted.map(one => {
    const best = path.join(folder, `seed-${one}`, 'best');
    return { folder: best, card: readCard(best, taker.help), run };
  });
};

/** "train-4kq2" for what lies in that run's folder; undefined for what lies elsewhere. */
const runOf = (folder: string): string | undefined => {
  const [run, ...rest] = path.relative(paths().runs, folder).split(path.sep);
  return run === undefined || run === '' || run === '..' || path.isAbsolute(run) || rest.length === 0 ? undefined : run;
};

/** A checkpoint's folder, or one above that calls one the best. */
const ofPath = (word: string, { help }: Taker): Found => {
  const given = path.resolve(word);
  const folder = [given, path.join(given, 'best')].find(one => existsSync(path.join(one, cardFile)));
  if (folder === undefined) {
    const why = existsSync(given) ? `there is no ${cardFile} in it` : 'it is not there';
    throw usageError(`${word} is no checkpoint`, `${why}; a checkpoint is a folder with ${cardFile} and its weights`, help);
  }
  const run = runOf(folder);
  return { folder, card: readCard(folder, help), ...(run !== undefined && { run }) };
};

/** Of what `--checkpoint` names: a folder; or a run, and which of its seeds. */
export const parseWord = (word: string): { readonly folder: string } | { readonly run: string; readonly seed?: number } => {
  const isFolder = !existsSync(runFiles(word).folder) && statSync(word, { throwIfNoEntry: false })?.isDirectory();
  if (word.includes('/') || existsSync(path.join(word, cardFile)) || isFolder) return { folder: word };
  const [, run = word, seed] = /^(.+):(\d+)$/.exec(word) ?? [];
  return seed === undefined ? { run } : { run, seed: Number(seed) };
};

export const wordsOf = (text: string): readonly string[] =>
  [...new Set(text.split(',').map(word => word.trim()))].filter(word => word !== '' && word !== baseline);

const foundFor = (word: string, taker: Taker): readonly Found[] => {
  const parsed = parseWord(word);
  return 'folder' in parsed ? [ofPath(parsed.folder, taker)] : ofRun(parsed.run, parsed.seed, taker);
};

/** The file beside the weights, where it is the one that was trained: that it is run is a person's own word. */
const besideWeights = (folder: string, sha256: string): string => {
  const file = path.join(folder, 'model.py');
  return existsSync(file) && sha256Of(readFileSync(file)) === sha256 ? file : 'FILE';
};

/** The Python file that may be run for a person's own model: what our own training copied, or the file that a person names now. */
const sourceOf = ({ folder, card, run }: Found, model: string | undefined, { withModel }: Taker): string | undefined => {
  const { name, sha256 } = card.model;
  if (sha256 === null) return undefined;
  const next = withModel(besideWeights(folder, sha256));
  if (model !== undefined) {
    const file = path.resolve(model);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) throw usageError(`There is no file ${model}`, `it would be ${file}`, next);
    if (!stat.isFile()) throw usageError(`${model} is no file`, 'a model of somebody’s own is one Python file', next);
    if (sha256Of(readFileSync(file)) === sha256) return file;
    if (run === undefined)
      throw usageError(`${model} is not the model of ${shownPath(folder)}`, 'it is not the file that it was trained with', next);
  }
  if (run !== undefined) return path.join(folder, 'model.py');
  throw usageError(
    `${shownPath(folder)} has a model of somebody’s own`,
    `a Python file that would be run; none is run because it lies there: add --model FILE, with ${name}.py as it was in training, if you trust what it does`,
    next,
  );
};

/** Letters, digits and hyphens of the last folders of a path. */
const nameOf = (folder: string): string =>
  folder
    .split(path.sep)
    .slice(-2)
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'checkpoint';

/** "tiny, seed 0 (train-4kq2)"; without the seed where it is the only one. */
const titleOf = ({ folder, card, run }: Found, others: readonly Found[]): string => {
  const siblings = others.filter(other => run !== undefined && other.run === run);
  const seed = siblings.length > 1 ? `, seed ${card.seed}` : '';
  return `${card.model.name}${seed} (${run ?? shownPath(folder)})`;
};

const unique = (name: string, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(tried)) return tried;
  }
};

/**
 * `text`: a run by its whole name, RUN:SEED, a folder, or several with commas; none for "baseline". `model`: a Python file that may be run.
 * Throws a usage error for the first that is none.
 */
export const checkpointsOf = (text: string, model: string | undefined, taker: Taker): readonly Checkpoint[] => {
  const every = wordsOf(text).flatMap(word => foundFor(word, taker));
  for (const { folder, card } of every) requireSound(folder, card, taker.help);
  const found = every.filter((one, at) => every.findIndex(({ folder }) => folder === one.folder) === at);
  const taken = new Set<string>();
  return found.map(one => {
    const { folder, card, run } = one;
    const name = unique(run === undefined ? nameOf(folder) : `${run}-seed-${card.seed}`, taken);
    taken.add(name);
    const source = sourceOf(one, model, taker);
    const trainedOn = card.data.map(({ name: dataset }) => dataset);
    return {
      choice: { name, title: titleOf(one, found), folder, seed: card.seed, trainedOn, ...(source !== undefined && { source }) },
      card,
    };
  });
};

/** As all of them need it. Throws a usage error where they need different ones. */
export const settingsOfAll = (checkpoints: readonly Checkpoint[]): PrepareSettings | undefined => {
  const [first, ...others] = checkpoints;
  if (first === undefined) return undefined;
  const text = (one: Checkpoint) => JSON.stringify(Object.entries(one.card.settings).sort());
  const other = others.find(one => text(one) !== text(first));
  if (other !== undefined)
    throw usageError(
      `${first.choice.title} and ${other.choice.title} cannot be scored in one run`,
      'they need recordings that are prepared differently',
      `ann-tui evaluate --checkpoint ${first.choice.folder}`,
    );
  return first.card.settings;
};

/** The one that did best on dev; the first where none was looked at there. */
export const bestCheckpoint = (checkpoints: readonly Checkpoint[]): Checkpoint | undefined =>
  checkpoints.reduce<Checkpoint | undefined>(
    (best, one) => (best === undefined || (one.card.metrics.dev_auroc ?? -1) > (best.card.metrics.dev_auroc ?? -1) ? one : best),
    undefined,
  );
