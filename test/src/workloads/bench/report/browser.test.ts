/** A report of a benchmark in a real browser: it asks for nothing, its policy stops nothing of its own, it fits. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeReport } from '../../../../../src/workloads/bench/report/write.ts';
import { writeBenchRun } from '../../../../support/bench-run.ts';
import { findChromium, renderIn } from '../../../../support/chromium.ts';
import { givenHome } from '../../../../support/home.ts';
import { pointsOf, spec } from '../compare/support/runs.ts';

givenHome();

const chromium = findChromium();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

if (chromium === undefined)
  console.warn('No Chromium on the PATH: the report is not opened in a browser. apt-get install -y --no-install-recommends chromium');

/** What a script would see of the page, which has none: written into its title. */
const looked = `<script>addEventListener('load', () => {
  const shown = name => [...document.querySelectorAll(name)].filter(one => one.getClientRects().length > 0).length;
  const mark = document.querySelector(shown('.wide') > 0 ? '.wide .mark-line path' : '.narrow .mark-line path');
  document.title = JSON.stringify({ wide: shown('.wide'), narrow: shown('.narrow'), over: document.documentElement.scrollWidth - innerWidth,
    stroke: getComputedStyle(mark).stroke });
});</script>`;

describe.skipIf(chromium === undefined)('in Chromium (skipped where none is installed)', () => {
  const browser = chromium ?? '';

  test('the console is empty and nothing is requested, also with hostile names; what is put into it is stopped', async () => {
    const impl = '</svg><img src=http://x.example/>';
    const points = [...pointsOf(), ...pointsOf(2, { impl, query_bytes: 9000, limit_share: 0.4 })];
    const { file } = await writeReport([writeBenchRun(spec, points)], folder);
    const { dom, console: said, requests } = await renderIn(browser, file);
    expect(said).toEqual([]);
    expect(requests).toEqual([]);
    expect(dom).not.toMatch(/<img|NaN|Infinity/);
    // Six plots, each in two widths, none of them broken up by a name.
    expect(dom.match(/<svg /g)).toHaveLength(12);
    expect(dom.match(/<\/svg>/g)).toHaveLength(12);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('<main>', '<main><img src="http://x.example/a.png"><script>document.title = "x"</script>'),
    );
    const stopped = await renderIn(browser, file);
    expect(stopped.requests).toEqual([]);
    expect(stopped.console.length).toBeGreaterThanOrEqual(2);
    expect(stopped.dom).not.toContain('<title>x<');
  });

  test.each([
    [1200, 0, 4, 0, 'rgb(108, 182, 255)'],
    [1200, 1, 4, 0, 'rgb(11, 99, 181)'],
    [500, 0, 0, 4, 'rgb(108, 182, 255)'],
    [500, 1, 0, 4, 'rgb(11, 99, 181)'],
  ])(
    '%i pixels wide, in scheme %i: the drawings that fit, in the page’s colours, nothing beyond the edge',
    async (width, scheme, wide, narrow, stroke) => {
      const { file } = await writeReport([writeBenchRun(spec, pointsOf().slice(1))], folder);
      const page = readFileSync(file, 'utf8').replace(/<meta http-equiv[^>]*>/, '');
      writeFileSync(file, page.replace('</head>', `${looked}</head>`));
      const { dom } = await renderIn(browser, file, [`--window-size=${width},900`, `--blink-settings=preferredColorScheme=${scheme}`]);
      const seen = JSON.parse(/<title>([^<]*)</.exec(dom)?.[1]?.replaceAll('&quot;', '"') ?? '{}') as { over: number };
      expect(seen).toMatchObject({ wide, narrow, stroke });
      expect(seen.over).toBeLessThanOrEqual(0);
    },
  );
});
