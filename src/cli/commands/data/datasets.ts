import { ofKind } from '../../../config/datasets.ts';
import { catalogue } from '../../../datasets/catalogue.ts';
import type { DatasetInfo } from '../../../datasets/dataset-info.ts';
import { totals } from '../../../datasets/inventory.ts';
import { type VolumeDatasets, volumeDatasets } from '../../../datasets/places.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import { storagePrice } from '../../../prices/storage.ts';
import * as format from '../../../text/format.ts';
import { paths } from '../../../util/paths.ts';
import { accountIn, type Run } from '../../command.ts';
import type { Output } from '../../output.ts';
import { recordingsTable, vectorsTable } from '../../text/dataset-tables.ts';
import { table } from '../../text/table.ts';
import { showDataset } from './datasets-one.ts';
import { removeDatasets } from './datasets-rm.ts';

/** What is on the volume, below the table: the table waits for nobody. */
const printVolume = (found: VolumeDatasets, known: readonly DatasetInfo[], out: Output): void => {
  const { volume } = found;
  out.line();
  if (found.state === 'unknown') {
    const { what, why, hint } = found.failure;
    out.line(`On Modal (${volume}): not known. ${what}: ${why}`);
    if (hint !== undefined) out.line(`  next: ${hint}`);
    out.record({ type: 'place', place: 'modal', volume, state: 'unknown', ...found.failure });
    return;
  }
  const sizes = new Map(known.map(({ name, bytes }) => [name, bytes]));
  const there = [...found.datasets].sort(([a], [b]) => a.localeCompare(b));
  if (there.length === 0) out.line(`On Modal (${volume}): none yet. To bring one: ann-tui sync DATASET --target modal`);
  else {
    out.line(`On Modal (${volume}):`);
    const rows = there.map(([name, { state, bytes, bucket }]) => {
      const whole = sizes.get(name) ?? 0;
      const far = state === 'partial' && whole > 0 && bytes > 0 ? `partial, ${format.percent(bytes / whole)}` : state;
      // What lies in a bucket is paid for elsewhere.
      const price = bucket === undefined ? `${format.money(storagePrice(bytes, found.storage))}/month` : '–';
      return [`  ${name}`, bytes === 0 ? '–' : format.size(bytes), bucket === undefined ? far : `in ${bucket}`, price];
    });
    const columns = [{ head: '  dataset' }, { head: 'size', right: true }, { head: 'there' }, { head: 'beyond the free TiB', right: true }];
    for (const line of table(columns, rows)) out.line(line);
  }
  out.record({ type: 'place', place: 'modal', volume, state: 'ready', datasets: there.length });
  for (const [name, { state, bytes, bucket }] of there)
    out.record({ type: 'dataset_there', place: 'modal', volume, name, state, bytes, ...(bucket !== undefined && { bucket }) });
};

/** The whole inventory is told of one dataset alone. */
const recordOf = (info: DatasetInfo): object => {
  const { bytesHere, ...entry } = info;
  if (entry.of === 'vectors') return { type: 'dataset', ...entry, bytes_here: bytesHere };
  const { inventory, ...rest } = entry;
  const seizures = inventory === undefined ? {} : { seizures: totals(inventory).seizures, errors: inventory.errors.length };
  return { type: 'dataset', ...rest, ...seizures, rough: inventory === undefined, bytes_here: bytesHere };
};

export const run: Run = async (invocation, context) => {
  const { out } = context;
  const [name, ...more] = invocation.words;
  if (name === 'rm') return await removeDatasets(more, invocation, context);
  if (more[0] !== undefined)
    throw usageError(`"${more[0]}" is one word too many`, 'one dataset is shown at a time', `ann-tui datasets ${more[0]}`);
  if (name !== undefined) return await showDataset(name, invocation, context);
  // Asked while the table is made and read.
  const asked = invocation.flag('local') ? undefined : volumeDatasets(accountIn(invocation));
  const datasets = await catalogue();
  for (const line of vectorsTable(ofKind(datasets, 'vectors'))) out.line(line);
  const recordings = ofKind(datasets, 'recordings');
  if (recordings.length > 0) {
    out.line();
    for (const line of recordingsTable(recordings)) out.line(line);
    if (recordings.some(({ inventory }) => inventory === undefined)) out.line('≈: rough, until it is here; then its inventory says it');
  }
  out.line();
  out.line(`Kept in ${paths().datasets}. A run brings what it needs; to bring it before: ann-tui sync DATASET`);
  out.line('Vectors of your own (HDF5, .npy, .fvecs, .bvecs, .fbin, …): ann-tui sync NAME --from FILE, then bench --dataset NAME');
  out.line('Recordings of your own (a folder of EDF files): ann-tui sync NAME --from FOLDER; what is in one: ann-tui datasets NAME');
  for (const { name, note } of datasets) if (note !== undefined) out.line(`  ${name}: ${note}`);
  for (const info of datasets) out.record(recordOf(info));
  if (asked !== undefined) printVolume(await asked, datasets, out);
  return exitCodes.done;
};
