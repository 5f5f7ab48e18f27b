/** Benchmarks as one page that needs nothing but itself. Pure. */
import type { Now } from '../../../metering/plane-clock.ts';
import { reportDocument } from '../../../report/document.ts';
import { type Html, html } from '../../../report/html.ts';
import { count } from '../../../text/format.ts';
import { intervalText, noiseOf, sameText } from '../compare/certainty.ts';
import type { Comparison } from '../compare/compare.ts';
import { recallNotes } from '../compare/recall-rule.ts';
import { letterOf } from '../compare/series.ts';
import { standingsOf } from '../compare/standing.ts';
import { levelText, placeText, qpsRange, questionText, ratioRange, ratioText, unfinishedText } from '../compare/words.ts';
import { targetNotes } from '../operating-points.ts';
import type { BenchRun } from '../run.ts';
import { specTitle } from '../spec.ts';
import { about, shapeText } from './about.ts';
import type { Details } from './details.ts';
import { type Drawn, generator } from './drawn.ts';
import { type Panel, seriesIn, whyApart } from './panels.ts';
import { style } from './style.ts';
import { atRecallTable, pointTable, untold } from './tables.ts';

export type ReportInput = {
  readonly comparison: Comparison;
  /** Of each run, by its name. */
  readonly details: Readonly<Record<string, Details>>;
  readonly panels: readonly { readonly panel: Panel; readonly drawn: readonly Drawn[] }[];
  readonly written: { readonly version: string; readonly when: string; readonly now: Now };
};

/** The fastest at the recall that most ask for, else at the highest that was reached; the words say which. */
const headline = ({ shown, pairs }: Panel): string | undefined => {
  const readings = shown.flatMap(({ series, at }) => at.flatMap(reading => (reading.reached ? [{ series, reading }] : [])));
  const levels = [0.95, ...shown.flatMap(({ at }) => at.map(({ level }) => level)).toSorted((a, b) => b - a)];
  const level = levels.find(one => readings.some(({ reading }) => reading.level === one));
  const best = readings.filter(({ reading }) => reading.level === level).toSorted((a, b) => b.reading.qps.value - a.reading.qps.value)[0];
  if (level === undefined || best === undefined) return undefined;
  const { series, reading } = best;
  const pair = pairs.find(({ other }) => other === series);
  const row = pair?.rows.find(one => one.level === level);
  const most = shown.length > 1 ? 'the most: ' : '';
  const speed = `At recall ${levelText(level)} ${series.label} answers ${most}${count(reading.qps.value)} queries a second (${qpsRange(reading.qps)})`;
  if (pair === undefined || row?.ratio === undefined) return `${speed}.`;
  if (row.same) return `${speed}; whether it is faster than ${pair.base.label} was not measured.`;
  return `${speed}, ${ratioText(row.ratio.value)} ${pair.base.label} (${ratioRange(row.ratio)}).`;
};

const figureOf = ({ plot, wide, narrow }: Drawn): Html => html`
<figure class="${plot.shape}" role="img" aria-label="${`${plot.title}. ${plot.told}`}">
<figcaption><strong>${plot.title}</strong><span class="quiet">${plot.note}</span></figcaption>
<div class="wide" aria-hidden="true">${{ html: wide }}</div><div class="narrow" aria-hidden="true">${{ html: narrow }}</div>
</figure>`;

/** Where low ones are low they share a place, the second one. */
const plotsGrid = (drawn: readonly Drawn[], series: number): Html => {
  const of = (shape: Drawn['plot']['shape']): readonly Html[] => drawn.filter(({ plot }) => plot.shape === shape).map(figureOf);
  const [first, ...others] = of('half');
  const low = series > 5 ? [...others, ...of('low')] : [html`<div class="stack">${of('low')}</div>`, ...others];
  return html`<div class="plots">${of('whole')}${first}${low}</div>`;
};

