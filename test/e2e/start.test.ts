import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
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

  test('a next step is npm start again, and works when typed', async () => {
    const home = new Home();
    const { stderr } = await npmStart(home, 'sync', 'sift-128-euclidean', '--target', 'moon');
    const [, next] = /next: (.+)/.exec(stderr) ?? [];
    expect(next).toBe('npm start -- sync --help');
    const typed = await execa('sh', ['-c', next ?? 'false'], {
      cwd: packageRoot,
      env: { ...home.env, NODE_ENV: undefined },
      stdin: 'ignore',
    });
    expect(typed.stdout).toContain('npm start -- sync DATASET [options]');
    const outside = ['--prefix', packageRoot, 'start', '--', 'frobnicate'];
    const elsewhere = await execa('npm', outside, { cwd: home.folder, env: home.env, stdin: 'ignore', reject: false });
    expect(elsewhere.stderr).toContain(`next: npm --prefix ${path.join(packageRoot, '.').replace(/\/$/, '')} start -- --help`);
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
