/** Set-up against machines that lack something, each played by scripts on a PATH of its own. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import type { Progress } from '../../../src/setup/making.ts';
import { environment, environmentFolder, pythonIn, setupStatus, stampFile } from '../../../src/setup/python-env.ts';
import { setup, setupLog } from '../../../src/setup/setup.ts';
import { paths } from '../../../src/util/paths.ts';
import { givenHome } from '../../support/home.ts';
import { compilerScript, createFakePath, type FakePath, pythonScript } from './fake-path.ts';

givenHome();
let fake: FakePath;
beforeEach(() => {
  fake = createFakePath();
});
afterEach(() => fake.remove());

const run = async (env: Record<string, string> = {}, signal = new AbortController().signal): Promise<readonly Progress[]> => {
  const steps: Progress[] = [];
  await setup({ onProgress: progress => steps.push(progress), signal, env: { ...fake.env, ...env } });
  return steps;
};

const failing = async (env: Record<string, string> = {}): Promise<Failure> => {
  try {
    await run(env);
  } catch (error) {
    if (error instanceof UserError) return error.failure;
    throw error;
  }
  throw new Error('set-up went well');
};

const leftovers = (): readonly string[] => readdirSync(paths().python).filter(name => name !== 'lock');

/** A Python whose environments are made of scripts too; `pip` is what installing does, `check` what the trial does. */
const python = (pip: string, check = 'echo "{}"', venv = 'exit 0'): string =>
  pythonScript(
    path.join(fake.folder, 'bin/python3'),
    {},
    `
if [ "$3" = venv ]; then
  mkdir -p "$4/bin"
  cat > "$4/bin/python" <<'INNER'
#!/bin/sh
if [ "$3" = pip ]; then
${pip}
fi
${check}
INNER
  chmod +x "$4/bin/python"
  ${venv}
fi`,
  );

const ready = (pip = 'echo Installing collected packages; exit 0', check?: string, venv?: string): void => {
  fake.script('python3', python(pip, check, venv));
  fake.script('g++', compilerScript);
};

describe('what is missing is named with the command that brings it', () => {
  test('no Python', async () => {
    fake.script('g++', compilerScript);
    expect(await failing()).toMatchObject({ what: 'Python was not found', kept: 'nothing was changed' });
  });

  test('a Python too old', async () => {
    fake.script('python3', pythonScript('/x', { version: [3, 9, 2] }));
    fake.script('g++', compilerScript);
    const failure = await failing();
    expect(failure.why).toBe('python3: it is 3.9.2; 3.10 or newer is needed');
    expect(failure.hint).toMatch(/&& ann-tui setup$/);
  });

  test('an old python3 beside a new one: the new one is taken', async () => {
    ready();
    fake.script('python3.12', python('exit 0').replace('[3,11,2]', '[3,12,1]').replace('bin/python3"', 'bin/python3.12"'));
    fake.script('python3', pythonScript('/x', { version: [3, 8, 0] }));
    await run();
    expect(environment().folder).toBe(environmentFolder('3.12'));
  });

  test('a shim that does not run, a Python that is not CPython', async () => {
    fake.script('python3', 'echo "pyenv: python3: command not found" >&2; exit 127');
    fake.script('python3.13', pythonScript('/x', { implementation: 'pypy' }));
    fake.script('g++', compilerScript);
    const { why } = await failing();
    expect(why).toContain('python3: pyenv: python3: command not found');
    expect(why).toContain('python3.13: it is pypy');
  });

  test('ANN_TUI_PYTHON that is no Python', async () => {
    ready();
    expect(await failing({ ANN_TUI_PYTHON: '/no/python' })).toMatchObject({ hint: 'unset ANN_TUI_PYTHON && ann-tui setup' });
  });

  test.each([
    ['apt-get', 'apt install python3.11-venv'],
    ['dnf', 'dnf install python3'],
  ])('no python3-venv, with %s', async (manager, command) => {
    fake.script(manager, '');
    fake.script('python3', pythonScript('/x', { venv: false }));
    fake.script('g++', compilerScript);
    const failure = await failing();
    expect(failure.what).toBe('Python 3.11 cannot make environments');
    if (process.platform === 'linux') expect(failure.hint).toContain(command);
  });

  test('python3-venv that only fails when it is used: said on stdout, half an environment removed', async () => {
    ready('exit 0', 'exit 0', 'echo "The virtual environment was not created successfully because ensurepip is not available."; exit 1');
    expect((await failing()).what).toBe('Python 3.11 cannot make environments');
    expect(leftovers()).toEqual([]);
  });

  test('no Python.h', async () => {
    fake.script('apt-get', '');
    fake.script('python3', pythonScript('/x', { headers: false }));
    fake.script('g++', compilerScript);
    const failure = await failing();
    expect(failure.what).toBe('Python.h of Python 3.11 is missing');
    if (process.platform === 'linux') expect(failure.hint).toContain('apt install python3.11-dev');
  });

  test('no compiler', async () => {
    fake.script('apt-get', '');
    fake.script('python3', python('exit 0'));
    const failure = await failing();
    expect(failure.what).toBe('A C++ compiler was not found');
    expect(failure.why).toContain('neither g++ nor clang++');
    if (process.platform === 'linux') expect(failure.hint).toContain('apt install g++');
  });

  test('a compiler without its library', async () => {
    fake.script('python3', python('exit 0'));
    fake.script('g++', 'if [ "$1" = --version ]; then echo g++; else echo "<stdin>:1:10: fatal error: span: No such file" >&2; exit 1; fi');
    expect(await failing()).toMatchObject({ what: 'No C++ compiler works', why: expect.stringContaining('fatal error: span') });
  });

  test('a clang++ that only says how to get one', async () => {
    fake.script('python3', python('exit 0'));
    fake.script('clang++', 'echo "xcode-select: note: no developer tools were found" >&2; exit 1');
    expect((await failing()).why).toContain('no developer tools were found');
  });
});

