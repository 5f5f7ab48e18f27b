import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';

const copied = ['package.json', 'README.md', 'LICENSE', 'dist', 'configs', 'modal'];
/** What developing and testing leaves behind. */
const leftovers = [
  'modal/.env',
  'modal/annbench/.venv/lib/numpy/core.py',
  'modal/annbench/build/core.cpp',
  'modal/annbench/src/annbench/_core.cpython-311-x86_64-linux-gnu.so',
  'modal/annbench/src/annbench/__pycache__/cli.cpython-311.pyc',
  'modal/annbench/.pytest_cache/README.md',
  'modal/annbench/src/annbench.egg-info',
];

let folder: string;
/** Beside the packed folder, not in it: npm takes the nearest package.json above for its own. */
let empty: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-pack-'));
  empty = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-empty-'));
  for (const name of copied) cpSync(path.join(packageRoot, name), path.join(folder, name), { recursive: true });
  for (const name of leftovers) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), 'SECRET=1\n');
  }
});

afterAll(() => {
  for (const made of [folder, empty]) rmSync(made, { recursive: true, force: true });
});

describe('npm pack', () => {
  test('takes the program, the Python and C++ sources and the configs, and no leftovers', async () => {
    const { stdout } = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { cwd: folder });
    const [packed] = JSON.parse(stdout) as [{ files: readonly { path: string }[] }];
    const files = packed.files.map(file => file.path);
    expect(files.filter(file => leftovers.includes(file))).toEqual([]);
    expect(files).not.toContain('dist/.stamp');
    const sources = (await execa('git', ['ls-files', 'modal', 'configs'], { cwd: packageRoot })).stdout.split('\n');
    expect(sources.filter(file => !path.basename(file).startsWith('.') && !files.includes(file))).toEqual([]);
    for (const file of ['dist/ann-tui.js', 'dist/LICENSES.txt', 'README.md', 'LICENSE', 'modal/job_wrapper.py'])
      expect(files).toContain(file);
  });

  test('the tarball runs by npx in an empty folder', async () => {
    await execa('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', empty], { cwd: folder });
    const [tarball] = readdirSync(empty);
    const env = { ANN_TUI_HOME: path.join(empty, 'home'), npm_config_cache: path.join(empty, 'cache'), NODE_ENV: undefined };
    const npx = (...args: readonly string[]) => execa('npx', ['--yes', '--loglevel=error', `./${tarball}`, ...args], { cwd: empty, env });
    const { stdout } = await npx('info', '--json');
    const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
    expect(JSON.parse(stdout)).toMatchObject({ version });
    expect((await npx('prices', '--json')).stdout).toContain('dollars_per_hour');
    const { stderr } = await execa('npx', ['--yes', '--loglevel=error', `./${tarball}`, 'frobnicate'], { cwd: empty, env, reject: false });
    const [, next] = /next: (.+)/.exec(stderr) ?? [];
    expect(next).toBe(`npx --yes ./${tarball} --help`);
    expect((await execa('sh', ['-c', next ?? 'false'], { cwd: empty, env })).stdout).toContain(`npx --yes ./${tarball} bench`);
  });

  test('what is bundled brings its licence', () => {
    const licences = readFileSync(path.join(folder, 'dist/LICENSES.txt'), 'utf8');
    for (const name of [
      'ink',
      'react',
      'yaml',
      'execa',
      'conf',
      '@alcalzone/ink-table',
      'vega',
      '@resvg/resvg-wasm',
      '@expo-google-fonts/lato',
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
    // Of what has no file of its own: its terms, and where its source is.
    expect(licences).toMatch(/^@resvg\/resvg-wasm [\d.]+\n\nLicence: MPL-2\.0\nSource: \S+$/m);
    expect(licences).toContain('SIL Open Font License');
  });
});
