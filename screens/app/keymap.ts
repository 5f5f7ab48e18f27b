/**
 * Every key of the program, once. Dispatch, the footer, the `?` overlay and docs/keys.md are made from this table.
 */

import { workloadKeys, workloadStarts } from '../workloads/keys.ts';
import { workloadLists } from '../workloads/scopes.ts';
import type { Entry, Scope } from './entry.ts';

const lists = [
  'home',
  'costs',
  ...workloadLists,
  'where',
  'hardware',
  'dataset',
  'inventory',
  'result',
  'evaluation',
  'training',
  'runs',
  'compare',
  'compare-with',
  'doctor',
  'secrets',
  'secret',
] as const;
const steps = [...workloadLists, 'where', 'hardware', 'dataset'] as const;
const logs = ['monitor', 'log'] as const;

export const keymap = [
  // Anywhere
  { id: 'more', keys: ['?'], scopes: ['anywhere'], label: 'more', help: 'Every key that works here; type to search, Enter runs it' },
  { id: 'back', keys: ['esc', 'left', 'h'], scopes: ['anywhere'], label: 'back', help: 'One level back' },
  { id: 'quit', keys: ['q'], scopes: ['anywhere'], label: 'quit', help: 'Leave; asks first when a run is at work, and runs can go on' },
  { id: 'interrupt', keys: ['ctrl-c'], scopes: ['anywhere'], label: 'leave now', help: 'Leave at once (exit code 130); runs go on' },
  {
    id: 'suspend',
    keys: ['ctrl-z'],
    scopes: ['anywhere'],
    label: 'suspend',
    help: 'Stop the program, as everywhere in a shell; fg brings it back',
  },

  // Home
  { id: 'open', keys: ['enter', 'right', 'l'], scopes: ['home', 'runs'], label: 'open', help: 'Open what is selected', footer: 1 },
  ...workloadStarts,
  { id: 'runs', keys: ['r'], scopes: ['home'], label: 'all runs', help: 'Every run, with filter, stop, resume and remove', footer: 4 },
  { id: 'costs', keys: ['$'], scopes: ['home'], label: 'costs', help: 'What runs on Modal have cost: by day, run, app and hardware' },
  {
    id: 'stop-orphan',
    keys: ['x'],
    scopes: ['home'],
    label: 'stop',
    help: 'Stop an app of ours at Modal that no run here looks after; asks first',
  },
  {
    id: 'adopt',
    keys: ['a'],
    scopes: ['home'],
    label: 'adopt',
    help: 'Follow a run that was started elsewhere from here too',
  },
  { id: 'costs-by', keys: ['space', 'c'], scopes: ['costs'], label: 'by', help: 'By day, run, app or hardware', footer: 1 },
  { id: 'costs-month', keys: ['m'], scopes: ['costs'], label: 'month', help: 'Another month, or all of them', footer: 2 },
  { id: 'doctor', keys: ['d'], scopes: ['home'], label: 'doctor', help: 'What this machine lacks, and what mends it', footer: 5 },

  {
    id: 'set-up-modal',
    keys: ['m'],
    scopes: ['home', 'where'],
    label: 'Modal',
    help: 'Set up Modal: its client, your account, what it may spend',
    footer: { where: 2 },
  },

  // Signing in
  { id: 'sign-in-go', keys: ['enter'], scopes: ['sign-in'], label: 'go on', help: 'The next step: install, sign in, or done', footer: 1 },
  { id: 'sign-in-token', keys: ['t'], scopes: ['sign-in'], label: 'token', help: 'Paste a token that you have', footer: 2 },
  {
    id: 'sign-in-browser',
    keys: ['o'],
    scopes: ['sign-in'],
    label: 'browser',
    help: 'Open the page in the browser of this machine, where there is one',
    footer: 3,
  },
  { id: 'sign-in-new', keys: ['n'], scopes: ['sign-in'], label: 'somebody else', help: 'Sign in again, or as somebody else', footer: 4 },
  { id: 'sign-in-profile', keys: ['p'], scopes: ['sign-in'], label: 'profile', help: 'Use the next profile of the file', footer: 5 },
  { id: 'sign-in-environment', keys: ['e'], scopes: ['sign-in'], label: 'environment', help: 'Use the next environment of the workspace' },
  { id: 'sign-in-ask', keys: ['r'], scopes: ['sign-in'], label: 'ask again', help: 'Ask Modal again' },
  {
    id: 'sign-in-upgrade',
    keys: ['i'],
    scopes: ['sign-in'],
    label: 'client',
    help: "Install or upgrade Modal's client, into a place of its own",
  },
  { id: 'secrets', keys: ['s'], scopes: ['home'], label: 'secrets', help: 'Keys that containers on Modal are given', footer: 7 },

  // Secrets
  {
    id: 'secret-open',
    keys: ['enter', 'right', 'l'],
    scopes: ['secrets'],
    label: 'fill in',
    help: 'Make the selected secret, or write over it',
    footer: 1,
  },
  { id: 'secret-new', keys: ['n'], scopes: ['secrets'], label: 'another', help: 'A secret of any name', footer: 2 },
  { id: 'secret-delete', keys: ['D'], scopes: ['secrets'], label: 'delete', help: 'Delete the secret at Modal; asks first', footer: 3 },
  { id: 'secrets-again', keys: ['r'], scopes: ['secrets'], label: 'look again', help: 'Ask Modal again', footer: 4 },
  { id: 'secret-edit', keys: ['enter', 'right', 'l'], scopes: ['secret'], label: 'type', help: 'Type what is selected', footer: 1 },
  {
    id: 'secret-save',
    keys: ['s'],
    scopes: ['secret'],
    label: 'save',
    help: 'Send it to Modal; asks before it writes over one',
    footer: 2,
  },
  { id: 'secret-key', keys: ['a'], scopes: ['secret'], label: 'add a key', help: 'Another key of this secret', footer: 3 },

  // Wizard
  { id: 'next', keys: ['enter', 'right', 'l'], scopes: steps, label: 'next', help: 'Take what is selected and go on', footer: 1 },
  {
    id: 'prices',
    keys: ['p'],
    scopes: ['where'],
    label: 'prices',
    help: 'What the run would cost on which machine of Modal',
    footer: 3,
  },
  { id: 'ask-modal', keys: ['r'], scopes: ['where'], label: 'ask again', help: 'Ask Modal again who you are' },
  {
    id: 'sort',
    keys: ['s'],
    scopes: ['hardware'],
    label: 'sort',
    help: 'Sort by price, cores, memory of the GPU, its speed, or as listed',
    footer: 3,
  },
  {
    id: 'region',
    keys: ['r'],
    scopes: ['hardware'],
    label: 'region',
    help: 'On Modal: anywhere, or in one region, for a price',
    footer: 6,
  },
  {
    id: 'nonpreemptible',
    keys: ['p'],
    scopes: ['hardware'],
    label: 'uninterrupted',
    help: 'On Modal: containers that may not be interrupted, for three times the price',
  },
  {
    id: 'measure',
    keys: ['m'],
    scopes: ['hardware'],
    label: 'measure',
    help: 'How fast a training is on each GPU, before one is chosen: tells the price and asks',
    footer: 4.5,
  },
  {
    id: 'gpu-list',
    keys: ['f'],
    scopes: ['hardware'],
    label: 'GPUs',
    help: 'Name several GPUs: the next is asked for where there is no machine for the one before; the price is that of the dearest',
  },
  { id: 'mark-dataset', keys: ['space'], scopes: ['dataset'], label: 'mark', help: 'Mark the dataset, to measure on several in one run' },
  {
    id: 'inventory',
    keys: ['i'],
    scopes: ['dataset'],
    label: 'what is in it',
    help: 'What is in the dataset; of recordings patients, hours and seizures of each split',
    footer: 6,
  },
  { id: 'inventory-take', keys: ['enter'], scopes: ['inventory'], label: 'take it', help: 'Go on with this dataset', footer: 1 },
  {
    id: 'inventory-warnings',
    keys: ['w'],
    scopes: ['inventory'],
    label: 'warnings',
    help: 'Every warning with its place, or back to the figures',
    footer: 2,
  },
  { id: 'sync', keys: ['y'], scopes: ['dataset'], label: 'sync', help: 'Fetch the dataset now', footer: 3 },
  { id: 'launch', keys: ['enter'], scopes: ['review'], label: 'start', help: 'Start the run', footer: 1 },
  { id: 'change-what', keys: ['i'], scopes: ['review'], label: 'what', help: 'Change what is run', footer: 2 },
  { id: 'change-hardware', keys: ['w'], scopes: ['review'], label: 'hardware', help: 'Change what the run is priced on', footer: 3 },
  { id: 'change-dataset', keys: ['d'], scopes: ['review'], label: 'dataset', help: 'Change the dataset', footer: 4 },
  {
    id: 'budget',
    keys: ['b'],
    scopes: ['review'],
    label: 'budget',
    help: 'The most that may be spent; on this machine nothing is',
    footer: 5,
  },
  {
    id: 'more-containers',
    keys: ['+', '='],
    scopes: ['hardware', 'review'],
    label: 'containers',
    help: 'On Modal: one container more, as many as there are parts',
    shown: '+ -',
    footer: { hardware: 5 },
  },
  { id: 'fewer-containers', keys: ['-', '_'], scopes: ['hardware', 'review'], label: 'containers', help: 'On Modal: one container less' },
  { id: 'install', keys: ['enter'], scopes: ['setup'], label: 'go on', help: 'Start, try again, or go on when it is done', footer: 1 },

  // A run
  { id: 'result', keys: ['enter'], scopes: ['monitor'], label: 'result', help: 'The result, or what there is of it so far', footer: 1 },
  {
    id: 'full-log',
    keys: ['l'],
    scopes: ['monitor', 'result', 'evaluation', 'training'],
    label: 'log',
    help: 'The log, full screen',
    footer: { monitor: 2, result: 2 },
  },
  {
    id: 'middle-view',
    keys: ['p'],
    scopes: ['monitor'],
    label: 'view',
    help: 'The middle another way: a plot, a list, or both',
    footer: 4,
  },
  {
    id: 'middle-large',
    keys: ['v'],
    scopes: ['monitor'],
    label: 'large',
    help: 'The curves large, in the place of the log, or with it again',
    footer: 2.5,
  },
  {
    id: 'next-dataset',
    keys: ['d'],
    scopes: ['monitor', 'result', 'evaluation', 'training'],
    label: 'dataset',
    help: 'The next dataset, where the run has several; of a training the next metric',
  },
  {
    id: 'containers',
    keys: ['c'],
    scopes: ['monitor'],
    label: 'containers',
    help: 'The containers of a run on Modal, or its results again',
  },
  {
    id: 'raise-budget',
    keys: ['b'],
    scopes: ['monitor'],
    label: 'budget',
    help: 'More budget for a run on Modal, while it goes on',
  },
  {
    id: 'dashboard',
    keys: ['o'],
    scopes: ['monitor', 'result', 'evaluation', 'training', 'log', 'runs'],
    label: 'dashboard',
    help: 'The address of the run at Modal, opened in the browser where there is one',
  },
  {
    id: 'stop',
    keys: ['x'],
    scopes: ['monitor', 'runs'],
    label: 'stop',
    help: 'Stop the run, or the marked ones; asks first, what is finished is kept',
    footer: { monitor: 3, runs: 2.6 },
  },
  {
    id: 'resume',
    keys: ['R'],
    scopes: ['monitor', 'runs', 'result', 'evaluation', 'training'],
    label: 'resume',
    help: 'Go on with what stopped or failed',
    // It stands there only where it can be done, as stop does: then it is what is wanted.
    footer: { monitor: 3.5, runs: 2.5 },
  },
  { id: 'again', keys: ['enter'], scopes: ['result'], label: 'run again', help: 'The same choices once more', footer: 1 },
  {
    id: 'view',
    keys: ['p'],
    scopes: ['result'],
    label: 'plot/table',
    help: 'Plot and table, only the plot, or the whole list',
    footer: 3,
  },
  {
    id: 'remove',
    keys: ['D'],
    scopes: ['runs'],
    label: 'remove',
    help: 'Delete the run, or the marked ones, with the files; asks first and names them',
    footer: { runs: 8 },
  },
  { id: 'runs-list', keys: ['r'], scopes: ['monitor'], label: 'runs', help: 'All runs', footer: { monitor: 6 } },
  {
    id: 'report',
    keys: ['r'],
    scopes: ['result', 'evaluation', 'training'],
    label: 'report (HTML)',
    help: 'Write the whole result into one file for a browser, in this folder',
    footer: { result: 4, evaluation: 4, training: 5 },
  },

  // Comparing
  {
    id: 'mark',
    keys: ['space'],
    scopes: ['runs'],
    label: 'mark',
    help: 'Mark the run: x, R, D and c then mean the marked ones',
    footer: { runs: 2 },
  },
  {
    id: 'compare',
    keys: ['c'],
    scopes: ['runs', 'result', 'evaluation', 'training'],
    label: 'compare',
    help: 'Compare the marked runs, or this run with another',
    footer: { runs: 3, result: 5, evaluation: 3, training: 4 },
  },
  { id: 'compare-choose', keys: ['enter'], scopes: ['compare-with'], label: 'compare', help: 'Compare with what is selected', footer: 1 },
  { id: 'compare-open', keys: ['enter'], scopes: ['compare'], label: 'result', help: 'The result of the compared run', footer: 1 },
  ...workloadKeys,

  // Log
  { id: 'line-up', keys: ['up', 'k'], scopes: logs, label: 'scroll', help: 'Log: a line up', shown: '↑↓', footer: { log: 5 } },
  { id: 'line-down', keys: ['down', 'j'], scopes: logs, label: 'scroll', help: 'Log: a line down' },
  { id: 'log-page-up', keys: ['pgup', 'ctrl-u'], scopes: logs, label: 'page up', help: 'Log: a page up' },
  { id: 'log-page-down', keys: ['pgdn', 'ctrl-d'], scopes: logs, label: 'page down', help: 'Log: a page down' },
  { id: 'log-top', keys: ['g', 'home'], scopes: logs, label: 'start', help: 'Log: the oldest line that is held' },
  { id: 'follow', keys: ['G', 'end', 'f'], scopes: logs, label: 'follow', help: 'Log: follow the newest line', footer: { log: 2 } },
  { id: 'log-wrap', keys: ['w'], scopes: logs, label: 'wrap', help: 'Log: long lines go on below, or are cut', footer: { log: 7 } },
  { id: 'log-left', keys: ['left', 'h'], scopes: ['log'], label: 'left', help: 'Log: sideways, towards the beginning of the lines' },
  { id: 'log-right', keys: ['right', 'l'], scopes: ['log'], label: 'right', help: 'Log: sideways, towards the end of the lines' },
  {
    id: 'log-error',
    keys: ['!'],
    scopes: logs,
    label: 'errors',
    help: 'Log: the first line that tells of an error, then the next one',
    footer: { log: 1, monitor: 7 },
  },
  {
    id: 'log-edit',
    keys: ['e'],
    scopes: logs,
    label: 'edit',
    help: 'Log: your editor (VISUAL or EDITOR) at the line of your file that the error names, or at that line of the log',
    footer: { log: 4 },
  },
  {
    id: 'log-source',
    keys: ['s'],
    scopes: logs,
    label: 'source',
    help: 'Log: the whole, how the image was built, or one container',
    footer: { log: 6 },
  },
  { id: 'search', keys: ['/'], scopes: logs, label: 'search', help: 'Log: search, without regard to case', footer: { log: 3, monitor: 5 } },
  { id: 'search-next', keys: ['n'], scopes: logs, label: 'older', help: 'Log: the next match, towards older lines', footer: { log: 8 } },
  { id: 'search-previous', keys: ['N'], scopes: logs, label: 'newer', help: 'Log: the next match, towards newer lines' },

  // Doctor
  { id: 'check-again', keys: ['r'], scopes: ['doctor'], label: 'check again', help: 'Run every check again', footer: 2 },
  {
    id: 'selftest-local',
    keys: ['t'],
    scopes: ['doctor'],
    label: 'self-test',
    help: 'What is assumed of this machine, looked at one by one',
    footer: 3,
  },
  {
    id: 'selftest-modal',
    keys: ['s'],
    scopes: ['doctor', 'sign-in'],
    label: 'try Modal',
    help: 'The whole chain at Modal in miniature, for cents; its price is asked first',
    footer: { doctor: 4, 'sign-in': 6 },
  },
  {
    id: 'selftest-start',
    keys: ['enter'],
    scopes: ['selftest'],
    label: 'start',
    help: 'Start it; at Modal its price is asked first',
    footer: 1,
  },
  { id: 'mend', keys: ['enter'], scopes: ['doctor'], label: 'mend', help: 'How to mend what is selected', footer: 1 },

  // Lists
  {
    id: 'down',
    keys: ['down', 'j'],
    scopes: lists,
    label: 'choose',
    help: 'Down',
    shown: '↑↓',
    footer: {
      home: 9,
      what: 9,
      own: 9,
      evaluate: 9,
      prepare: 9,
      where: 9,
      hardware: 9,
      dataset: 9,
      runs: 9,
      doctor: 9,
      secrets: 9,
      secret: 9,
    },
  },
  { id: 'up', keys: ['up', 'k'], scopes: lists, label: 'up', help: 'Up' },
  { id: 'page-down', keys: ['pgdn', 'ctrl-d'], scopes: lists, label: 'page down', help: 'Half a page down' },
  { id: 'page-up', keys: ['pgup', 'ctrl-u'], scopes: lists, label: 'page up', help: 'Half a page up' },
  { id: 'top', keys: ['g', 'home'], scopes: lists, label: 'first', help: 'First' },
  { id: 'bottom', keys: ['G', 'end'], scopes: lists, label: 'last', help: 'Last' },
  {
    id: 'sort-runs',
    keys: ['s'],
    scopes: ['runs'],
    label: 'sort',
    help: 'Sort: newest or oldest first, by speed, by what, by state, by cost',
    footer: 5,
  },
  {
    id: 'filter',
    keys: ['/'],
    scopes: ['hardware', 'dataset', 'runs'],
    label: 'filter',
    help: 'Show only rows with these words',
    footer: 4,
  },

  // Help overlay
  { id: 'help-run', keys: ['enter'], scopes: ['help'], label: 'run it', help: 'Run the selected command', footer: 1 },
  { id: 'help-close', keys: ['esc'], scopes: ['help'], label: 'close', help: 'Close the help', footer: 2 },
  { id: 'help-down', keys: ['down'], scopes: ['help'], label: 'choose', help: 'Down', shown: '↑↓', footer: 3 },
  { id: 'help-up', keys: ['up'], scopes: ['help'], label: 'up', help: 'Up' },
  { id: 'help-erase', keys: ['backspace'], scopes: ['help'], label: 'erase', help: 'Erase a letter of the search' },

  // Typing
  { id: 'accept', keys: ['enter'], scopes: ['text'], label: 'take it', help: 'Take what is typed', footer: 1 },
  { id: 'cancel', keys: ['esc'], scopes: ['text'], label: 'leave it', help: 'Leave without a change', footer: 2 },
  { id: 'erase', keys: ['backspace'], scopes: ['text'], label: 'erase', help: 'Erase a letter' },
  { id: 'clear', keys: ['ctrl-u'], scopes: ['text'], label: 'clear', help: 'Erase everything', footer: 3 },

  // Questions
  { id: 'offer-fetch', keys: ['enter'], scopes: ['offer'], label: 'fetch', help: 'Fetch the dataset now', footer: 1 },
  {
    id: 'offer-from',
    keys: ['f'],
    scopes: ['offer'],
    label: 'from a path',
    help: 'Take it from a file or folder on this machine',
    footer: 2,
  },
  { id: 'offer-leave', keys: ['esc'], scopes: ['offer'], label: 'not now', help: 'Back to the list; what came so far is kept', footer: 3 },
  { id: 'stop-no', keys: ['enter', 'esc', 'n'], scopes: ['stop'], label: 'let it run', help: 'Nothing is stopped', footer: 1 },
  { id: 'stop-yes', keys: ['s', 'y'], scopes: ['stop'], label: 'stop it', help: 'Stop the run; what is finished is kept', footer: 2 },
  { id: 'confirm-yes', keys: ['y'], scopes: ['confirm'], label: 'yes', help: 'Do it', footer: 2 },
  { id: 'confirm-no', keys: ['enter', 'esc', 'n'], scopes: ['confirm'], label: 'no', help: 'Leave everything as it is', footer: 1 },
  {
    id: 'spend-no',
    keys: ['enter', 'esc', 'n'],
    scopes: ['spend'],
    label: 'not now',
    help: 'Nothing is started, nothing is spent',
    footer: 1,
  },
  { id: 'spend-yes', keys: ['y'], scopes: ['spend'], label: 'start, and pay', help: 'Start it on Modal', footer: 2 },
  { id: 'quit-detach', keys: ['enter', 'd'], scopes: ['quit'], label: 'leave it running', help: 'Leave; the run goes on', footer: 1 },
  { id: 'quit-stop', keys: ['s'], scopes: ['quit'], label: 'stop it', help: 'Stop the run, then leave', footer: 2 },
  { id: 'quit-stay', keys: ['esc'], scopes: ['quit'], label: 'stay', help: 'Stay here', footer: 3 },
] as const satisfies readonly Entry[];

