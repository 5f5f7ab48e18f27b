import { datasetFor, findDataset } from '../../../datasets/catalogue.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import type { Run } from '../../command.ts';
import { setUpFirst } from '../../set-up-first.ts';
import { ownSource, syncOne } from './sync-here.ts';
import { requireNoDecisions, syncRecordings } from './sync-recordings.ts';

export const run: Run = async (invocation, context) => {
  if (invocation.flag('to')) return await (await import('./sync-s3.ts')).run(invocation, context);
  const [name = ''] = invocation.words;
  const target = invocation.text('target') ?? 'local';
  if (target === 'modal') return await (await import('./sync-modal.ts')).syncToModal(name, invocation, context);
  if (target !== 'local') throw usageError(`--target ${target} cannot be`, 'it is local or modal', 'ann-tui sync --help');
  const own = await ownSource(invocation, name, context);
  // A wrong name is told before a minute of set-up.
  const dataset = await (own === undefined ? findDataset(name) : datasetFor(name, own.of));
  if (dataset.of === 'recordings') return await syncRecordings(dataset, own?.from, invocation, context);
  requireNoDecisions(name, invocation);
  await setUpFirst(context);
  await syncOne(name, own, context);
  return exitCodes.done;
};
