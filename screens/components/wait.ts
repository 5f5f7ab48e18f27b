/** Every wait says for what, since when, and how long it usually takes. Pure. */
import { duration } from '../../src/text/format.ts';
import { dim, type Line, line, span } from '../app/text.ts';

export const waitLine = (what: string, since: number, now: number, usually: string): Line => {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return line([span('accent', '· '), what, dim(`, ${seconds < 1 ? '' : `${duration(seconds)} so far, `}usually ${usually}`)]);
};
