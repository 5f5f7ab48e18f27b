/**
 * Does the truth lie in the forecast's range? Runs of the real program, alone, beside a process that computes all the time, and beside one that comes
 * and goes, are replayed line by line; at each word of progress the range is held against the end that came.
 * ANN_TUI_JOURNALS=DIR replays the journals below DIR as well, ANN_TUI_JOURNALS_ONLY=1 nothing else.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forecast, withProgress } from '../../src/metering/forecast.ts';
import { foldText } from '../../src/runs/fold.ts';
import type { JournalLine } from '../../src/runs/journal-entry.ts';
import type { RunState } from '../../src/runs/state.ts';
import { Home } from '../e2e/program.ts';
import { median, report } from './report.ts';

type Replay = { readonly inside: readonly boolean[]; readonly widths: readonly number[]; readonly seconds: number };

/** Undefined for a run that did not come to its end in one go. */
const replay = (lines: readonly string[]): Replay | undefined => {
  const parsed = lines.map(line => JSON.parse(line) as JournalLine);
  const end = parsed.flatMap(line => (line.kind === 'event' && line.event.type === 'result' ? [line.event.time] : []))[0];
  const begin = parsed.flatMap(line => (line.kind === 'event' && line.event.type === 'started' ? [line.event.time] : []));
  if (end === undefined || begin.length !== 1) return undefined;
  const inside: boolean[] = [];
  const widths: number[] = [];
  let state: RunState | undefined;
  let paces: RunState['paces'];
  lines.forEach((text, index) => {
    state = foldText(state, text);
    const line = parsed[index];
    if (state === undefined || line?.kind !== 'event' || line.event.type !== 'progress') return;
    paces = withProgress(paces, line.event);
    const { time } = line.event;
    const said = forecast({ ...state, paces }, { wall: time * 1000, uptime: 0, boot: '' });
    if (said === undefined) return;
    inside.push(time + said.seconds.p10 <= end && end <= time + said.seconds.p90);
    widths.push(said.seconds.p90 - said.seconds.p10);
  });
  return inside.length < 6 ? undefined : { inside, widths, seconds: end - (begin[0] as number) };
};

const sweeps = [
  'implementations:\n  naive: {}\n  hnsw: { build: { M: [8, 16], efConstruction: [100] }, search: { efSearch: [10, 20, 40, 80, 160] } }\n',
  'implementations:\n  naive: {}\n  hnsw: { build: { M: [12], efConstruction: [200] }, search: { efSearch: [10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480] } }\n',
  'implementations:\n  naive: {}\n  hnsw: { build: { M: [4, 8, 16, 32], efConstruction: [40, 120] }, search: { efSearch: [20, 200] } }\n',
];
const loads = ['alone', 'beside one', 'beside one that comes and goes'] as const;

const busy = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });

/** Keeps the machine as busy as `load` says until told to stop. */
const disturb = (load: (typeof loads)[number]): (() => Promise<void>) => {
  let over = load === 'alone';
  const work = (async () => {
    while (!over) {
      const other = busy();
      for (let tenths = 0; !over && (load === 'beside one' || tenths < 60); tenths += 1) await sleep(100);
      other.kill('SIGKILL');
      for (let tenths = 0; !over && tenths < 40; tenths += 1) await sleep(100);
    }
  })();
  return async () => {
    over = true;
    await work;
  };
};

const recorded = async (): Promise<readonly string[]> => {
  const home = new Home();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-sweeps-'));
  try {
    for (const [number, sweep] of sweeps.entries()) {
      const file = path.join(folder, `sweep-${number}.yaml`);
      writeFileSync(file, sweep);
      for (const load of loads) {
        const calm = disturb(load);
        const ended = home.run(['bench', '--impl', 'naive,hnsw', '--dataset', 'quick', '--sweep', file, '--yes', '--json']);
        const { exitCode, stderr } = await ended.finally(calm);
        if (exitCode !== 0) throw new Error(`bench ended with ${exitCode}: ${stderr}`);
      }
    }
    return home.runs().map(run => home.runFile(run, 'journal.ndjson'));
  } finally {
    await home.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const below = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => path.basename(name) === 'journal.ndjson')
    .map(name => readFileSync(path.join(folder, name), 'utf8'));

const given = process.env.ANN_TUI_JOURNALS;
const texts = [...(given === undefined ? [] : below(given)), ...(process.env.ANN_TUI_JOURNALS_ONLY === undefined ? await recorded() : [])];
const replays = texts.flatMap(text => replay(text.trimEnd().split('\n')) ?? []);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const shares = replays.map(({ inside }) => mean(inside.map(Number)));
// A run counts as much as another, however often it spoke.
const figure = mean(shares);
const thirds = replays.map(({ widths }) => {
  const third = Math.floor(widths.length / 3);
  return { first: mean(widths.slice(0, third)), last: mean(widths.slice(-third)) };
});
const narrowed = thirds.filter(({ first, last }) => last < first).length;
const moments = replays.reduce((sum, { inside }) => sum + inside.length, 0);

report({
  name: 'forecast',
  method: `${replays.length} runs of sweeps on quick, alone, beside a process that computes, and beside one that comes and goes, replayed; ${moments} moments`,
  lines: [
    `  the end lies inside p10–p90  ${(figure * 100).toFixed(1)} % of moments (of single runs: median ${(median(shares) * 100).toFixed(0)} %, least ${(Math.min(...shares) * 100).toFixed(0)} %)`,
    `  the range narrows            in ${narrowed} of ${replays.length} runs: from ${(mean(thirds.map(({ first }, n) => first / (replays[n]?.seconds ?? 1))) * 100).toFixed(0)} % of the whole run in its first third to ${(mean(thirds.map(({ last }, n) => last / (replays[n]?.seconds ?? 1))) * 100).toFixed(0)} % in its last`,
  ],
  figure,
  bar: '70–90 % inside, and the range narrows in every run',
  ok: figure >= 0.7 && figure <= 0.9 && narrowed === replays.length,
  data: replays.map(({ seconds, inside }, n) => ({ seconds, moments: inside.length, inside: shares[n], ...thirds[n] })),
});
