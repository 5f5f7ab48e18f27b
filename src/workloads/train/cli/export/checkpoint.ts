/** `export szcore` and `export onnx`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setUpFirst } from '../../../../cli/set-up-first.ts';
import { exitCodes, usageError } from '../../../../errors/errors.ts';
import { trainingEnvironment } from '../../../../setup/training/status.ts';
import { quoted } from '../../../../text/shell-word.ts';
import { shownPath } from '../../../../util/paths.ts';
import type { Checkpoint } from '../../../evaluate/checkpoint.ts';
import { oneCheckpoint } from '../../../evaluate/cli/one-checkpoint.ts';
import { type ExportOptions, exportContainer, exportOnnx } from '../../../evaluate/export-checkpoint.ts';
import type { ExportRequest } from './format.ts';

type Written = { readonly lines: readonly string[]; readonly record: object };

/** What is exported, and where to; `write`: does it. */
const exported =
  (format: string, suffix: string, write: (options: ExportOptions, found: Checkpoint) => Promise<Written>) =>
  async ({ word, out: wanted, invocation, context }: ExportRequest): Promise<number> => {
    const { io, out } = context;
    const help = 'ann-tui export --help';
    const found = oneCheckpoint(word, 'export', other => `ann-tui export ${format} ${quoted(other)}`, invocation, context);
    const to = path.resolve(wanted ?? `${found.choice.name}${suffix}`);
    // Before a set-up of minutes: a wrong command is only an error.
    if (existsSync(to)) throw usageError(`${shownPath(to)} is there already`, 'nothing is written over', help);
    if (!(await setUpFirst(context, 'training'))) return exitCodes.failed;
    const { lines, record } = await write({ ...trainingEnvironment(), checkpoint: found.choice, out: to, signal: io.signal }, found);
    for (const line of lines) out.line(line);
    out.record({ type: 'exported', format, checkpoint: found.choice.folder, ...record });
    return exitCodes.done;
  };

export const szcore = exported('szcore', '-szcore', async (options, { card }) => {
  const { folder, yaml } = await exportContainer(options, `ann-tui ${card.model.name}`);
  return {
    lines: [
      `The container of ${options.checkpoint.title} is in ${shownPath(folder)}`,
      `  it is built and tried as ${shownPath(path.join(folder, 'README.md'))} says; fill in ${path.basename(yaml)} before it is submitted`,
    ],
    record: { folder, yaml },
  };
});

export const onnx = exported('onnx', '.onnx', async options => {
  const found = await exportOnnx(options);
  return {
    lines: [
      `${options.checkpoint.title} is in ${shownPath(found.file)}`,
      `  its logits differ from PyTorch’s by ${found.difference.toExponential(1)} at most; up to ${found.most} would be taken`,
    ],
    record: found,
  };
});
