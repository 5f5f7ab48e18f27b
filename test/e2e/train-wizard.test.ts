/** A newcomer who presses Enter alone comes to a training that can be started; a short one runs to its result. Needs PyTorch. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testHome } from '../support/stand-in.ts';
import { takeFew } from './few-patients.ts';
import { Home } from './program.ts';

const hasTorch = readdirSync(path.join(testHome(), 'data/python')).some(name => name.startsWith('training-'));
if (!hasTorch) console.warn('No training is tried: PyTorch is not in the prepared environment (npm start -- setup --training)');

let home: Home;
beforeAll(() => {
  home = new Home();
});
afterAll(() => home.close());

describe.skipIf(!hasTorch)('the wizard of a training', () => {
  test('t and Enter alone lead to the laptop’s config on made-up patients, with time, cost and what is kept', async () => {
    const terminal = home.open([], { cols: 80, rows: 30 });
    const way = [/Train the seizure detector/, /▸ laptop/, /Where shall it run/, /▸ synthetic-seizures/] as const;
    for (const [n, shows] of way.entries()) {
      await terminal.waitFor(shows);
      await terminal.press(n === 0 ? 't' : 'enter');
    }
    await terminal.waitFor('enter starts it');
    for (const says of [
      /what +tiny/,
      /windows +\d+ × \d+ s a step/,
      /steps +\d+/,
      /seeds +1/,
      /checkpoint +every \d+ steps/,
      /on +synthetic-seizures \(synthetic\)/,
      /evaluation +on test/,
      /time +≈ /,
      /cost +\$0 here/,
    ])
      expect(terminal.screen()).toMatch(says);
    await terminal.press('q');
    expect((await terminal.exited).exitCode).toBe(0);
    expect(home.runs()).toEqual([]);
  });

  test('a short one is watched, then judged, then looked at: scores, curves, checkpoints, a report', async () => {
    await takeFew(home);
    const terminal = home.open([], { cols: 100, rows: 34 });
    await terminal.waitFor('Train the seizure detector');
    await terminal.press('t');
    await terminal.waitFor('▸ laptop');
    await terminal.press('down');
    await terminal.waitFor('▸ smoke_test');
    await terminal.press('enter');
    await terminal.waitFor('Where shall it run');
    await terminal.press('enter');
    await terminal.waitFor('▸ synthetic-seizures');
    await terminal.press('/', 'few', 'enter');
    await terminal.waitFor('▸ few');
    await terminal.press('enter');
    await terminal.waitFor('enter starts it');
    await terminal.press('enter');
    await terminal.waitFor(/runs › train-/);
    await terminal.waitFor('✓ done', 600_000);
    await terminal.press('p');
    // It ended on the scores; the curves are a view further.
    await terminal.waitFor(/dev AUROC · synthetic/);
    expect(terminal.screen()).toMatch(/[\u2801-\u28ff]/);
    await terminal.press('enter');
    await terminal.waitFor('the best baseline');
    expect(terminal.screen()).toMatch(/tiny: AUROC 0\.\d{3}/);
    expect(terminal.screen()).toContain('synthetic');
    await terminal.press('v');
    await terminal.waitFor('gradient norm');
    await terminal.press('p');
    await terminal.waitFor(/job\/checkpoints\/seed-0\/best/);
    const [run = ''] = home.runs();
    // What it trained, on other recordings: as far as the last look.
    await terminal.press('e');
    await terminal.waitFor(`▸ ${run}`);
    await terminal.press('enter');
    await terminal.waitFor('Where shall it run');
    await terminal.press('enter');
    await terminal.waitFor('▸ few');
    await terminal.press('enter');
    await terminal.waitFor('enter starts it');
    expect(terminal.screen()).toMatch(new RegExp(`what +tiny.*${run}`));
    await terminal.press('q');
    expect((await terminal.exited).exitCode).toBe(0);
    const report = await home.run(['report', run, '--to', home.folder]);
    expect(report.exitCode).toBe(0);
    expect(existsSync(path.join(home.folder, `${run}.html`))).toBe(true);
  });
});
