/** A token as people paste it: two words, two lines, a command of Modal's page, or lines of a shell. Pure. */

export type Token = { readonly id: string; readonly secret: string };

/** What of a token stands in the text. */
export const tokenParts = (text: string): Partial<Token> => {
  const id = /\bak-[A-Za-z0-9_-]+/.exec(text)?.[0];
  const secret = /\bas-[A-Za-z0-9_-]+/.exec(text)?.[0];
  return { ...(id === undefined ? {} : { id }), ...(secret === undefined ? {} : { secret }) };
};

/** Why these two make no token, in words that hold nothing of it; undefined when they do. */
export const tokenProblem = (id: string, secret: string): string | undefined => {
  if (id === '' && secret === '') return 'nothing was given';
  if (id.startsWith('as-') && secret.startsWith('ak-')) return 'the two are swapped: the id begins with ak-, the secret with as-';
  if (!/^ak-[A-Za-z0-9_-]+$/.test(id)) return 'the token id begins with ak- and has letters and digits only';
  if (!/^as-[A-Za-z0-9_-]+$/.test(secret)) return 'the token secret begins with as- and has letters and digits only';
  return undefined;
};
