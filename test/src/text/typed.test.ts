/** Next steps as this program was started: each way leaves other traces, and each is laid out here as npm lays it out. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.ts';
import { commandNames } from '../../../src/text/command-names.ts';
import { programWords, typed } from '../../../src/text/typed.ts';

let folder: string;

/** A package with its bundle, and `link` to it where npm would put one. */
const installed = (where: string, link?: string): string => {
  const script = path.join(folder, where, 'dist/ann-tui.js');
  mkdirSync(path.dirname(script), { recursive: true });
  writeFileSync(script, '');
  if (link === undefined) return script;
  mkdirSync(path.dirname(path.join(folder, link)), { recursive: true });
  symlinkSync(script, path.join(folder, link));
  return path.join(folder, link);
};

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ann-tui-typed-')));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the words that start this program', () => {
  test('npm start in a clone, from a folder of it and from elsewhere', () => {
    const script = installed('clone');
    const clone = path.join(folder, 'clone');
    const env = { npm_lifecycle_event: 'start', npm_package_json: path.join(clone, 'package.json') };
    expect(programWords({ script, cwd: clone, env: { ...env, INIT_CWD: clone } })).toBe('npm start --');
    expect(programWords({ script, cwd: clone, env: { ...env, INIT_CWD: path.join(clone, 'dist') } })).toBe('npm start --');
    expect(programWords({ script, cwd: clone, env: { ...env, INIT_CWD: folder } })).toBe(`npm --prefix ${clone} start --`);
    // Somebody else's npm start, which calls the bundle.
    const theirs = { ...env, npm_package_json: '/somewhere/package.json' };
    expect(programWords({ script, cwd: clone, env: theirs })).toBe('node dist/ann-tui.js');
    expect(programWords({ script, cwd: '/usr', env: {} })).toBe(`node ${script}`);
  });

  test('npx with a tarball, and with a name', () => {
    const noted = (name: string, note: object): string => {
      const script = installed(`cache/_npx/${name}/node_modules/ann-tui`, `cache/_npx/${name}/node_modules/.bin/ann-tui`);
      writeFileSync(path.join(folder, `cache/_npx/${name}/package.json`), JSON.stringify(note));
      return script;
    };
    const tarball = noted('aa', {
      dependencies: { 'ann-tui': 'file:../../../ann-tui-0.1.0.tgz' },
      _npx: { packages: ['./ann-tui-0.1.0.tgz'] },
    });
    // What npx adds to the PATH is gone when a person types.
    const env = { PATH: path.dirname(tarball), npm_lifecycle_event: 'npx' };
    expect(programWords({ script: tarball, cwd: folder, env })).toBe('npx ./ann-tui-0.1.0.tgz');
    expect(programWords({ script: tarball, cwd: folder, env: { ...env, npm_config_yes: 'true' } })).toBe('npx --yes ./ann-tui-0.1.0.tgz');
    expect(programWords({ script: tarball, cwd: '/', env })).toBe(`npx ${folder}/ann-tui-0.1.0.tgz`);
    const named = noted('bb', { dependencies: { 'ann-tui': '^0.1.0' }, _npx: { packages: ['ann-tui@latest'] } });
    expect(programWords({ script: named, cwd: folder, env: {} })).toBe('npx ann-tui@latest');
  });

  test('installed for all, and in a project', () => {
    const global = installed('global/lib/node_modules/ann-tui', 'global/bin/ann-tui');
    expect(programWords({ script: global, cwd: '/', env: { PATH: `/bin:${folder}/global/bin` } })).toBe('ann-tui');
    const local = installed('mine/node_modules/ann-tui', 'mine/node_modules/.bin/ann-tui');
    expect(programWords({ script: local, cwd: path.join(folder, 'mine'), env: { PATH: path.dirname(local) } })).toBe('npx ann-tui');
    // Another one on the PATH is not this one.
    expect(programWords({ script: local, cwd: '/usr', env: { PATH: `${folder}/global/bin` } })).toBe(
      `node ${folder}/mine/node_modules/ann-tui/dist/ann-tui.js`,
    );
  });
});

describe('typed', () => {
  const as = (words: string) => (text: string) => typed(text, () => words);

  test.each([
    ['ann-tui attach bench-1', 'npm start -- attach bench-1'],
    ['df -h, make room, then: ann-tui setup', 'df -h, make room, then: npm start -- setup'],
    ['ann-tui --help', 'npm start -- --help'],
    ['next: ann-tui runs; or ann-tui show x', 'next: npm start -- runs; or npm start -- show x'],
    ['Nothing of ann-tui is on this disk', 'Nothing of ann-tui is on this disk'],
    ['ann-tui 0.1.0 · Node', 'ann-tui 0.1.0 · Node'],
    ['stopped by its name: ann-tui-RUN-ATTEMPT', 'stopped by its name: ann-tui-RUN-ATTEMPT'],
    ['start ann-tui inside it', 'start ann-tui inside it'],
  ])('%s', (text, says) => {
    expect(as('npm start --')(text)).toBe(says);
  });

  test('twice is as once', () => {
    for (const words of [
      'npm start --',
      'npx ann-tui',
      'npx --yes ann-tui',
      'npx ./ann-tui-0.1.0.tgz',
      'node dist/ann-tui.js',
      'ann-tui',
    ]) {
      const once = as(words)('type: ann-tui setup');
      expect(as(words)(once)).toBe(once);
    }
  });

  test('knows every command', () => {
    expect(commands.map(({ name }) => name).sort()).toEqual([...commandNames].sort());
  });
});
