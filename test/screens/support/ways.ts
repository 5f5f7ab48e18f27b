/** Every screen, and the keys that lead to it from home. */
import type { Route } from '../../../screens/app/context.tsx';
import { createFakeServices } from './services.ts';
import { failed, finished, running } from './states.ts';

/** Three runs, one of them at work, and a log that is wider than any terminal. */
export const someRuns = (now = Date.now()) => {
  const made = createFakeServices({
    runs: [running('bench-aaaaaa', 5, now - 9000), finished('bench-bbbbbb', now - 7_300_000), failed('bench-cccccc', now - 90_000_000)],
  });
  made.log.add(
    ...Array.from({ length: 40 }, (_, n) => `line ${n} with 日本語 and a tail that is far too long for any terminal ${'x'.repeat(200)}`),
  );
  return made;
};

/** How to get to every screen, and what shows that it is there. */
export const ways: Readonly<
  Record<
    Exclude<Route['screen'], 'page'> | 'what' | 'own' | 'train' | 'model' | 'evaluate' | 'prepare' | 'help' | 'quit',
    readonly (readonly [keys: readonly string[], shows: string | RegExp])[]
  >
> = {
  home: [[[], 'Running']],
  own: [
    [['n'], 'enter writes it'],
    [['enter'], 'enter measures it'],
  ],
  'sign-in': [[['m'], 'enter installs it']],
  what: [[['b'], '2 chosen']],
  where: [
    [['b'], '2 chosen'],
    [['enter'], 'Where shall'],
  ],
  hardware: [
    [['b'], '2 chosen'],
    [['enter', 'p'], '≈ $'],
  ],
  dataset: [
    [['b'], '2 chosen'],
    [['enter', 'enter'], '✓ here'],
  ],
  train: [[['t'], 'trains on a laptop']],
  model: [
    [['t'], 'trains on a laptop'],
    [['n'], 'takes it'],
  ],
  evaluate: [[['e'], 'By configs/prepare.yaml']],
  prepare: [[['p'], 'By configs/prepare.yaml']],
  inventory: [
    [['e'], 'On which channels'],
    [['enter', 'enter'], '✓ here'],
    [['j', 'j', 'i'], 'splits share no patient'],
  ],
  review: [
    [['b'], '2 chosen'],
    [['enter', 'enter'], '✓ here'],
    [['enter'], 'enter starts it'],
  ],
  selftest: [
    [['d'], 'missing'],
    [['t'], 'enter starts it'],
  ],
  setup: [
    [['d'], 'missing'],
    [['j', 'enter'], 'Set-up makes'],
  ],
  runs: [[['r'], /Runs {2}1 of 3/]],
  compare: [
    [['r'], /Runs {2}1 of 3/],
    [['j', 'space', 'space'], '2 marked'],
    [['c'], 'QPS'],
  ],
  'compare-with': [
    [['enter'], '5 of 9 points'],
    [['enter'], 'at recall'],
    [['c'], 'Compare bench-aaaaaa with'],
  ],
  costs: [[['$'], 'Nothing was billed']],
  secrets: [[['s'], 'wandb-secret']],
  secret: [
    [['s'], 'wandb-secret'],
    [['enter'], 'WANDB_API_KEY'],
  ],
  doctor: [[['d'], 'C++ compiler']],
  monitor: [[['enter'], '5 of 9 points']],
  result: [
    [['enter'], '5 of 9 points'],
    [['enter'], 'at recall'],
  ],
  log: [
    [['enter'], '5 of 9 points'],
    [['l'], '› log'],
    [[], 'line 39'],
  ],
  help: [[['?'], 'Search']],
  quit: [[['q'], 'is at work']],
};
