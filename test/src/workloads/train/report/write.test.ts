/** A training's report: its evaluation's, with curves, seeds and config, in one file that asks for nothing. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeTrainReport } from '../../../../../src/workloads/train/report/write.ts';
import { findChromium, renderIn } from '../../../../support/chromium.ts';
import { givenHome } from '../../../../support/home.ts';
import { type TrainingOptions, writeTrainRun } from '../../../../support/training.ts';

givenHome();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (options: TrainingOptions, preset?: string): string =>
  readFileSync(writeTrainReport(writeTrainRun(options, preset), folder).file, 'utf8');

/** What a reader sees of it. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const metrics = ['loss', 'dev AUROC', 'dev loss', 'learning rate', 'gradient norm', 'windows/s', 'waits for data', 'memory'] as const;

describe('the report of a training', () => {
  test('says first how much better it is than the best baseline, then draws every metric, told or not told of before', () => {
    const page = written({ judged: true, others: { zebra_ratio: 0.3 } });
    const text = textOf(page);
    expect(text).toMatch(/tiny: AUROC 0\.912 \[0\.871, 0\.944\], better than the best baseline \(2–8 Hz power\) by 0\.128 AUROC/);
    const figures = [...page.matchAll(/<figure class="curve">.*?<\/figure>/gs)].map(([figure]) => figure);
    expect(figures.map(figure => /<strong>([^<]+)/.exec(figure)?.[1])).toEqual([...metrics, 'looks without gain', 'zebra ratio']);
    for (const figure of figures) {
      expect(figure).toMatch(/<svg [^>]*role="img" aria-label="[^"]+ of seed 0: /);
      expect(figure).toMatch(/<path class="curve seed-0" d="M[\d.]+ [\d.]+/);
      expect(figure).not.toMatch(/NaN|Infinity|undefined|style=/);
    }
    // Noise is drawn thin behind its mean; a rate that is set has none. The best look is ringed.
    expect(figures[0]).toContain('class="raw seed-0"');
    expect(figures[3]).not.toContain('class="raw');
    expect(figures[1]).toMatch(/<circle class="seed-0"/);
    expect(figures[1]).toContain('synthetic');
  });

  test('has each seed with mean ± sd, data with its hash, every field of the config, and the checkpoints', () => {
    const text = textOf(written({ judged: true, seeds: [0, 1, 2], training: { learning_rate: 0.004 } }));
    expect(text).toContain('tiny: AUROC 0.901 ± 0.011 over 3 seeds');
    expect(text).toMatch(/seed 1 300 .* 0\.901 \[0\.860, 0\.933\]/);
    expect(text).toMatch(/mean ± sd .* 0\.901 ± 0\.011 0\.76 ± 0\.02 7\.2 ± 1\.0/);
    expect(text).toContain('training.learning_rate 0.004 0.002');
    expect(text).toContain('windows.seconds 30 s');
    expect(text).toContain('checkpoints/seed-2/best (the best)');
    expect(text).toContain('39,412 parameters');
    expect(text).toMatch(/split hash/);
  });

  test('of what was not judged yet has the curves', () => {
    const text = textOf(written({ step: 100 }));
    expect(text).toContain('Nothing was scored in this run.');
    expect(text).toContain('Learning curves');
  });

  test('no name in it becomes markup', () => {
    const page = written({ others: { '<img src=x>': 1 } }, '</style><script>alert(1)</script>.yaml');
    expect(page).not.toContain('<img src=x>');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;img src=x&gt;');
  });

  const chromium = findChromium();
  test.skipIf(chromium === undefined)('is drawn by a browser without a script of its own, and asks for nothing', async () => {
    const { file } = writeTrainReport(writeTrainRun({ judged: true, seeds: [0, 1] }), folder);
    const { dom, console: said, requests } = await renderIn(chromium ?? '', file, ['--window-size=400,800']);
    expect(said).toEqual([]);
    expect(requests).toEqual([]);
    expect(dom.match(/<figure class="curve">/g)).toHaveLength(metrics.length + 1);
  });
});
