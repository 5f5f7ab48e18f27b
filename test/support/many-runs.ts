/** As many finished runs as are wanted, with folders as real ones have them: journal, snapshot, log, events, results. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runFiles } from '../../src/runs/files.ts';
import { openJournal } from '../../src/runs/journal.ts';
import type { JournalEntry } from '../../src/runs/journal-entry.ts';
import { createRun, removeRun } from '../../src/runs/store.ts';
import { paths } from '../../src/util/paths.ts';
import { localSpec } from './spec.ts';

const pointsEach = 16;

const said = (seq: number, fields: object): JournalEntry => ({
  kind: 'event',
  attempt: 1,
  event: { v: 1, seq, container: 'main', time: 1_790_000_000 + seq, ...fields } as never,
});

/** What a run of sixteen points says: phases, progress four times a point, the points. */
const story = (): readonly JournalEntry[] => {
  const handle = { pid: 99_999_999, start: '1', boot: 'x' };
  const events: JournalEntry[] = [];
  const say = (fields: object) => events.push(said(events.length + 1, fields));
  say({ type: 'started', job: 'bench', pid: 1, machine: { cpu: 'AMD EPYC', cores: 2, isa: 'avx2', compiler: 'g++ 12.2.0', os: 'Linux' } });
  say({ type: 'phase', phase: 'build', state: 'start', label: 'hnsw M=16' });
  say({ type: 'phase', phase: 'build', state: 'done', label: 'hnsw M=16', seconds: 3.2 });
  say({ type: 'phase', phase: 'sweep', state: 'start' });
  for (let number = 0; number < pointsEach; number += 1) {
    for (let part = 1; part <= 4; part += 1)
      say({
        type: 'progress',
        phase: 'sweep',
        done: number * 4 + part,
        total: pointsEach * 4,
        unit: 'points',
        label: 'hnsw',
        eta_seconds: 9.5,
        job_eta_seconds: 9.5,
      });
    say({
      type: 'point',
      dataset: 'quick',
      impl: 'hnsw',
      params: { M: 16, efConstruction: 200, efSearch: 10 * (number + 1) },
      k: 10,
      threads: 1,
      recall: 0.9 + number / 200,
      qps: 21_430.5 - 900 * number,
      qps_median: 21_000 - 900 * number,
      latency_ms: { mean: 0.047, p50: 0.045, p95: 0.06, p99: 0.08, max: 0.4 },
      build_seconds: 3.2,
      index_bytes: 16_800_000,
      rss_bytes: 120_000_000,
      passes: [0.0467, 0.0471, 0.0469, 0.0472, 0.0468],
    });
  }
  say({ type: 'result', seconds: 41.2, file: 'results.json' });
  return [
    { kind: 'supervised', by: handle, recovered: false },
    { kind: 'launching', attempt: 1 },
    { kind: 'launched', attempt: 1, handle },
    ...events,
    { kind: 'exited', attempt: 1, code: 0, signal: null, lost: false },
    { kind: 'ended', outcome: 'done', exitCode: 0 },
  ];
};

const nameOf = (number: number): string => `bench-${number.toString(36).padStart(6, '0')}`;

/** `snapshots`: as a supervisor leaves them; without, as an upgrade of this program finds them. */
export const makeRuns = (count: number, { snapshots = true }: { readonly snapshots?: boolean } = {}): void => {
  const model = createRun(
    localSpec({
      implementations: [
        {
          name: 'hnsw',
          build: { M: 16, efConstruction: 200 },
          search: Array.from({ length: pointsEach }, (_, at) => ({ efSearch: 10 * (at + 1) })),
        },
      ],
    }),
  );
  const files = runFiles(model);
  const journal = openJournal(files);
  for (const entry of story()) journal?.append(entry);
  journal?.writeSnapshot();
  journal?.close();
  const [text, state] = [files.journal, files.snapshot].map(file => readFileSync(file, 'utf8')) as [string, string];
  removeRun(model);
  for (let number = 0; number < count; number += 1) {
    const run = nameOf(number);
    const folder = path.join(paths().runs, run);
    for (const name of ['owner', 'intents', 'job']) mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, 'owner/1'), '{"released":true}\n');
    writeFileSync(path.join(folder, 'journal.ndjson'), text.replaceAll(model, run));
    if (snapshots) writeFileSync(path.join(folder, 'state.json'), state.replaceAll(model, run));
    writeFileSync(path.join(folder, 'job/log'), 'ef=10 recall=0.9100 qps=21430 (best of 5)\n'.repeat(120));
  }
};
