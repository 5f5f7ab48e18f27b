/** Days of EEG, prepared: seconds of recording for a second of one core, and the memory it takes. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { harness } from './harness.ts';
import { report } from './report.ts';

type Case = {
  what: string;
  hours: number;
  wall_seconds: number;
  cpu_seconds: number;
  times_real: number;
  worker_mb: number;
  leader_mb: number;
};

const MOST_MB = 512;
const LEAST_TIMES = 200;

const python = await harness();
const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-prepare-'));
try {
  const script = path.join(packageRoot, 'test/measure/eeg_prepare.py');
  const run = async (...args: readonly string[]) => (await execa(python, [script, ...args], { stderr: 'inherit' })).stdout;
  const cases: Case[] = [];
  for (const what of JSON.parse(await run('list')) as readonly string[]) {
    console.error(what);
    await run('make', '--case', what, '--folder', folder);
    cases.push({ what, ...JSON.parse(await run('measure', '--case', what, '--folder', folder)) });
  }
  const slowest = Math.min(...cases.map(({ times_real }) => times_real));
  const memory = Math.max(...cases.map(({ worker_mb, leader_mb }) => worker_mb + leader_mb));
  report({
    name: 'eeg-prepare',
    method: '19 channels to 256 Hz, 0.5–60 Hz, one worker; by its processor time, for others may be at the disk',
    lines: cases.map(
      one =>
        `  ${one.what.padEnd(44)} ${one.times_real.toFixed(0).padStart(6)} × real time  ${one.cpu_seconds.toFixed(1)} CPU s, ${one.wall_seconds.toFixed(1)} s  worker ${one.worker_mb.toFixed(0)} MB, leader ${one.leader_mb.toFixed(0)} MB`,
    ),
    figure: slowest,
    bar: `≥ ${LEAST_TIMES} × real time per core, ≤ ${MOST_MB} MB`,
    ok: slowest >= LEAST_TIMES && memory <= MOST_MB,
    data: cases,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
