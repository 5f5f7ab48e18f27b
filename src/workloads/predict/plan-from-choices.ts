/** The plan, with checkpoint and recordings read from the disk. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../errors/errors.ts';
import { sum } from '../../util/numbers.ts';
import { bestCheckpoint, checkpointsOf } from '../evaluate/checkpoint.ts';
import { helpOf, type SharedContext } from '../shared-plan.ts';
import { commandFor, type PredictChoices, planPredict } from './plan.ts';
import { recordingsOf } from './recordings.ts';
import type { PredictSpec } from './spec.ts';

const bytesBelow = (folder: string): number =>
  sum(
    readdirSync(folder, { recursive: true })
      .map(name => statSync(path.join(folder, String(name))))
      .map(stat => (stat.isFile() ? stat.size : 0)),
  );

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: PredictChoices, context: SharedContext): Promise<PredictSpec> => {
  const help = helpOf('predict');
  const recordings = recordingsOf(choices.edfs, help);
  const found = checkpointsOf(choices.checkpoint, choices.model, {
    help,
    with: checkpoint => commandFor(choices, { checkpoint }),
    withModel: model => commandFor(choices, { model }),
  });
  const checkpoint = bestCheckpoint(found);
  if (checkpoint === undefined)
    throw usageError(`${choices.checkpoint || 'Nothing'} is no checkpoint`, 'it is of a training, or a folder', help);
  const { folder, source } = checkpoint.choice;
  const bytes = bytesBelow(folder) + (source === undefined ? 0 : statSync(source).size);
  return planPredict(choices, { ...context, checkpoint, recordings, bytes });
};
