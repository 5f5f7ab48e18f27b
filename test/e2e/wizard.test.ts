/** The whole wizard in a real terminal: Enter along the default path ends on a result with a plot. */
import { readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { Home } from './program.ts';
import type { Terminal } from './terminal.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.close());

/** What each screen of the default path shows at any width. */
const path: readonly (readonly [string, RegExp])[] = [
  ['home', /Benchmark an ANN/],
  ['what', /Which implementations/],
  ['where', /Where shall it run/],
  ['dataset', /▸ quick/],
  ['review', /Ready to run/],
];

/** No row is wider than the terminal, and the way to help is never cut off. */
const fits = (terminal: Terminal, cols: number) => {
  for (const row of terminal.rows()) expect(stringWidth(row)).toBeLessThanOrEqual(cols);
  expect(terminal.screen()).toContain('? more');
};

const walk = async (terminal: Terminal, cols: number) => {
  for (const [, shows] of path) {
    await terminal.waitFor(shows);
    await terminal.waitFor('? more');
    fits(terminal, cols);
    await terminal.press('enter');
  }
  await terminal.waitFor(/runs › bench-/);
};

describe.each([
  [80, 24],
  [60, 24],
  [120, 40],
])('at %i×%i', (cols, rows) => {
  test('from home to a result by Enter alone', async () => {
    // At one size with all that is there by itself.
    if (cols !== 80) home.chooseLittle();
    const terminal = home.open([], { cols, rows, cwd: home.folder });
    await walk(terminal, cols);
    await terminal.waitFor('✓ done');
    fits(terminal, cols);
    await terminal.press('enter');
    await terminal.waitFor('at recall');
    fits(terminal, cols);
    // A plot has both axes, a mark of each series and a line between marks.
    await terminal.waitFor(/[⠁-⣿]/);
    expect(terminal.screen()).toMatch(/0\.99/);
    expect(terminal.screen()).toMatch(/hnsw/);
    expect(terminal.screen()).toMatch(/naive/);
    const [run] = home.runs();
    await terminal.press('r');
    await terminal.waitFor(`./${run}.html: `);
    fits(terminal, cols);
    expect(readFileSync(`${home.folder}/${run}-plots/recall-qps.png`).subarray(1, 4).toString()).toBe('PNG');
    await terminal.press('esc', 'esc', 'q');
    expect((await terminal.exited).exitCode).toBe(0);
    const state = JSON.parse((await home.run(['show', run ?? '', '--json'])).stdout);
    expect(state).toMatchObject({ status: 'ended', outcome: 'done' });
    expect(state.points.find((point: { impl: string }) => point.impl === 'naive').recall).toBe(1);
  });
});

describe('a run at work', () => {
  test('quitting asks; leaving prints the way back, and attaching finds it', async () => {
    home.chooseLittle();
    const terminal = home.open();
    await walk(terminal, 80);
    await terminal.waitFor(/running/);
    await terminal.press('q');
    await terminal.waitFor('leave it running');
    await terminal.press('enter');
    expect((await terminal.exited).exitCode).toBe(0);
    const [run = ''] = home.runs();
    expect(terminal.screen()).toContain(`ann-tui attach ${run}`);
    const again = home.open(['attach', run]);
    await again.waitFor(`runs › ${run}`);
    await again.waitFor('✓ done');
    await again.press('q');
    await again.exited;
  });

  test('x stops it after a question, and what was measured is kept', async () => {
    // So many passes that settings do not all take turns at once: points come one group after the other.
    home.write('long.yaml', 'implementations:\n  hnsw:\n    search: { efSearch: [10, 20, 40, 80, 160, 320] }\nrepeats: 1000\n');
    home.open(['bench', '--impl', 'hnsw', '--sweep', `${home.folder}/long.yaml`]);
    const run = await until('a run', () => home.runs()[0]);
    const terminal = home.open(['attach', run]);
    await terminal.waitFor(/[1-5] of 6 points/);
    await terminal.press('x');
    await terminal.waitFor(/stop/i);
    await terminal.press('s');
    await home.ended(run);
    await terminal.waitFor(/stopped/);
    const state = JSON.parse((await home.run(['show', run, '--json'])).stdout);
    expect(state).toMatchObject({ status: 'ended', outcome: 'stopped', exitCode: 130 });
    expect(state.points.length).toBeGreaterThan(0);
  });
});

describe('the terminal', () => {
  test('may be resized on every screen', async () => {
    const terminal = home.open();
    for (const [at, [name, shows]] of path.entries()) {
      // The last one is stayed on: Enter there would begin the run.
      if (at > 0) await terminal.press('enter');
      await terminal.waitFor(shows);
      for (const [cols, rows] of [
        [60, 20],
        [120, 40],
        [80, 24],
      ] as const) {
        terminal.resize(cols, rows);
        // The new size arrives as a signal; the frame of the old one may stand for a moment.
        await until(
          'a frame of the new size',
          () => terminal.rows().every(row => stringWidth(row) <= cols) && terminal.screen().includes('? more'),
          15,
        );
        fits(terminal, cols);
        expect(terminal.screen().match(/\? more/g), `${name} at ${cols}`).toHaveLength(1);
      }
    }
    terminal.resize(30, 8);
    await terminal.waitFor(/too small/);
    terminal.resize(80, 24);
    await terminal.waitFor('Ready to run');
    await terminal.press('ctrl-c');
    expect((await terminal.exited).exitCode).toBe(130);
  });

  test('CI in the environment does not blind it', async () => {
    const terminal = home.open([], { env: { CI: 'true' } });
    await terminal.waitFor('? more');
    await terminal.press('q');
    await terminal.exited;
  });

  test('NO_COLOR: not one colour, and the same words', async () => {
    const terminal = home.open([], { env: { NO_COLOR: '1' } });
    for (const [, shows] of path) {
      await terminal.waitFor(shows);
      await terminal.press('enter');
    }
    await terminal.waitFor(/runs › bench-/);
    await terminal.press('ctrl-c');
    await terminal.exited;
    expect(terminal.raw.match(/\x1b\[(?:[0-9;]*;)?(?:3[0-7]|38|4[0-7]|48|9[0-7]|10[0-7])[0-9;]*m/g)).toBeNull();
  });

  test('without UTF-8 everything is ASCII', async () => {
    const terminal = home.open([], { env: { LANG: 'C', LC_ALL: 'C' } });
    await terminal.waitFor('? more');
    await terminal.press('enter', 'enter');
    await terminal.waitFor('Where shall it run');
    expect(terminal.screen()).toMatch(/^[\x00-\x7f]*$/);
    await terminal.press('q');
    await terminal.exited;
  });
});