type Row = (typeof keymap)[number];

type InScope<R extends Entry, S extends Scope> = R extends Entry ? (S extends R['scopes'][number] ? R['id'] : never) : never;

/** The commands of one scope, by id: what a screen has to handle. */
export type CommandOf<S extends Scope> = InScope<Row, S>;

/** The commands of home that a workload begins with. */
export type StartCommand = Extract<(typeof workloadStarts)[number], { readonly scopes: readonly ['home', ...string[]] }>['id'];

export type CommandId = Row['id'];

/** What works from behind every dialog. */
export const alwaysThere: ReadonlySet<string> = new Set<CommandId>(['interrupt', 'suspend']);

/** Scopes that shut everything below them out, but for what is always there. */
export const modalScopes: ReadonlySet<Scope> = new Set(['help', 'text', 'offer', 'stop', 'confirm', 'spend', 'quit']);

const inScope = (entry: Entry, scope: Scope): boolean => entry.scopes.includes(scope);

/** What works while `scope` is on top, in the table's order. A key that a screen has for itself means nothing else there. */
export const entriesFor = (scope: Scope): readonly Entry[] => {
  const own = (keymap as readonly Entry[]).filter(entry => inScope(entry, scope));
  if (scope === 'anywhere') return own;
  const taken = new Set(own.flatMap(({ keys }) => keys));
  const everywhere = (keymap as readonly Entry[]).filter(
    entry => inScope(entry, 'anywhere') && (!modalScopes.has(scope) || alwaysThere.has(entry.id)),
  );
  return [...own, ...everywhere.map(entry => ({ ...entry, keys: entry.keys.filter(key => !taken.has(key)) }))];
};

/** The command that `key` means while `scope` is on top. */
export const commandFor = (scope: Scope, key: string): Entry | undefined => entriesFor(scope).find(({ keys }) => keys.includes(key));

const shownKeys: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pgup: 'PgUp',
  pgdn: 'PgDn',
  home: 'Home',
  end: 'End',
  backspace: 'Backspace',
};

export const footerPlace = ({ footer }: Entry, scope: Scope): number | undefined => (typeof footer === 'object' ? footer[scope] : footer);

export const keyLabel = (key: string): string => shownKeys[key] ?? key;
