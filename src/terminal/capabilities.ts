/** What this terminal can show. */

export type Capabilities = {
  /** False: every glyph is drawn as its ASCII twin. */
  readonly unicode: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The Linux console and "dumb" terminals lack braille and most symbols even under a UTF-8 locale. */
const poorTerminals = new Set(['dumb', 'linux']);

/** `ANN_TUI_ASCII=1` forces the twins, `=0` forbids them; else the terminal's name and the locale decide. */
export const capabilities = (env: Environment = process.env): Capabilities => {
  if (env.ANN_TUI_ASCII === '1') return { unicode: false };
  if (env.ANN_TUI_ASCII === '0') return { unicode: true };
  if (poorTerminals.has(env.TERM ?? '')) return { unicode: false };
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return { unicode: /utf-?8/i.test(locale) };
};
