/** A person's own algorithm, from `new` to the comparison, in the built program. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import stringWidth from 'string-width';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Home } from './program.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.close());

/** A fresh file with one line changed; returns its path. */
const fresh = async (name: string, from: string, to: string): Promise<string> => {
  const folder = path.join(home.folder, 'work');
  mkdirSync(folder, { recursive: true });
  expect((await home.run(['new', name, '--dir', folder])).exitCode).toBe(0);
  const file = path.join(folder, `${name}.cpp`);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  return file;
};

const bench = async (...args: readonly string[]) => {
  const { stdout, exitCode } = await home.run(['bench', ...args, '--json']);
  return { exitCode, last: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') };
};

const implsOf = (points: readonly { readonly impl: string }[]): readonly string[] => [...new Set(points.map(({ impl }) => impl))].sort();

describe('a file of one’s own', () => {
  test('new, one line changed, bench, compare', async () => {
    const file = await fresh('mine', 'return sum;', 'return sum + 0;');
    const { exitCode, last } = await bench('--impl', file, '--compare', 'naive');
    expect(exitCode).toBe(0);
    expect(implsOf(last.points)).toEqual(['mine', 'naive']);
    expect(last.verdicts).toMatchObject([{ impl: 'mine', verdict: 'ok' }]);
    expect(home.runFile(last.run, 'job/sources/mine.cpp')).toBe(readFileSync(file, 'utf8'));
    const { stdout } = await home.run(['compare', last.run]);
    expect(stdout).toMatch(/mine/);
    expect(stdout).toMatch(/naive/);
  });

  test.each([
    [80, 24, {}],
    [60, 24, { NO_COLOR: '1' }],
    [120, 40, {}],
  ])('at %i×%i: n, Enter writes it, one Enter measures it beside ours, and the result says how it did', async (cols, rows, env) => {
    home.chooseLittle(true);
    const terminal = home.open([], { cols, rows, cwd: home.folder, env });
    await terminal.waitFor('Benchmark an ANN');
    await terminal.press('n');
    await terminal.waitFor('enter writes it');
    await terminal.press('enter');
    await terminal.waitFor('enter measures it here');
    expect(terminal.screen().replace(/\s+/g, ' ')).toContain('on quick, beside qg, naive and hnsw');
    await terminal.press('enter');
    await terminal.waitFor(/runs › bench-/);
    await terminal.waitFor('✓ done', 240_000);
    await terminal.press('enter');
    await terminal.waitFor('mine against qg at equal recall');
    const shown = terminal.screen().replace(/\s+/g, ' ');
    expect(shown).toMatch(/mine against qg at equal recall: (faster|not told apart|slower) at 0\.90 \(/);
    expect(shown).toMatch(/at recall ■ mine .*× qg/);
    for (const row of terminal.rows()) expect(stringWidth(row)).toBeLessThanOrEqual(cols);
    const [run = ''] = home.runs();
    const compared = await home.run(['compare', run]);
    expect(compared.stdout).toMatch(/^mine against qg at equal recall: /m);
    // It is stood on from now on: Enter alone measures it again.
    await terminal.press('esc', 'esc');
    await terminal.waitFor('Write your own');
    await terminal.press('n');
    await terminal.waitFor('▸ ./mine.cpp');
    await terminal.press('enter');
    await terminal.waitFor(/runs › bench-/);
    expect(home.runs()).toHaveLength(2);
    await terminal.press('ctrl-c');
    await terminal.exited;
  });

  test('without a terminal ours is measured beside it, and the end says how it did', async () => {
    const file = await fresh('mine', 'return sum;', 'return sum + 0;');
    home.chooseLittle(true);
    const { stdout, exitCode } = await home.run(['bench', '--impl', file, '--subset', '2000']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^mine against qg at equal recall: (faster|not told apart|slower) at 0\.90 \(/m);
    const [run = ''] = home.runs();
    const { standings } = JSON.parse((await home.run(['results', run, '--json'])).stdout.trim().split('\n').at(-1) ?? '');
    expect(standings).toMatchObject([{ run, implementation: 'mine', against: 'qg', at_recall: [{ level: 0.9 }, {}, {}, {}] }]);
  });

  test('edited while the review stands is measured as it is when Enter is pressed', async () => {
    const terminal = home.open([], { cwd: home.folder });
    await terminal.waitFor('Benchmark an ANN');
    await terminal.press('n');
    await terminal.waitFor('enter writes it');
    await terminal.press('enter');
    await terminal.waitFor('enter measures it');
    await terminal.press('r');
    await terminal.waitFor('enter starts it');
    const file = path.join(home.folder, 'mine.cpp');
    const edited = readFileSync(file, 'utf8').replace('return sum;', 'return sum + 0;');
    writeFileSync(file, edited);
    await terminal.press('enter');
    await terminal.waitFor(/runs › bench-/);
    const [run = ''] = home.runs();
    expect(home.runFile(run, 'job/sources/mine.cpp')).toBe(edited);
    await terminal.press('ctrl-c');
    await terminal.exited;
  });

  test('that crashes keeps the points of the others', async () => {
    const file = await fresh('crash', 'std::sort(best.begin(), best.end());', '*(volatile int*)nullptr = 1;');
    const { exitCode, last } = await bench('--impl', file, '--compare', 'naive');
    expect(exitCode).toBe(0);
    expect(implsOf(last.points)).toEqual(['naive']);
    expect(last).toMatchObject({ outcome: 'done', verdicts: [{ impl: 'crash', verdict: 'crashed' }] });
  });

  test('that does not compile is told by file and line', async () => {
    const file = await fresh('broken', 'const float d = distance', 'const float d = distanc');
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex(text => text.includes('distanc(')) + 1;
    const { exitCode, last } = await bench('--impl', file, '--compare', 'none');
    expect(exitCode).toBe(1);
    expect(last.verdicts).toMatchObject([{ impl: 'broken', verdict: 'compile-error' }]);
    expect(last.verdicts[0].why).toMatch(new RegExp(`^broken\\.cpp:${line}(:\\d+)?: .*distanc`));
    expect(last.failure.why).toContain(`broken.cpp:${line}`);
    // With ours beside it there are points, and the command fails all the same.
    const { stdout, exitCode: beside } = await home.run(['bench', '--impl', file, '--subset', '2000']);
    expect(beside).toBe(1);
    expect(stdout).toContain('broken cannot be compared with qg: it has no point that counts');
    expect(stdout).toContain('✗ broken: compile-error');
  });
});
