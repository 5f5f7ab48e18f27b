/** HTML of which no text can become markup: what is put into a template is escaped, unless it is HTML already. Pure. */

export type Html = { readonly html: string };

type Part = string | number | Html | undefined | false | readonly Part[];

/** Control characters, and those that turn the direction of what follows: a name must not rewrite the page around it. */
const unwanted = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\p{Cs}]/gu;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escaped = (text: string): string =>
  text.replace(unwanted, '\ufffd').replace(/[&<>"']/g, character => entities[character] ?? character);

const written = (part: Part): string => {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(written).join('');
};

export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.map((text, n) => text + (n < parts.length ? written(parts[n]) : '')).join(''),
});

/** JSON within a script element: nothing in it ends the element or begins a comment. */
export const json = (value: unknown): Html => ({ html: JSON.stringify(value).replace(/</g, '\\u003c') });
