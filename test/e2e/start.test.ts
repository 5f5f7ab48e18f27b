import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/paths.ts';
import { Home } from './program.ts';

const npmStart = (home: Home, ...args: readonly string[]) =>
  execa('npm', ['start', '--', ...args], { cwd: packageRoot, env: { ...home.env, NODE_ENV: undefined }, stdin: 'ignore', reject: false });

describe('npm start', () => {
  test('stdout carries only the bytes of the program', async () => {
    const home = new Home();
    const { stdout, exitCode } = await npmStart(home, 'prices', '--json');
    expect(exitCode).toBe(0);
    for (const line of stdout.split('\n')) expect(JSON.parse(line)).toBeTypeOf('object');
    await home.close();
  });

  test('exit codes pass through', async () => {
    const home = new Home();
    expect((await npmStart(home, 'bench', '--impl', 'no-such-index')).exitCode).toBe(2);
    expect((await npmStart(home, 'no-such-command')).exitCode).toBe(2);
    await home.close();
  });

  test('without a terminal it does the main job and ends with 0', async () => {
    const home = new Home();
    const { stdout, exitCode } = await npmStart(home);
    expect(stdout).toMatch(/naive/);
    expect(stdout).toMatch(/hnsw/);
    expect(exitCode).toBe(0);
    await home.close();
  });
});