describe('installing that fails is explained by its own words, and leaves nothing', () => {
  test.each<readonly [string, string, RegExp]>([
    ['no network', "NewConnectionError('[Errno -3] Temporary failure in name resolution')", /index cannot be reached/],
    ['no route', 'OSError: [Errno 101] Network is unreachable', /index cannot be reached/],
    ['an index that is down', 'HTTPConnectionPool: Max retries exceeded with url: /simple/numpy/ (Connection refused)', /does not answer/],
    ['a wrong proxy', "ProxyError('Cannot connect to proxy.', NewConnectionError('name resolution'))", /proxy does not let/],
    ['uv and a wrong proxy', 'error sending request for url: tunnel error: unsuccessful', /proxy does not let/],
    ['a strange certificate', '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed', /could not be trusted/],
    ['uv and a strange certificate', 'invalid peer certificate: UnknownIssuer', /could not be trusted/],
    ['a password wanted', 'ERROR: HTTP error 403 Forbidden while getting https://index/simple', /index refused/],
    ['no fitting wheel', 'ERROR: No matching distribution found for h5py>=3.7', /no fitting package/],
    ['a full disk', 'OSError: [Errno 28] No space left on device', /disk is full/],
    ['a folder that may not be written', "PermissionError: [Errno 13] Permission denied: '/x'", /may not be written/],
    ['PEP 668', 'error: externally-managed-environment', /refuses packages/],
    ['a compiler killed', 'g++: fatal error: Killed signal terminated program cc1plus', /out of memory/],
    ['code that does not compile', 'hnsw.cpp:3:1: error: expected unqualified-id', /does not compile/],
  ])('%s', async (_name, words, what) => {
    ready(`echo "${words}"; exit 1`);
    const failure = await failing();
    expect(failure.what).toMatch(what);
    expect(failure.why).toContain(words.slice(0, 30));
    expect(failure.kept).toBe(`the full log: ${setupLog()}`);
    expect(failure.hint).toBeTruthy();
    expect(readFileSync(setupLog(), 'utf8')).toContain(words);
    expect(leftovers()).toEqual([]);
    expect(setupStatus().ready).toBe(false);
  });

  test('something never seen before: its last error line', async () => {
    ready('echo "one thing"; echo "ERROR: the moon is full"; echo "bye"; exit 7');
    expect(await failing()).toMatchObject({ what: 'Installing failed', why: 'ERROR: the moon is full' });
  });

  test('a core that installs and does not run gets no stamp', async () => {
    ready('exit 0', 'echo "ImportError: libstdc++.so.6: version not found" >&2; exit 1');
    expect(await failing()).toMatchObject({ what: 'Trying the installed core failed', why: expect.stringContaining('libstdc++') });
    expect(leftovers()).toEqual([]);
  });

  test('passwords of proxies are not logged', async () => {
    ready('echo "ERROR: ProxyError http://me:secret@proxy:3128 refused"; exit 1');
    expect((await failing()).why).not.toContain('secret');
    expect(readFileSync(setupLog(), 'utf8')).not.toContain('secret');
  });
});

