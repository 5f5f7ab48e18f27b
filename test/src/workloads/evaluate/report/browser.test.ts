/** A report in a real browser: its policy lets its script run, every trace is drawn, nothing is asked for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeReport } from '../../../../../src/workloads/evaluate/report/write.ts';
import { findChromium, renderIn } from '../../../../support/chromium.ts';
import { evaluation } from '../../../../support/evaluation.ts';
import { writeEvaluateRun } from '../../../../support/evaluation-run.ts';
import { givenHome } from '../../../../support/home.ts';

givenHome();

const chromium = findChromium();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

if (chromium === undefined)
  console.warn('No Chromium on the PATH: the report is not opened in a browser. apt-get install -y --no-install-recommends chromium');

describe.skipIf(chromium === undefined)('in Chromium (skipped where none is installed)', () => {
  const browser = chromium ?? '';

  test('all traces are drawn, the console is empty, nothing is requested, also with a hostile name and 400 pixels wide', async () => {
    const results = evaluation();
    const traces = results.traces
      .filter(({ detector }) => detector === 'power-2-8')
      .map((one, n) => (n === 0 ? { ...one, recording: '</script><img src=http://x.example/>' } : one));
    const { run } = writeEvaluateRun({ ...results, traces });
    const { file } = writeReport(run, folder);
    const { dom, console: said, requests } = await renderIn(browser, file, ['--window-size=400,800']);
    expect(said).toEqual([]);
    expect(requests).toEqual([]);
    expect(dom).toContain('data-drawn="4"');
    expect(dom).not.toContain('data-failed');
    expect(dom.match(/<svg /g)).toHaveLength(4);
    // 19 channels and the score, of each.
    expect(dom.match(/<path /g)).toHaveLength(4 * 20);
    expect(dom).not.toMatch(/NaN|Infinity|undefined,/);
    expect(dom.match(/<rect class="truth"/g)?.length).toBe(3);
    expect(dom.match(/<rect class="prediction"/g)?.length).toBe(1);
  });

  test('the same look finds what a page asks for, and what its policy stops', async () => {
    const file = path.join(folder, 'bad.html');
    writeFileSync(file, '<img src="http://x.example/a.png">');
    expect((await renderIn(browser, file)).requests).toEqual(['http://x.example/a.png']);
    const { run } = writeEvaluateRun(evaluation());
    const page = readFileSync(writeReport(run, folder).file, 'utf8');
    writeFileSync(
      file,
      page
        .replace('<main>', '<main><img src="http://x.example/a.png"><script>document.title = "x"</script>')
        .replace(/<figure[\s\S]*?<\/figure>/g, ''),
    );
    const stopped = await renderIn(browser, file);
    expect(stopped.requests).toEqual([]);
    expect(stopped.console.length).toBeGreaterThanOrEqual(2);
    expect(stopped.dom).not.toContain('<title>x<');
  });
});
