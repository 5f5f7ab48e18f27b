import { catalogue, type DatasetInfo } from '../../datasets/catalogue.ts';
import { type VolumeDatasets, volumeDatasets } from '../../datasets/places.ts';
import { exitCodes } from '../../errors/errors.ts';
import { storagePrice } from '../../prices/storage.ts';
import * as format from '../../text/format.ts';
import { paths } from '../../util/paths.ts';
import { accountIn, type Run } from '../command.ts';
import type { Output } from '../output.ts';
import { table } from '../text/table.ts';

const stateText = ({ state, bytes, bytesHere, own }: DatasetInfo): string => {
  if (state !== 'partial') return own ? `${state}, yours` : state;
  if (own) return 'partial, yours';
  return `partial, ${format.percent(bytesHere / bytes)}`;
};

/** What is on the volume, below the table: the table waits for nobody. */
const printVolume = (found: VolumeDatasets, known: readonly DatasetInfo[], out: Output): void => {
  const { volume } = found;
  out.line();
  if (found.state === 'unknown') {
    const { what, why, hint } = found.failure;
    out.line(`On Modal (${volume}): not known. ${what}: ${why}${hint === undefined ? '' : `; ${hint}`}`);
    out.record({ type: 'place', place: 'modal', volume, state: 'unknown', ...found.failure });
    return;
  }
  const sizes = new Map(known.map(({ name, bytes }) => [name, bytes]));
  const there = [...found.datasets].sort(([a], [b]) => a.localeCompare(b));
  if (there.length === 0) out.line(`On Modal (${volume}): none yet. To bring one: ann-tui sync DATASET --target modal`);
  else {
    out.line(`On Modal (${volume}):`);
    const rows = there.map(([name, { state, bytes }]) => {
      const whole = sizes.get(name) ?? 0;
      const far = state === 'partial' && whole > 0 ? `partial, ${format.percent(bytes / whole)}` : state;
      return [`  ${name}`, format.size(bytes), far, `${format.money(storagePrice(bytes, found.storage))}/month`];
    });
    const columns = [{ head: '  dataset' }, { head: 'size', right: true }, { head: 'there' }, { head: 'beyond the free TiB', right: true }];
    for (const line of table(columns, rows)) out.line(line);
  }
  out.record({ type: 'place', place: 'modal', volume, state: 'ready', datasets: there.length });
  for (const [name, { state, bytes }] of there) out.record({ type: 'dataset_there', place: 'modal', volume, name, state, bytes });
};

export const run: Run = async (invocation, { out }) => {
  // Asked while the table is made and read.
  const asked = invocation.flag('local') ? undefined : volumeDatasets(accountIn(invocation));
  const datasets = await catalogue();
  const columns = [
    { head: 'dataset' },
    { head: 'distance' },
    { head: 'dim', right: true },
    { head: 'vectors', right: true },
    { head: 'queries', right: true },
    { head: 'size', right: true },
    { head: 'here' },
  ];
  const cells = datasets.map(entry => [
    entry.name,
    entry.distance,
    // Of an own one that is not finished nothing is known yet.
    ...[entry.dimension, entry.train, entry.queries].map((value, column) =>
      value === 0 ? '–' : column === 0 ? String(value) : format.count(value),
    ),
    format.size(entry.bytes),
    stateText(entry),
  ]);
  for (const line of table(columns, cells)) out.line(line);
  out.line();
  out.line(`Kept in ${paths().datasets}. A run brings what it needs; to bring it before: ann-tui sync DATASET`);
  out.line('Vectors of your own (HDF5, .npy, .fvecs, .bvecs, .fbin, …): ann-tui sync NAME --from FILE, then bench --dataset NAME');
  for (const { name, note } of datasets) if (note !== undefined) out.line(`  ${name}: ${note}`);
  for (const { bytesHere, ...entry } of datasets) out.record({ type: 'dataset', ...entry, bytes_here: bytesHere });
  if (asked !== undefined) printVolume(await asked, datasets, out);
  return exitCodes.done;
};