const sectionOf = ({ comparison, details, panels }: ReportInput, { panel, drawn }: ReportInput['panels'][number]): Html => {
  const series = seriesIn(panel);
  const [first] = series;
  if (first === undefined) return html``;
  const points = series.flatMap(one => one.points);
  const runs = comparison.runs.filter(({ run }) => series.some(one => one.run === run));
  const shape = details[first.run]?.datasets.find(({ name }) => name === first.dataset);
  const noise = noiseOf(points);
  const missing = untold(points);
  const unreached = runs.flatMap(({ results }) => (results.unreached ?? []).filter(({ dataset }) => dataset === first.dataset));
  const head = headline(panel);
  const standings = standingsOf(comparison).filter(({ run, dataset }) => dataset === first.dataset && runs.some(one => one.run === run));
  const apart = whyApart(
    panels.map(one => one.panel),
    panel,
  );
  return html`<section>
<h2>${questionText(first)}${panels.length > 1 && html` <span class="quiet">· ${series.map(({ label }) => label).join(', ')}</span>`}</h2>
${apart !== undefined && html`<p class="note">Not side by side with what is above: ${apart}.</p>`}
${head !== undefined && html`<p><strong>${head}</strong></p>`}
${standings.map(({ text }) => html`<p>${text}.</p>`)}
${shape !== undefined && html`<p class="quiet">${shapeText(shape)}</p>`}
${runs.map(run => html`<p class="quiet">${runs.length > 1 && `${run.run}: `}${placeText(run, comparison)}</p>`)}
${noise !== undefined && html`<p class="note">${noise.text}.</p>`}
${recallNotes(points).map(({ text, grave }) => (grave ? html`<p class="note">${text}.</p>` : html`<p class="quiet">${text}.</p>`))}
${panel.care.map(text => html`<p class="note">${text}.</p>`)}
${plotsGrid(drawn, series.length)}
${missing !== undefined && html`<p class="quiet">${missing}</p>`}
${atRecallTable(panel, comparison.levels)}
${targetNotes(points, unreached).map(text => html`<p class="quiet">${text}</p>`)}
${pointTable(panel)}
</section>`;
};

/** What keeps a run from being whole. */
const runNotes = (run: BenchRun, several: boolean): readonly Html[] => {
  const isDone = run.status === 'ended' && run.outcome === 'done';
  const over = run.status === 'ended' ? `ended as ${run.outcome ?? 'unknown'}` : 'was not over when this was written';
  const unfinished = unfinishedText(run);
  const texts = [...(isDone ? [] : [`${over}: what is here is what it had by then`]), ...(unfinished === undefined ? [] : [unfinished])];
  return texts.map(text => html`<p class="note">${several ? run.run : 'This run'} ${text}.</p>`);
};

const verdictsOf = ({ run, spec, results: { verdicts = [] } }: BenchRun, several: boolean): Html | undefined => {
  if (verdicts.length === 0) return undefined;
  const onSeveral = spec.datasets.length > 1;
  return html`<section><h2>Implementations of one’s own${several && `, in ${run}`}</h2>
${verdicts.map(
  ({ impl, verdict, what, why, dataset }) =>
    html`<h3>${impl}: ${verdict}${onSeveral && dataset !== undefined && ` on ${dataset}`}</h3><p>${what}</p><p class="quiet">${why}</p>`,
)}</section>`;
};

/** The whole file. */
export const reportPage = (input: ReportInput): string => {
  const { comparison, details, panels, written } = input;
  const { runs } = comparison;
  const several = runs.length > 1;
  const title = several ? runs.map(({ run }) => run).join(', ') : runs.map(({ spec }) => specTitle(spec)).join('');
  return reportDocument({
    generator,
    title: `${title} · ${runs.map(({ run }) => run).join(', ')}`,
    style,
    body: html`<header><h1>Nearest-neighbour search: ${title}</h1>
${several && html`<ul>${runs.map((run, n) => html`<li>${letterOf(n)} is ${run.run}: ${specTitle(run.spec)}</li>`)}</ul>`}
${runs.flatMap(run => runNotes(run, several))}
</header><main>
${panels.map(one => sectionOf(input, one))}
${runs.map(run => verdictsOf(run, several))}
<section><h2 id="about">What was measured, with what</h2>
${runs.map((run, n) => about(run, details[run.run] ?? { datasets: [], machine: {} }, several ? letterOf(n) : '', written.now))}
</section>
<section><h2>How to read it</h2>
<p>Recall is the share of the true k nearest neighbours that were found, over all queries; of a setting that was found for a recall, over those that did not choose it. It is strict, but for points of older versions, which are called tolerant: a row counts when it is no farther than the k-th true neighbour; distances are computed again from the data. By ann-benchmarks’ rule (0.001 farther still counts) it stands beside it as “tolerant” where it differs.</p>
<p>QPS is of the best pass. ${intervalText} ${sameText}</p>
<p>At a recall that no setting hits, QPS stands between the two measured ones around it; nothing is extrapolated: “only 0.98” is the highest there was.</p>
</section>
</main><footer>Written by ann-tui ${written.version}, ${written.when}. This file holds everything it shows and asks for nothing from anywhere.</footer>`,
  });
};
