/** Places that are no good: a HOME that is empty, relative or a file, a disk that is full or read-only. Told as that, in four lines that help. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSmallDisk, type SmallDisk, smallDisks } from '../support/small-disk.ts';
import { linkPython } from '../support/stand-in.ts';
import { bundle } from './program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-places-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ours = ['HOME', 'ANN_TUI_HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'NODE_ENV'];

const run = (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.includes(name)));
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    env: { ...rest, ...env },
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
};

describe('a home', () => {
  test.each([
    ['HOME', '', /HOME names no folder\n {2}it is empty/],
    ['HOME', 'some/where', /HOME names no folder\n {2}it is "some\/where"/],
    ['HOME', 'FILE', /HOME names no folder\n {2}.*file is a file/],
    ['ANN_TUI_HOME', 'FILE', /ANN_TUI_HOME names no folder\n {2}.*file is a file/],
    ['ANN_TUI_HOME', 'FILE/x/y', /ANN_TUI_HOME names no folder\n {2}.*file is a file/],
  ])('that is no folder is refused with what mends it, and nothing is written: %s=%s', (name, value, words) => {
    writeFileSync(path.join(folder, 'file'), '');
    const env = { HOME: folder, [name]: value.replace('FILE', path.join(folder, 'file')) };
    for (const args of [['runs', '--local'], [], ['setup']]) {
      const { code, stderr } = run(args, env);
      expect([code, stderr], args.join(' ')).toEqual([2, expect.stringMatching(words)]);
      expect(stderr).toMatch(/next: ANN_TUI_HOME=\/var\/tmp\/bench .*info\n$/);
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('may be a relative ANN_TUI_HOME: a folder of this one', () => {
    expect(run(['runs', '--local'], { ANN_TUI_HOME: 'mine', HOME: folder })).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.runIf(smallDisks)('a disk', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = createSmallDisk(3);
    linkPython(disk.folder);
    mkdirSync(path.join(disk.folder, 'data/runs/bench-aaaaaa'), { recursive: true });
  });
  afterEach(() => disk.remove());
  const env = () => ({ ANN_TUI_HOME: disk.folder, HOME: folder });

  test('that is full is told as that: where, how much is needed, what frees it', () => {
    disk.fill();
    const bench = run(['bench', '--impl', 'naive'], env());
    expect(bench.code).toBe(1);
    expect(bench.stderr).toMatch(
      /The disk is too full for a run\n {2}a run needs 8\.0 MB .*; 0 B are free in .*runs\n.*\n {2}next: .*runs prune/,
    );
    const sync = run(['sync', 'quick'], env());
    expect(sync.code).toBe(1);
    expect(sync.stderr).toMatch(
      /The disk is too full for quick\n {2}16\.6 MB are needed in .*datasets, 0 B are free\n {2}kept: nothing was started\n {2}next: .*runs prune/,
    );
    disk.fill();
    // What is said, too, may find no room; it is no reason to say nothing.
    const list = spawnSync('sh', ['-c', '"$0" "$1" runs --local > "$ANN_TUI_HOME/list"', process.execPath, bundle], {
      env: { ...process.env, ...env() },
      encoding: 'utf8',
    });
    expect([list.status, list.stderr]).toEqual([1, expect.stringMatching(/The disk is full/)]);
    expect(run(['runs', 'rm', 'bench-aaaaaa', '--yes'], env())).toMatchObject({ code: 0, stdout: 'removed bench-aaaaaa\n' });
  });

  test('that is full fails a set-up as that', () => {
    rmSync(path.join(disk.folder, 'data/python'));
    const { code, stderr } = run(['setup'], env());
    expect(code).toBe(1);
    expect(stderr).toMatch(/The disk is too full\n.* MB free; the environment needs \d+ MB/);
  });

  test('that is read-only is told as that, and can be looked at', () => {
    rmSync(path.join(disk.folder, 'data/python'));
    disk.readOnly(true);
    try {
      expect(run(['runs', '--local'], env())).toMatchObject({ code: 0, stdout: expect.stringMatching(/bench-aaaaaa cannot be read/) });
      for (const args of [['runs', 'rm', 'bench-aaaaaa', '--yes'], ['setup']]) {
        const { code, stderr } = run(args, env());
        expect(code).toBe(1);
        expect(stderr).toMatch(/cannot be used\n {2}its file system is read-only \(EROFS/);
        expect(stderr).toMatch(/kept: nothing was changed; ANN_TUI_HOME=DIR/);
      }
    } finally {
      disk.readOnly(false);
    }
  });
});
