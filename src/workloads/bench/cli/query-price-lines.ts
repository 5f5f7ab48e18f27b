/** What queries cost at each recall, on the container that was billed. */
import { table } from '../../../cli/text/table.ts';
import { count, money, rate } from '../../../text/format.ts';
import { atRecall, levelsOf } from '../compare/at-recall.ts';
import { seriesFrom } from '../compare/series.ts';
import { levelText, readingText } from '../compare/words.ts';
import { dollarsPerMillion, thousandPerDollar } from '../query-price.ts';
import type { BenchRun } from '../run.ts';

/** Empty for a run of this machine: its speed has no price at Modal. */
export const queryPriceLines = (run: BenchRun): readonly string[] => {
  const { target, hardware, threads } = run.spec;
  const all = target === 'local' ? [] : seriesFrom([run]);
  const rows = all.flatMap(series =>
    levelsOf(series.points).flatMap(level => {
      const reading = atRecall(series.points, level);
      if (!reading.reached) return [];
      const qps = reading.qps.value;
      return [
        [
          series.label,
          ...(several(all) ? [series.dataset] : []),
          levelText(level),
          readingText(reading),
          money(dollarsPerMillion(qps, hardware.dollarsPerHour)),
          count(Math.round(thousandPerDollar(qps, hardware.dollarsPerHour))),
        ],
      ];
    }),
  );
  if (rows.length === 0) return [];
  const columns = [
    { head: 'implementation' },
    ...(several(all) ? [{ head: 'dataset' }] : []),
    { head: 'at recall' },
    { head: 'QPS', right: true },
    { head: '$ per 1M queries', right: true },
    { head: 'QP$ (1,000 queries/$)', right: true },
  ];
  const at = `${threads === 1 ? 'one search' : `${threads} searches`} at a time`;
  return [`on ${hardware.label} at ${rate(hardware.dollarsPerHour)}, ${at}:`, ...table(columns, rows)];
};

const several = (all: readonly { readonly dataset: string }[]): boolean => new Set(all.map(({ dataset }) => dataset)).size > 1;
