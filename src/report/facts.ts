/** Names and values under a heading: what figures can depend on. Pure. */
import { type Html, html } from './html.ts';

export type Fact = readonly [label: string, value: string | undefined];

/** What is not known is left out; undefined where nothing is. */
export const factList = (title: string, rows: readonly Fact[]): Html | undefined => {
  const known = rows.filter(([, value]) => value !== undefined && value !== '');
  if (known.length === 0) return undefined;
  return html`<h3>${title}</h3><dl>${known.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
};
