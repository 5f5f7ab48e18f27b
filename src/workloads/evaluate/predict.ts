/** Events of recordings without labels: `python -m seizure predict` in the training environment. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { runSeizure } from '../../datasets/seizure-command.ts';
import { UserError } from '../../errors/errors.ts';
import { type JobEvent, parseLine } from '../../events/event.ts';
import { fits } from '../../util/shape.ts';
import type { CheckpointChoice } from './spec.ts';

export type PredictOptions = {
  readonly python: string;
  readonly env: Readonly<Record<string, string>>;
  readonly checkpoint: CheckpointChoice;
  readonly edfs: readonly string[];
  /** Folder of the tables. */
  readonly out: string;
  /** In place of the checkpoint's. */
  readonly threshold?: number;
  readonly onEvent: (event: JobEvent) => void;
  readonly signal: AbortSignal;
};

/** What became of a recording: a table of its events, or why there is none. */
export type PredictedRecording =
  | {
      readonly edf: string;
      readonly tsv: string;
      /** Seconds from its beginning: start, end. */
      readonly events: readonly (readonly [number, number])[];
      readonly seconds: number;
      /** What was odd, and how it was dealt with. */
      readonly told: readonly string[];
    }
  /** `taken`: its table was there already. */
  | { readonly edf: string; readonly error: string; readonly taken?: true };

const shape = v.looseObject({ v: v.literal(1), recordings: v.array(v.looseObject({ edf: v.string() })) });

/** In the order of the files. Throws a `UserError` with its words where nothing could be begun: exit code 2. */
export const predictRecordings = async (options: PredictOptions): Promise<readonly PredictedRecording[]> => {
  const { python, env, checkpoint, edfs, out, threshold, onEvent, signal } = options;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-predict-'));
  const file = path.join(folder, 'found.json');
  const words = [
    'predict',
    ...edfs.map(edf => path.resolve(edf)),
    ...['--checkpoint', checkpoint.folder, '--out', path.resolve(out), '--json', file, '--events'],
    ...(checkpoint.source === undefined ? [] : ['--model', checkpoint.source]),
    ...(threshold === undefined ? [] : ['--threshold', String(threshold)]),
  ];
  const found = (): readonly PredictedRecording[] | undefined => {
    try {
      const told: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return fits(shape, told) ? (told as { recordings: readonly PredictedRecording[] }).recordings : undefined;
    } catch {
      return undefined;
    }
  };
  try {
    const onLine = (line: string): void => {
      const parsed = parseLine(line);
      if (parsed.verdict === 'ok') onEvent(parsed.event);
    };
    const otherwise = { what: 'Nothing was predicted', hint: 'ann-tui predict --help' };
    await runSeizure({ python, env, words, signal, onLine, otherwise });
    return found() ?? [];
  } catch (error) {
    // Some could not be read: which ones, and why, is told of each.
    const told = error instanceof UserError ? found() : undefined;
    if (told === undefined) throw error;
    return told;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
