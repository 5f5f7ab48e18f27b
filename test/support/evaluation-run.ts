/** A run of an evaluation that was never done: as a state, and as the folder that a finished one leaves. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunFiles } from '../../src/runs/files.ts';
import { runFiles } from '../../src/runs/files.ts';
import { journalLine } from '../../src/runs/journal.ts';
import type { JournalEntry, Outcome } from '../../src/runs/journal-entry.ts';
import { createRun } from '../../src/runs/store.ts';
import type { EvaluateResults, TraceRef } from '../../src/workloads/evaluate/results.ts';
import type { EvaluateRun, EvaluateSpec } from '../../src/workloads/evaluate/spec.ts';
import { basisOf } from '../../src/workloads/evaluate/verdict.ts';
import { traceFileOf } from './evaluation.ts';
import { localSpec } from './spec.ts';

export const evaluateSpec = (results: EvaluateResults, synthetic = true): EvaluateSpec => {
  const { v, target, hardware, budget, timeout } = localSpec();
  const judged = [...new Set(results.judged.map(({ dataset }) => dataset))];
  const names = judged.length > 0 ? judged : ['synthetic-seizures'];
  return {
    v,
    kind: 'evaluate',
    target,
    datasets: names.map(name => ({ name, url: null })),
    hardware,
    budget,
    timeout,
    checkpoint: 'baseline',
    settings: { montage: 'referential', rate: 256, low: 0.5, high: 60, notch: null, filter: 'zero-phase', clip: 10 },
    data: names.map(dataset => ({
      dataset,
      synthetic,
      split_hash: '5f1c0d9be2a7',
      splits: [{ split: 'test' as const, ...basisOf({ judged: results.judged.filter(one => one.dataset === dataset) }) }],
    })),
    seed: 0,
    draws: 1000,
  };
};

export type EvaluateStateOptions = {
  readonly at?: number;
  readonly synthetic?: boolean;
  readonly live?: boolean;
  readonly outcome?: Outcome;
};

export const evaluateState = (
  run: string,
  results: EvaluateResults,
  { at = Date.UTC(2026, 10, 22, 9, 0, 0), synthetic = true, live = false, outcome = 'done' }: EvaluateStateOptions = {},
): EvaluateRun => ({
  run,
  spec: evaluateSpec(results, synthetic),
  status: live ? 'running' : 'ended',
  attempt: 1,
  createdAt: at,
  launchedAt: at + 100,
  ranBefore: 0,
  phases: [],
  results,
  warnings: [],
  lastSeq: {},
  missingEvents: 0,
  badEvents: 0,
  ...(!live && { endedAt: at + 72_000, outcome, exitCode: outcome === 'done' ? 0 : 1 }),
});

/** What `results.json` holds beyond the events, as the job writes it. */
const resultsJson = (results: EvaluateResults) => {
  const mean = (value: number) => ({ mean: value, sd: 0.2, defined: 15, undefined: 5, zero_mean: value, zero_sd: 0.2 });
  const means = { sensitivity: mean(0.71), precision: mean(0.64), f1: mean(0.6), fa_per_day: mean(12.5) };
  const pooled = { found: 12, false: 3, reference: 21, sensitivity: 0.57, precision: 0.8, f1: 0.67, fa_per_day: 25 };
  return {
    v: 1,
    job: 'evaluate',
    machine: {
      cpu: 'AMD EPYC',
      cores: 2,
      os: 'Linux 6.1',
      python: '3.11.7',
      numpy: '2.4.6',
      scipy: '1.17.1',
      edfio: '0.4.18',
      timescoring: '0.0.7',
      seizure: '0.1.0',
    },
    settings: { montage: 'referential', rate: 256, low: 0.5, high: 60, notch: null, filter: 'zero-phase', clip: 10 },
    datasets: [...new Set(results.judged.map(({ dataset }) => dataset))].map(name => ({
      name,
      layout: 'bids',
      version: '1',
      licence: 'made here',
      synthetic: true,
      split_hash: '5f1c0d9be2a7',
      store: `/data/stores/${name}-0a1b2c3d4e5f`,
      splits: [{ split: 'test', ...basisOf(results) }],
    })),
    checkpoint: 'baseline',
    seed: 0,
    draws: 1000,
    ...results,
    detectors: results.detectors.map(score => ({
      ...score,
      causal: true,
      dev_auroc: score.auroc ?? null,
      threshold_chosen: true,
      scores: {
        v: 1,
        rules: 'SzCORE rules, 1-Hz (as szcore_evaluation 0.0.7); not NEDC',
        vanished: 0,
        events: { pooled, over_patients: means },
        samples: { pooled, over_patients: means },
        kinds: [
          { kind: 'sz-foc', seizures: 14, found: 9, sensitivity: 9 / 14 },
          { kind: 'sz-gen', seizures: 7, found: 6, sensitivity: 6 / 7 },
        ],
        curves: {
          reliability: Array.from({ length: 15 }, (_, n) => ({
            low: n / 15,
            high: (n + 1) / 15,
            seconds: n > 12 ? 0 : 900 - 60 * n,
            score: n > 12 ? null : (n + 0.5) / 15,
            seizure: n > 12 ? null : n / 20,
          })),
        },
      },
    })),
    seconds: 71.3,
  };
};

