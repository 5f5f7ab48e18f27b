import { catalogue } from '../data/catalogue.ts';
import { exitCodes } from '../errors.ts';
import * as format from '../money/format.ts';
import { paths } from '../paths.ts';
import type { DatasetInfo } from '../services.ts';
import type { Run } from './command.ts';
import { table } from './table.ts';

const stateText = ({ state, bytes, bytesHere, own }: DatasetInfo): string => {
  if (state !== 'partial') return own ? `${state}, yours` : state;
  if (own) return 'partial, yours';
  return `partial, ${format.percent(bytesHere / bytes)}`;
};

export const run: Run = async (_invocation, { out }) => {
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
  out.line('Vectors of your own (HDF5, .npy, .fvecs, .bvecs): ann-tui sync NAME --from FILE, then bench --dataset NAME');
  for (const { name, note } of datasets) if (note !== undefined) out.line(`  ${name}: ${note}`);
  for (const { bytesHere, ...entry } of datasets) out.record({ type: 'dataset', ...entry, bytes_here: bytesHere });
  return exitCodes.done;
};
