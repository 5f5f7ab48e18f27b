/** Windows out of a store: how many a second with the system's cache warm and cold, and how long a training batch takes. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { harness } from './harness.ts';
import { report } from './report.ts';

type Speed = {
  windows_per_second: number;
  windows_per_cpu_second: number;
  batch_ms: number;
  batch_cpu_ms: number;
  slowest_batch_ms: number;
};

const LEAST = 5000;
const MOST_MS = 15;

const python = await harness();
const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-loader-'));
try {
  const script = path.join(packageRoot, 'test/measure/eeg_loader.py');
  const { stdout } = await execa(python, [script, '--folder', folder], { stderr: 'inherit' });
  const { warm, cold, batch } = JSON.parse(stdout) as { warm: Speed; cold?: Speed; batch: Speed };
  const line = (what: string, speed: Speed) =>
    `  ${what.padEnd(30)} ${speed.windows_per_cpu_second.toFixed(0)} windows/CPU s, ${speed.windows_per_second.toFixed(0)} windows/s; batch of 32: ${speed.batch_cpu_ms.toFixed(1)} CPU ms, ${speed.batch_ms.toFixed(1)} ms, slowest ${speed.slowest_batch_ms.toFixed(0)} ms`;
  report({
    name: 'eeg-loader',
    method:
      '24 recordings of half an hour, 19 channels, half of the windows with a seizure, one core; by its processor time, the best of three passes',
    lines: [
      line('60 s at 256 Hz, warm', warm),
      cold === undefined ? '  cold: this system cannot drop its cache of a file' : line('60 s at 256 Hz, cold', cold),
      line('30 s at 128 Hz, warm', batch),
    ],
    figure: warm.windows_per_cpu_second,
    bar: `≥ ${LEAST} windows/s warm, a batch of 32 × 30 s at 128 Hz ≤ ${MOST_MS} ms`,
    ok: warm.windows_per_cpu_second >= LEAST && batch.batch_cpu_ms <= MOST_MS,
    data: { warm, cold, batch },
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
