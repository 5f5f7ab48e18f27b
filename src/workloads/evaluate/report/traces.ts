/** Misses and false alarms, each with its samples beside it for the script to draw. Pure. */

import { type Html, html, json } from '../../../report/html.ts';
import { clock, kindWords, span } from '../figures.ts';
import type { TraceRef } from '../results.ts';
import type { Embedded } from './embed.ts';

/** `why`: it is not in the report. */
export type ReportTrace = { readonly ref: TraceRef; readonly data: Embedded } | { readonly ref: TraceRef; readonly why: string };

export const wordsOf = (ref: TraceRef): string =>
  ref.what === 'miss' ? `missed ${span(ref)} ${kindWords(ref.kind)}`.trimEnd() : `false alarm ${span(ref)}`;

const controls = [
  ['earlier', '←', 'Earlier'],
  ['later', '→', 'Later'],
  ['closer', '+', 'Fewer seconds'],
  ['wider', '−', 'More seconds'],
  ['larger', '▲', 'Larger curves'],
  ['smaller', '▼', 'Smaller curves'],
  ['event', 'event', 'The event itself'],
  ['all', 'all', 'All that is kept'],
] as const;

const drawing = (ref: TraceRef, data: Embedded, mark: Html | undefined): Html => {
  const words = wordsOf(ref);
  const told = data.truth.map(one => `seizure ${span(one)} ${kindWords(one.kind)}`.trimEnd()).join(', ') || 'no seizure here';
  return html`<figure data-start="${String(ref.start)}" data-label="${`${ref.patient}: ${words}. ${data.channels.length} channels`}">
<figcaption><strong class="${ref.what}">${ref.patient}: ${words}</strong><span class="quiet">${ref.recording} · ${told} · predicted ${data.prediction.map(span).join(', ') || 'nothing'} · threshold ${data.threshold.toFixed(3)} · kept from ${clock(data.start)}</span>${mark}<span class="scale quiet"></span></figcaption>
<div class="controls" hidden>${controls.map(([act, text, label]) => html`<button type="button" data-act="${act}" aria-label="${label}" title="${label}">${text}</button>`)}</div>
<script type="application/json">${json(data)}</script>
</figure>
`;
};

export const traceSection = (traces: readonly ReportTrace[], title: string, mark: Html | undefined, isOver: boolean): Html => {
  const drawn = traces.flatMap(one => ('data' in one ? [one] : []));
  const left = traces.flatMap(one => ('why' in one ? [one] : []));
  if (traces.length === 0)
    return html`<h2>Misses and false alarms</h2><p>${isOver ? 'Nothing was missed and there was no false alarm, or no trace of it was kept.' : 'No trace is kept yet.'}</p>`;
  return html`<h2>Misses and false alarms of ${title}</h2>
<p>Green: annotated as a seizure. Amber: predicted. The bars below the channels say both; the line below them is the detector’s score, dashed its threshold.</p>
<noscript><p class="note">The curves are drawn by a script in this file. Without it, what each of them is of stands here, and all tables are above.</p></noscript>
${drawn.map(({ ref, data }) => drawing(ref, data, mark))}
${
  left.length === 0
    ? undefined
    : html`<h3>Without a curve here</h3><ul>${left.map(({ ref, why }) => html`<li>${ref.patient}: ${wordsOf(ref)} <span class="quiet">(${why})</span></li>`)}</ul>`
}`;
};
