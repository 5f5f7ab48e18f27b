/** The keys that only a benchmark has: those of home, and those of its own screens. */
import type { Entry } from '../../app/entry.ts';

export const benchStarts = [
  {
    id: 'benchmark',
    keys: ['b'],
    scopes: ['home', 'runs'],
    label: 'benchmark',
    help: 'Benchmark an ANN implementation',
    footer: { home: 2, runs: 10 },
  },
  {
    id: 'own',
    keys: ['n'],
    scopes: ['home'],
    label: 'your own',
    help: 'A file of your own: write it, measure it beside what is built in',
    footer: 6,
  },
] as const satisfies readonly Entry[];

export const benchKeys = [
  {
    id: 'own-review',
    keys: ['r'],
    scopes: ['own'],
    label: 'look first',
    help: 'What, where and on which data, before it is measured',
    footer: 2,
  },
  { id: 'own-name', keys: ['e'], scopes: ['own'], label: 'another name', help: 'Choose the name of the fresh file', footer: 3 },
  { id: 'toggle', keys: ['space'], scopes: ['what'], label: 'choose', help: 'Choose or drop the implementation', footer: 2 },
  {
    id: 'at-recall',
    keys: ['r'],
    scopes: ['what'],
    label: 'at a recall',
    help: 'Settings: those of the sweep, or those found for recall 0.9, 0.95, 0.99 and 0.999',
    footer: 3,
  },
  { id: 'compare-plot', keys: ['p'], scopes: ['compare'], label: 'plot', help: 'The plot alone, or the table again', footer: 2 },
  {
    id: 'compare-notes',
    keys: ['n'],
    scopes: ['compare'],
    label: 'notes',
    help: 'What differs and what the figures say, in full',
    footer: 3,
  },
  {
    id: 'compare-rank',
    keys: ['c'],
    scopes: ['compare'],
    label: 'ranking',
    help: "The competition's ranking, or the table again",
    footer: 4,
  },
  {
    id: 'compare-baseline',
    keys: ['b'],
    scopes: ['compare'],
    label: 'baseline',
    help: 'Compare with the next run or implementation',
    footer: 5,
  },
] as const satisfies readonly Entry[];
