/** card.json of a checkpoint's folder, as `modal/seizure/src/seizure/checkpoints/card.py` writes it. sound.ts looks at its files. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { usageError } from '../../errors/errors.ts';
import { shownPath } from '../../util/paths.ts';
import { misfit, number } from '../../util/shape.ts';
import { type PrepareSettings, settingsShape } from '../prepare/settings.ts';

/** What a plan and a person need to know of it. */
export type Card = {
  readonly seed: number;
  readonly step: number;
  readonly model: { readonly name: string; readonly parameters: number /** Of a person's own file. */; readonly sha256: string | null };
  readonly settings: PrepareSettings;
  readonly seconds: number;
  readonly data: readonly { readonly name: string; readonly version: string; readonly synthetic: boolean }[];
  readonly threshold: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** SHA-256 of each file beside it. */
  readonly files: Readonly<Record<string, string>>;
};

const whole = v.pipe(number, v.integer());
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const shape = v.looseObject({
  v: v.literal(1),
  what: v.literal('seizure checkpoint of ann-tui'),
  seed: whole,
  step: whole,
  model: v.looseObject({ name: v.pipe(v.string(), v.regex(/^\w[\w.-]*$/)), parameters: whole, sha256: v.nullable(sha256) }),
  settings: settingsShape,
  seconds: whole,
  data: v.pipe(v.array(v.looseObject({ name: v.string(), version: v.string(), synthetic: v.boolean() })), v.minLength(1)),
  threshold: v.nullable(number),
  metrics: v.record(v.string(), v.nullable(number)),
  // A name leads nowhere else.
  files: v.record(v.pipe(v.string(), v.regex(/^\w[\w.-]*$/)), sha256),
});

export const cardFile = 'card.json';

/** One of ten thousand patients has 150 kB. */
const mostBytes = 8_000_000;

const read = (file: string): unknown => {
  // What is no file of the disk, as a pipe, may never end.
  const stat = statSync(file);
  if (!stat.isFile()) throw new Error(`${cardFile} is no file`);
  if (stat.size > mostBytes) throw new Error('it is larger than any card');
  return JSON.parse(readFileSync(file, 'utf8'));
};

/** Throws a usage error where the folder is no checkpoint; `help`: of the command that was to use it. */
export const readCard = (folder: string, help: string): Card => {
  const refused = (why: string) => usageError(`${shownPath(folder)} is no checkpoint that can be used`, why, help);
  let found: unknown;
  try {
    found = read(path.join(folder, cardFile));
  } catch (error) {
    throw refused((error as Error).message);
  }
  const wrong = misfit(shape, found);
  if (wrong !== undefined)
    throw refused(`${cardFile}: ${wrong === '' ? 'it is no object' : `${wrong} is missing, or is not what it should be`}`);
  return found as Card;
};
