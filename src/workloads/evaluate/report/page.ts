/** An evaluation as one page that needs nothing but itself. Pure. */
import { reportDocument } from '../../../report/document.ts';
import { type Html, html } from '../../../report/html.ts';
import { counted } from '../../../text/format.ts';
import { syntheticOf } from '../../prepare/data.ts';
import { matrixOf } from '../matrix.ts';
import type { EvaluateRun } from '../spec.ts';
import { atThreshold, basisOf, basisWords, bestOf, gaps, headOf, ofDataset, rules, syntheticWord } from '../verdict.ts';
import { about, type Written } from './about.ts';
import type { Details } from './details.ts';
import { calibrationTable, countTables, detectorTables, kindTable, matrixTable, patientTable } from './scores.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { type ReportTrace, traceSection } from './traces.ts';

/** By this the program knows a report of its own again. */
export const generator = 'ann-tui, an evaluation';

export type ReportInput = {
  readonly state: EvaluateRun;
  readonly details: Details;
  readonly traces: readonly ReportTrace[];
  readonly written: Written;
  /** What a training has beside its evaluation. */
  readonly own?: ReportPart;
};

export type ReportPart = {
  /** Before the tables of the first dataset, and behind those of the last. */
  readonly first: Html;
  readonly last: Html;
};

const nothing = (state: ReportInput['state']): Html =>
  html`<p class="note">${
    state.results.judged.length === 0
      ? 'Nothing was scored in this run.'
      : `No detector was scored: ${counted(state.results.judged.length, 'recording')} judged.`
  }</p>`;

const ofOne = ({ state, details, traces, own: part }: ReportInput, dataset: string, names: readonly string[]): Html => {
  const several = names.length > 1;
  const first = dataset === names[0] && part?.first;
  const results = ofDataset(state.results, dataset);
  const synthetic = details.datasets.find(({ name }) => name === dataset)?.synthetic ?? syntheticOf(state.spec.data).has(dataset);
  const mark = synthetic ? html` <span class="mark">${syntheticWord}</span>` : undefined;
  const best = bestOf(results.detectors);
  if (best === undefined) return html`${several && html`<h2>${dataset}</h2>`}${nothing({ ...state, results })}${first}`;
  const head = headOf(results.detectors, false);
  const basis = basisOf(results);
  const more = details.detectors.filter(one => one.dataset === dataset);
  const own = traces.filter(({ ref }) => ref.dataset === dataset);
  const titleOf = (detector: string | undefined) => results.detectors.find(one => one.detector === detector)?.title ?? best.title;
  return html`<section>
${several && html`<h2>${dataset}${mark}</h2>`}
<p><strong>${head?.text}</strong>${mark}</p>
<p>${head !== undefined && head.detector !== best && `${head.detector.title} `}${atThreshold(head?.detector ?? best)}${mark}</p>
<p class="quiet">test split of ${dataset}${basis.recordings > 0 && ` · ${basisWords(basis)}`} · ${rules} (never NEDC)${mark}</p>
${gaps(results.detectors, basis).map(text => html`<p class="note">${text}</p>`)}
${first}
<h2>Detectors</h2>
${detectorTables(results, more, mark)}
${countTables(results, more, mark)}
${kindTable(results, more, mark)}
${calibrationTable(results, more, mark)}
${patientTable(results, mark)}
${traceSection(own, titleOf(own[0]?.ref.detector), mark, state.status === 'ended')}
</section>`;
};

/** The whole file. */
export const reportPage = (input: ReportInput): string => {
  const { state, details, written, own: part } = input;
  const names = [...new Set([...state.spec.datasets.map(({ name }) => name), ...state.results.detectors.map(({ dataset }) => dataset)])];
  const title = `${state.spec.checkpoint} on ${names.join(', ')}`;
  const unfinished = state.status !== 'ended' || state.outcome !== 'done';
  return reportDocument({
    generator,
    title: `${title} · ${state.run}`,
    style,
    script,
    body: html`<header><h1>Seizure detection: ${title}</h1>
${unfinished && html`<p class="note">This run ${state.status === 'ended' ? `ended as ${state.outcome ?? 'unknown'}` : 'was not over when this was written'}: what is here is what it had by then.</p>`}
${state.warnings.map(warning => html`<p class="note">${warning}</p>`)}
</header><main>
${names.map(name => ofOne(input, name, names))}
${part?.last}
${matrixTable(matrixOf(state.spec, state.results))}
<section>${about(state, details, written)}</section>
</main><footer>${rules}, as szcore_evaluation counts; 95 % intervals from patients drawn anew. This file holds everything it shows and asks for nothing from anywhere.</footer>`,
  });
};
