/** What a prepare says of its runs in plain lines and records. */
import { table } from '../../../cli/text/table.ts';
import type { WorkloadLines } from '../../../cli/workload-lines.ts';
import { count, counted } from '../../../text/format.ts';
import { bySplit } from '../by-split.ts';
import { splitText } from '../data.ts';
import type { Prepared, PrepareResults } from '../results.ts';
import { settingsText } from '../settings.ts';
import type { PrepareSpec } from '../spec.ts';
import { prepare } from '../workload.ts';

/** "  sub-001_run-01: 1 channel masked, 2 electrodes interpolated"; nothing of one that is in order: there may be thousands. */
const oddLine = ({ recording, masked = 0, interpolated = 0 }: Prepared): readonly string[] => {
  const odd = [
    ...(masked > 0 ? [`${counted(masked, 'channel')} masked`] : []),
    ...(interpolated > 0 ? [`${counted(interpolated, 'electrode')} interpolated`] : []),
  ];
  return odd.length === 0 ? [] : [`  ${recording}: ${odd.join(', ')}`];
};

export const prepareLines: WorkloadLines<PrepareSpec, PrepareResults> = {
  kind: 'prepare',
  planned: ({ settings }, machine) => `${settingsText(settings)}${machine === undefined ? '' : ` · ${counted(machine.cores, 'core')}`}`,
  planNotes: ({ data }) =>
    data.flatMap(({ dataset, synthetic, splits }) =>
      splits.map(split => `${dataset}${synthetic ? ' (synthetic)' : ''}: ${splitText(split)}`),
    ),
  datasetNotes: () => [],
  asked: ({ settings, data }) =>
    `${settingsText(settings)} · ${data.map(({ splits }) => splits.map(({ split }) => split).join(' ')).join(', ')}`,
  news: ({ results }, before) => results.prepared.slice(before?.results.prepared.length ?? 0).flatMap(oddLine),
  table: ({ spec, results }) =>
    results.prepared.length === 0
      ? []
      : table(
          [
            { head: 'dataset' },
            { head: 'split' },
            { head: 'recordings', right: true },
            { head: 'of', right: true },
            { head: 'hours', right: true },
            { head: 'seizures', right: true },
            { head: 'masked', right: true },
            { head: 'interpolated', right: true },
            { head: '' },
          ],
          bySplit(spec, results).map(({ dataset, synthetic, split, done, total, hours, seizures, masked, interpolated }) => [
            dataset,
            split,
            count(done),
            count(total),
            hours.toFixed(1),
            count(seizures),
            count(masked),
            count(interpolated),
            synthetic ? 'synthetic' : '',
          ]),
        ),
  tableNotes: () => [],
  bad: () => [],
  report: () => [],
  next: ({ spec: { data, settings } }) =>
    `ann-tui evaluate --dataset ${data.map(({ dataset }) => dataset).join(',')} --montage ${settings.montage}`,
  record: ({ spec, results }) => ({ settings: spec.settings, splits: bySplit(spec, results), prepared: results.prepared }),
  bestHead: 'prepared',
  best: run => prepare.headline(run) || '–',
  recordFile: 'prepared.json',
};