describe('set-up that goes well', () => {
  test('stamps last, is ready, and does nothing the next time', async () => {
    ready();
    const steps = await run();
    expect(steps.map(({ step }) => step)).toContain('Installing');
    expect(steps.at(-1)).toEqual({ step: 'Ready', fraction: 1 });
    expect(environment()).toEqual({ python: pythonIn(environmentFolder('3.11')), folder: environmentFolder('3.11') });
    expect(await run()).toEqual([]);
    expect(leftovers()).toEqual([path.basename(environmentFolder('3.11'))]);
  });

  test('pip is kept from the person’s own folders', async () => {
    ready('echo "user=$PIP_USER target=$PIP_TARGET path=$PYTHONPATH cxx=$CXX"; exit 0');
    await run({ PIP_USER: '1', PIP_TARGET: '/elsewhere', PYTHONPATH: '/mine' });
    expect(readFileSync(setupLog(), 'utf8')).toContain(`user=0 target= path= cxx=${path.join(fake.folder, 'bin/g++')}`);
  });

  test('uv is used when it is there, without venv; pip stands in when uv fails', async () => {
    fake.script('python3', python('echo pip-did-it; exit 0').replace('"venv":true', '"venv":false'));
    fake.script('g++', compilerScript);
    const make = python('echo pip-did-it; exit 0');
    fake.script(
      'uv',
      `if [ "$1" = venv ]; then ${path.join(fake.folder, 'bin/maker')} -I -m venv "$5"; else echo "error: no solution found"; exit 1; fi`,
    );
    fake.script('maker', make);
    await run();
    const log = readFileSync(setupLog(), 'utf8');
    expect(log).toContain('uv venv --seed');
    expect(log).toContain('no solution found');
    expect(log).toContain('pip-did-it');
    expect(setupStatus().ready).toBe(true);
  });

  test('two at once: the second waits, says so, and does not do it again', async () => {
    ready('sleep 1; echo once >> "$HOME/installs"; exit 0');
    const [first, second] = await Promise.all([run(), run()]);
    const waiting = [...first, ...second].filter(({ step }) => step === 'Waiting for another set-up');
    expect(waiting.length).toBeGreaterThan(0);
    expect(readFileSync(path.join(fake.folder, 'installs'), 'utf8')).toBe('once\n');
  });

  test('environments of other versions go after a day', async () => {
    ready();
    for (const [name, made] of [
      ['py3.11-old', '2020-01-01T00:00:00Z'],
      ['py3.11-new', new Date().toISOString()],
    ] as const) {
      mkdirSync(path.join(paths().python, name), { recursive: true });
      writeFileSync(stampFile(path.join(paths().python, name)), JSON.stringify({ v: 1, sources: 'other', python: '3.11', made }));
    }
    await run();
    expect(leftovers().toSorted()).toEqual([path.basename(environmentFolder('3.11')), 'py3.11-new'].toSorted());
  });

  test('remains of a killed set-up go', async () => {
    ready();
    mkdirSync(path.join(paths().python, 'py3.9-deadbeef/bin'), { recursive: true });
    writeFileSync(path.join(paths().python, 'py3.9-deadbeef/bin/python'), '');
    expect(setupStatus()).toMatchObject({ ready: false, why: 'the last set-up did not finish' });
    await run();
    expect(leftovers()).toEqual([path.basename(environmentFolder('3.11'))]);
  });
});

test('an abort ends the whole group and leaves nothing', async () => {
  ready('(sleep 60; touch "$HOME/survived") & echo started; sleep 60; exit 0');
  const controller = new AbortController();
  const steps: Progress[] = [];
  const going = setup({
    onProgress: progress => {
      steps.push(progress);
      if (progress.detail === 'started') controller.abort(new Error('enough'));
    },
    signal: controller.signal,
    env: fake.env,
  });
  await expect(going).rejects.toThrow('enough');
  expect(leftovers()).toEqual([]);
  expect(existsSync(path.join(fake.folder, 'survived'))).toBe(false);
});

describe('an environment is judged by its stamp', () => {
  const make = (stamp: object | undefined): void => {
    const folder = environmentFolder('3.11');
    mkdirSync(path.join(folder, 'bin'), { recursive: true });
    writeFileSync(pythonIn(folder), '');
    if (stamp !== undefined) writeFileSync(stampFile(folder), JSON.stringify(stamp));
  };

  test('none', () => {
    expect(setupStatus()).toMatchObject({ ready: false, why: 'it was never set up' });
    expect(() => environment()).toThrow(/not ready/);
  });

  test('a half one', () => {
    make(undefined);
    expect(setupStatus().why).toBe('the last set-up did not finish');
  });

  test('of other sources', () => {
    make({ v: 1, sources: 'other', python: '3.11', made: '' });
    expect(setupStatus().why).toBe('it belongs to another version of ann-tui');
  });

  test('with its Python gone', async () => {
    ready();
    await run();
    rmSync(pythonIn(environmentFolder('3.11')));
    expect(setupStatus().why).toBe('the Python that it was made from is gone');
  });
});
