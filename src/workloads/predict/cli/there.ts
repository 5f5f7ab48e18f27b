/** `predict … --target modal`: a run of its own. */
import { existsSync } from 'node:fs';
import { constants, copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Context, Invocation } from '../../../cli/command.ts';
import { waitFor } from '../../../cli/finish.ts';
import { said, sharedChoices } from '../../../cli/run-options.ts';
import { startRun } from '../../../cli/start-run.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { runFiles } from '../../../runs/files.ts';
import { openRun } from '../../../runs/store.ts';
import { shownPath } from '../../../util/paths.ts';
import { helpOf } from '../../shared-plan.ts';
import type { PredictChoices } from '../plan.ts';
import { recordingsOf } from '../recordings.ts';
import type { PredictRun } from '../spec.ts';
import { failedText } from '../words.ts';

/** What the command has read before: a checkpoint's folder, and a threshold in place of its own. `elsewhere`: it with another --out. */
export type There = { readonly checkpoint: string; readonly threshold: number | undefined; readonly elsewhere: () => string };

/** Before anything is sent: nothing is written over. */
const requireFree = (tables: readonly string[], { elsewhere }: There): void => {
  const taken = tables.find(existsSync);
  if (taken !== undefined) throw usageError(`${shownPath(taken)} is there already`, 'it is not written over', elsewhere());
};

const copyTables = async (run: PredictRun, out: string, { out: told }: Context): Promise<void> => {
  for (const one of run.results.predicted) {
    const [source, copy] = [path.join(runFiles(run.run).job, 'predictions', one.tsv), path.join(out, one.tsv)];
    if ('error' in one || !existsSync(source)) continue;
    await mkdir(path.dirname(copy), { recursive: true });
    try {
      await copyFile(source, copy, constants.COPYFILE_EXCL);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      told.note(`${shownPath(copy)} came meanwhile and is not written over; next: ann-tui results ${run.run} --get DIR`);
      continue;
    }
    told.line(`${one.recording} → ${shownPath(copy)}`);
  }
};

/** Exit code 1 where some recordings could not be predicted, as on this machine. */
export const predictThere = async (invocation: Invocation, context: Context, there: There): Promise<number> => {
  const out = invocation.text('out');
  const choices: PredictChoices = {
    ...(await sharedChoices('predict', invocation)),
    edfs: invocation.words.map(word => path.resolve(word)),
    checkpoint: there.checkpoint,
    ...said({ model: invocation.text('model'), threshold: there.threshold }),
  };
  const tables = out === undefined ? [] : recordingsOf(choices.edfs, helpOf('predict')).map(({ tsv }) => path.join(out, tsv));
  requireFree(tables, there);
  const { createServices } = await import('../../../services/create-services.ts');
  return await startRun(choices, createServices(), invocation, context, async (name, within) => {
    const code = await waitFor(name, within);
    const run = openRun(name).refresh() as PredictRun;
    if (run.status !== 'ended') return code;
    if (out !== undefined) await copyTables(run, out, within);
    return code === exitCodes.done && failedText(run.results.predicted) !== undefined ? exitCodes.failed : code;
  });
};
