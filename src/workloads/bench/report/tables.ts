/** A panel's figures as tables. Pure. */
import { type Html, html } from '../../../report/html.ts';
import { type Head, tableOf } from '../../../report/table.ts';
import { count, duration, latency, money, size } from '../../../text/format.ts';
import type { AtRecall } from '../compare/at-recall.ts';
import { bounded, doubtOf } from '../compare/confidence.ts';
import { detailOf } from '../compare/detail.ts';
import { recallHead, toldDifference } from '../compare/recall-rule.ts';
import { type Series, settingOf } from '../compare/series.ts';
import { levelText, qpsRange, ratioRange, ratioText, readingText, sameMark } from '../compare/words.ts';
import type { Point } from '../events.ts';
import { dollarsPerMillion } from '../query-price.ts';
import { recall } from '../recall-text.ts';
import { type Panel, type Shown, seriesIn } from './panels.ts';

const figure = (text: string): Head => ({ text, figure: true });

/** What stands where an implementation does not say. */
const notTold = 'not told';

/** Its build stands beside it. */
const nameOf = ({ label, build }: Series): string => (build === '' ? label : label.replace(` ${build}`, ''));

const below = (text: string | undefined): Html | undefined =>
  text === undefined || text === '' ? undefined : html`<br><small class="quiet">${text}</small>`;

const ratioCell = (panel: Panel, { series }: Shown, level: number): string | undefined => {
  const pair = panel.pairs.find(({ other }) => other === series);
  const row = pair?.rows.find(one => one.level === level);
  if (pair === undefined || row?.ratio === undefined) return undefined;
  return `${ratioText(row.ratio.value)} ${pair.base.label}${row.same ? ` ${sameMark}` : ''} (${ratioRange(row.ratio)})`;
};

const readingCell = (panel: Panel, shown: Shown, reading: AtRecall): Html => {
  if (!reading.reached) return html`<span class="quiet">${readingText(reading)}</span>`;
  const { dollarsPerHour } = shown.series;
  const price = dollarsPerHour > 0 ? `${money(dollarsPerMillion(reading.qps.value, dollarsPerHour))} for a million` : undefined;
  return html`${readingText(reading)}${below(qpsRange(reading.qps))}${below(ratioCell(panel, shown, reading.level))}${below(price)}`;
};

export const atRecallTable = (panel: Panel, levels: readonly number[]): Html =>
  tableOf(
    'Queries a second at a recall',
    undefined,
    [{ text: 'implementation' }, ...levels.map(level => figure(levelText(level)))],
    panel.shown.map(shown => [
      html`${nameOf(shown.series)}${below(shown.series.build)}`,
      ...shown.at.map(reading => readingCell(panel, shown, reading)),
    ]),
  );

const spreadText = (spread: number | undefined): string => (spread === undefined ? '–' : `${(spread * 100).toFixed(0)} %`);

type Column = { readonly head: Head; readonly text: (point: Point, series: Series) => string | Html };

/** Columns that no point of the panel has something for are left out; the page says so. */
const columnsOf = (points: readonly Point[]): readonly Column[] => {
  const differs = points.some(({ recall: strict, recall_tolerant: tolerant = strict }) => tolerant - strict > toldDifference);
  return [
    { head: { text: 'implementation' }, text: (_, series) => nameOf(series) },
    { head: { text: 'build' }, text: (_, { build }) => build || '–' },
    { head: { text: 'search' }, text: (point, series) => settingOf(series, point) },
    ...(points.some(({ target_recall: target }) => target !== undefined)
      ? [{ head: figure('for'), text: ({ target_recall: target }: Point) => target?.toString() ?? '' }]
      : []),
    { head: figure(recallHead(points)), text: point => recall(point.recall) },
    ...(differs
      ? [
          {
            head: figure('tolerant'),
            text: ({ recall_tolerant: tolerant }: Point) => (tolerant === undefined ? notTold : recall(tolerant)),
          },
        ]
      : []),
    { head: figure('QPS'), text: point => count(point.qps) },
    { head: figure('from–to'), text: (point, series) => qpsRange(bounded(point.qps, doubtOf(point, series))) },
    { head: figure('p50'), text: ({ latency_ms: known }) => latency(known?.p50) },
    { head: figure('p95'), text: ({ latency_ms: known }) => latency(known?.p95) },
    { head: figure('p99'), text: ({ latency_ms: known }) => latency(known?.p99) },
    { head: figure('built in'), text: point => duration(point.build_seconds) },
    { head: figure('index'), text: point => size(point.index_bytes) },
    ...(points.some(({ query_bytes: bytes }) => bytes !== undefined)
      ? [{ head: figure('bytes a query'), text: ({ query_bytes: bytes }: Point) => (bytes === undefined ? notTold : size(bytes)) }]
      : []),
    ...(points.some(({ limit_share: share }) => share !== undefined)
      ? [
          {
            head: figure('of the limit'),
            text: ({ limit_share: share }: Point) => (share === undefined ? notTold : `${(share * 100).toFixed(0)} %`),
          },
        ]
      : []),
    { head: { text: 'noise' }, text: ({ noisy }) => (noisy === undefined ? notTold : noisy ? 'noisy' : 'quiet') },
    { head: figure('others, cores'), text: point => detailOf(point).othersBusy?.toFixed(1) ?? '–' },
    { head: figure('spread'), text: point => spreadText(detailOf(point).spread) },
  ];
};

/** By rising recall within each series. */
export const pointTable = (panel: Panel): Html => {
  const points = seriesIn(panel).flatMap(series => series.points);
  const columns = columnsOf(points);
  const rows = seriesIn(panel).flatMap(series =>
    series.points.toSorted((a, b) => a.recall - b.recall || b.qps - a.qps).map(point => columns.map(({ text }) => text(point, series))),
  );
  const table = tableOf(
    'Every point',
    undefined,
    columns.map(({ head }) => head),
    rows,
  );
  return html`<div class="points">${table}</div>`;
};

/** What no point of these tells, in words; undefined where each tells something of all. */
export const untold = (points: readonly Point[]): string | undefined => {
  const missing = [
    ...(points.every(({ query_bytes: bytes }) => bytes === undefined) ? ['bytes per query'] : []),
    ...(points.every(({ limit_share: share }) => share === undefined) ? ['distance from the limit'] : []),
    ...(points.every(({ latency_ms: known }) => known === undefined) ? ['latency of single queries'] : []),
  ];
  return missing.length === 0 ? undefined : `Not told by any of these implementations: ${missing.join(', ')}.`;
};
