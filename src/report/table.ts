/** A table that a screen reader can read, and that scrolls by itself where the page is narrow. Pure. */
import { type Html, html } from './html.ts';

export type Head = { readonly text: string /** Figures: to the right. */; readonly figure?: true };

type Cell = string | Html;

/** The first cell of a row names it. `mark`: what stands behind the caption. */
export const tableOf = (caption: string, mark: Html | undefined, heads: readonly Head[], rows: readonly (readonly Cell[])[]): Html => html`
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}${mark}</caption>
<thead><tr>${heads.map(({ text, figure }) => (figure ? html`<th scope="col" class="figure">${text}</th>` : html`<th scope="col">${text}</th>`))}</tr></thead>
<tbody>${rows.map(
  row => html`<tr>${row.map((cell, n) => (n === 0 ? html`<th scope="row">${cell}</th>` : heads[n]?.figure ? html`<td class="figure">${cell}</td>` : html`<td>${cell}</td>`))}</tr>
`,
)}</tbody></table></div>`;
