/**
 * Every key of the program, once. Dispatch, the footer, the `?` overlay and docs/keys.md are made from this table.
 */

import { workloadScopes } from '../workloads/scopes.ts';

export const scopeTitles = {
  anywhere: 'Anywhere',
  home: 'Home',
  ...workloadScopes,
  where: 'Where to run',
  'sign-in': 'Modal: signing in',
  hardware: 'Hardware',
  dataset: 'Dataset',
  inventory: 'What is in a dataset',
  secrets: 'Secrets at Modal',
  secret: 'A secret',
  setup: 'Set-up',
  review: 'Review',
  monitor: 'A run at work',
  result: 'Result',
  log: 'Log, full screen',
  runs: 'All runs',
  costs: 'Costs',
  compare: 'Runs compared',
  'compare-with': 'Compare with which run',
  doctor: 'Doctor',
  selftest: 'Self-test',
  help: 'Help',
  text: 'While typing',
  offer: 'A dataset that is not here',
  stop: 'Stopping a run',
  confirm: 'A question',
  spend: 'Before money is spent',
  quit: 'Leaving while a run is at work',
} as const;

export type Scope = keyof typeof scopeTitles;

export type Entry = {
  readonly id: string;
  /** Names as `src/terminal/keys.ts` gives them. The first is the one to show. */
  readonly keys: readonly string[];
  readonly scopes: readonly Scope[];
  /** One or two words for the footer. */
  readonly label: string;
  /** A line for the help. */
  readonly help: string;
  /** Lower stands further left; absent: not in the footer. One number for all scopes, or one for each that shows it. */
  readonly footer?: number | Readonly<Partial<Record<Scope, number>>>;
  /** What the footer shows in place of the first key. */
  readonly shown?: string;
};