const texts = new Map<string, string>();

/** Made once: the same traces stand in many runs. */
const textOf = (trace: TraceRef): string => {
  const key = JSON.stringify(trace);
  const text = texts.get(key) ?? JSON.stringify(traceFileOf(trace));
  texts.set(key, text);
  return text;
};

/** The job's folder as a finished evaluation leaves it. */
export const writeJob = (job: string, results: EvaluateResults): void => {
  mkdirSync(path.join(job, 'traces'), { recursive: true });
  for (const of of new Map(results.traces.map(trace => [trace.file, trace])).values()) writeFileSync(path.join(job, of.file), textOf(of));
  for (const { dataset, detector } of results.detectors) mkdirSync(path.join(job, 'predictions', dataset, detector), { recursive: true });
  writeFileSync(path.join(job, 'results.json'), JSON.stringify(resultsJson(results)));
};

/** What an evaluation tells: types of events, with their fields. */
export const scoreEvents = (results: EvaluateResults): readonly (readonly [string, object])[] => [
  ...results.judged.map(one => ['judged', one] as const),
  ...results.detectors.map(one => ['detector', one] as const),
  ...results.patients.map(one => ['patient', one] as const),
  ...results.traces.map(one => ['trace', one] as const),
];

/** A journal of one attempt that told these events. `over`: false leaves it stopped. */
export const writeJournal = (files: RunFiles, told: readonly (readonly [string, object])[], over = true): void => {
  const handle = { pid: 99_999_999, start: '1', boot: 'x' };
  const entries: readonly JournalEntry[] = [
    { kind: 'launching', attempt: 1 },
    { kind: 'launched', attempt: 1, handle },
    ...told.map(
      ([type, fields], n): JournalEntry => ({
        kind: 'event',
        attempt: 1,
        event: { v: 1, seq: n + 1, container: 'main', time: 1e9 + n, type, ...fields } as never,
      }),
    ),
    { kind: 'exited', attempt: 1, code: over ? 0 : 130, signal: null, lost: false },
    over ? { kind: 'ended', outcome: 'done', exitCode: 0 } : { kind: 'ended', outcome: 'stopped', exitCode: 130 },
  ];
  const at = Date.now() - 72_000;
  appendFileSync(files.journal, entries.map((entry, n) => `${JSON.stringify(journalLine(entry, n + 2, at + n))}\n`).join(''));
};

/** A run with its journal and its files in the home of the test. `over`: false leaves it without an end and without results.json. */
export const writeEvaluateRun = (
  results: EvaluateResults,
  { synthetic = true, over = true } = {},
): { readonly run: string; readonly files: RunFiles } => {
  const run = createRun(evaluateSpec(results, synthetic));
  const files = runFiles(run);
  writeJournal(files, scoreEvents(results), over);
  writeJob(files.job, results);
  if (!over) writeFileSync(files.results, '');
  return { run, files };
};
