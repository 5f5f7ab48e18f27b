/** A checkpoint for other programs: `python -m seizure export` in the training environment. */
import * as v from 'valibot';
import { runSeizure } from '../../datasets/seizure-command.ts';
import { UserError } from '../../errors/errors.ts';
import { fits, number } from '../../util/shape.ts';
import type { CheckpointChoice } from './spec.ts';

export type ExportOptions = {
  readonly python: string;
  readonly env: Readonly<Record<string, string>>;
  readonly checkpoint: CheckpointChoice;
  /** Folder or file that is not there yet; an absolute path. */
  readonly out: string;
  readonly signal: AbortSignal;
};

const told = async (
  format: 'szcore' | 'onnx',
  { python, env, checkpoint, out, signal }: ExportOptions,
  more: readonly string[] = [],
): Promise<unknown> => {
  const words = ['export', format, '--checkpoint', checkpoint.folder, '--out', out, ...more];
  if (checkpoint.source !== undefined) words.push('--model', checkpoint.source);
  const otherwise = { what: `${checkpoint.title} was not exported`, hint: 'ann-tui export --help' };
  const lines = await runSeizure({ python, env, words, signal, otherwise });
  // Packages of others may print what they like before.
  return JSON.parse(lines.findLast(line => line.startsWith('{')) ?? 'null');
};

const unknown = (what: unknown): UserError =>
  new UserError({ what: 'What was exported is not known', why: `the core answered ${JSON.stringify(what)}`, hint: 'ann-tui doctor' });

const container = v.object({ folder: v.string(), yaml: v.string() });

/** The folder of the container that the SzCORE leaderboard runs, and in it the file that describes the algorithm. */
export const exportContainer = async (options: ExportOptions, title: string): Promise<v.InferOutput<typeof container>> => {
  const found = await told('szcore', options, ['--title', title]);
  if (!fits(container, found)) throw unknown(found);
  return found as v.InferOutput<typeof container>;
};

const model = v.object({ file: v.string(), difference: number, most: number });

/** One ONNX file; by how much its logits differ from PyTorch's, and may at most. */
export const exportOnnx = async (options: ExportOptions): Promise<v.InferOutput<typeof model>> => {
  const found = await told('onnx', options);
  if (!fits(model, found)) throw unknown(found);
  return found as v.InferOutput<typeof model>;
};
