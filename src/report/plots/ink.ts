/** Colours, markers and letters of plots: as hex for a file of its own, as the page's own variables within a page. Pure. */

export type Ink = {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly ground: string;
  readonly font: string;
  /** One for each of `seriesColours`. */
  readonly series: readonly string[];
};

/** Told apart by most who see colours otherwise, and never alone: a marker goes with each. Three to one at least against the ground. */
export const seriesColours = {
  light: ['#0b63b5', '#b3541e', '#1a7f37', '#a626a4', '#8a6d00', '#c62828', '#00727a', '#5b5fc7'],
  dark: ['#6cb6ff', '#f0883e', '#56c271', '#d98cd6', '#e3b341', '#ff7b72', '#4fd1d9', '#a5a8ff'],
} as const;

/** Six beside eight colours: twenty-four pairs before one comes again. */
const shapes = ['circle', 'diamond', 'triangle-up', 'square', 'triangle-down', 'cross'] as const;

export const paper: Ink = {
  text: '#1b1f24',
  quiet: '#59636e',
  line: '#d5dbe1',
  ground: '#ffffff',
  font: 'Lato, Helvetica, Arial, sans-serif',
  series: seriesColours.light,
};

/** Within a page that has `plotStyle`. */
export const page: Ink = {
  text: 'var(--text)',
  quiet: 'var(--quiet)',
  line: 'var(--line)',
  ground: 'var(--panel)',
  font: 'inherit',
  series: seriesColours.light.map((_, n) => `var(--series-${n})`),
};

const variables = (colours: readonly string[]): string => colours.map((colour, n) => `--series-${n}: ${colour};`).join(' ');

/** Of two drawings of one plot a page shows the one that fits. */
export const plotStyle = `:root { ${variables(seriesColours.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(seriesColours.dark)} } }
@media print { :root { ${variables(seriesColours.light)} } }
.narrow { display: none; } @media (max-width: 34rem) { .wide { display: none; } .narrow { display: block; } }
`;

/** `place`: a series' number, from 0. */
export const lookOf = (ink: Ink, place: number): { readonly colour: string; readonly shape: string } => ({
  colour: ink.series[place % ink.series.length] ?? ink.text,
  shape: shapes[place % shapes.length] ?? 'circle',
});
