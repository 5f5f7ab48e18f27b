/** The commands that only benchmarks have. */
import { type Command, runNote } from '../../../cli/command.ts';
import { datasetOptions, runOptions } from '../../../cli/run-options.ts';
import { peerNames } from '../implementations.ts';

export const benchCommands: readonly Command[] = [
  {
    name: 'bench',
    summary: 'benchmark implementations, on this machine or on Modal',
    positionals: [],
    options: {
      impl: { value: 'NAME[,…]', multiple: true, says: 'what to measure: built-in, or a .cpp or .py file of yours' },
      compare: { value: 'NAME[,…]', multiple: true, says: 'and what beside it (qg, where all are files of yours); none: nothing' },
      dataset: { value: 'NAME[,…]', multiple: true, says: 'on which data (quick)' },
      k: { value: 'N', says: 'neighbours a query asks for (10)' },
      threads: { value: 'N|all', says: 'threads that search (1, kept on one core); building uses every core' },
      subset: { value: 'N', says: 'only the first N vectors, with exact answers computed anew' },
      sweep: { value: 'FILE', says: 'build and search parameters to try' },
      recall: { value: 'R[,…]', multiple: true, says: 'instead of a sweep: find the settings that reach these, and measure them' },
      check: { says: 'sanitizers over your C++ files; nothing is measured' },
      ...datasetOptions,
      ...runOptions,
    },
    more: [
      'Libraries of others beside yours, all of them: --impl peers,./mine.cpp; by name (docs/peers.md):',
      `  ${peerNames.slice(0, 7).join(', ')},`,
      `  ${peerNames.slice(7).join(', ')}`,
      'Ctrl-C leaves the run going; `ann-tui attach RUN` comes back to it, `ann-tui stop RUN` ends it.',
    ],
    load: () => import('./bench.ts'),
  },
  {
    name: 'new',
    summary: 'a file of your own to begin with: C++ that builds and passes; --model: Python that trains',
    positionals: [{ name: 'NAME', required: true }],
    options: {
      model: { says: 'a seizure detector of your own, NAME.py' },
      dir: { value: 'DIR', says: 'where it is written (this folder)' },
    },
    more: [
      'Then edit it, and measure it beside qg, our index: ann-tui bench --impl ./NAME.cpp',
      'A model: ann-tui train --config laptop --model ./NAME.py',
    ],
    load: () => import('../../../cli/commands/new.ts'),
  },
  {
    name: 'compare',
    summary: 'runs at equal recall, ratios with their intervals; one run alone: its implementations',
    positionals: [{ name: 'RUN', required: true, many: true }],
    options: {
      recall: { value: 'R[,…]', multiple: true, says: 'at which recalls (0.9, 0.95, 0.99, 0.999)' },
      baseline: { value: 'RUN|NAME', says: 'compare with this run or implementation (the first run; naive)' },
      rule: { value: 'competition', says: 'rank: recall@10 of 0.90 or out, then QPS, p95, index, build' },
      csv: { says: 'CSV on stdout, a line a series and recall' },
    },
    more: [...runNote, 'Two evaluations are compared as well: what differs, then their detectors side by side.'],
    load: () => import('../../../cli/commands/compare.ts'),
  },
];
