/** Modal's client: found on the PATH or installed, against machines played by scripts. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import type { Progress } from '../../../src/setup/making.ts';
import { installModalClient, interpreterOf, modalClientStatus, modalProgram, setUpModalClient } from '../../../src/setup/modal-client.ts';
import { pythonIn, stampFile } from '../../../src/setup/python-env.ts';
import { setupLog } from '../../../src/setup/setup.ts';
import { paths } from '../../../src/util/paths.ts';
import { givenHome } from '../../support/home.ts';
import { createFakePath, type FakePath, pythonScript } from './fake-path.ts';

givenHome();
let fake: FakePath;
beforeEach(() => {
  fake = createFakePath();
});
afterEach(() => fake.remove());

const folder = (): string => path.join(paths().python, 'modal-1.6.4-py3.11');
const leftovers = (): readonly string[] => readdirSync(paths().python).filter(name => name !== 'lock');

/** A Python without Python.h whose environments are of scripts too; `pip` is what installing does, `trial` what the client says then. */
const python = (pip = 'echo Installing collected packages; exit 0', trial = 'echo 1.6.4'): void =>
  fake.script(
    'python3',
    pythonScript(
      path.join(fake.folder, 'bin/python3'),
      { headers: false },
      `
if [ "$3" = venv ]; then
  mkdir -p "$4/bin"
  cat > "$4/bin/python" <<'INNER'
#!/bin/sh
if [ "$3" = pip ]; then echo "$@" >> "$HOME/pip"
${pip}
fi
${trial}
INNER
  chmod +x "$4/bin/python"
  touch "$4/bin/modal"
fi`,
    ),
  );

const install = async (signal = new AbortController().signal): Promise<readonly Progress[]> => {
  const steps: Progress[] = [];
  await installModalClient({ onProgress: step => steps.push(step), signal, env: fake.env });
  return steps;
};

describe('installing', () => {
  test('the pinned version, without a compiler or Python.h; stamped last; once', async () => {
    python();
    expect(await modalClientStatus(fake.env)).toEqual({ ready: false, why: 'it was never set up', never: true });
    const steps = await install();
    expect(steps.at(-1)).toEqual({ step: "Modal's client is ready", fraction: 1 });
    expect(readFileSync(path.join(fake.folder, 'pip'), 'utf8')).toContain('modal==1.6.4');
    const client = { python: pythonIn(folder()), program: path.join(folder(), 'bin/modal'), version: '1.6.4' };
    expect(await modalClientStatus(fake.env)).toEqual({ ready: true, private: true, ...client });
    expect(await modalProgram(fake.env)).toMatchObject(client);
    expect(await install()).toEqual([]);
    expect(leftovers()).toEqual([path.basename(folder())]);
  });

  test('that fails leaves nothing, and is a warning of a set-up', async () => {
    python('echo "NewConnectionError: Temporary failure in name resolution"; exit 1');
    await expect(install()).rejects.toBeInstanceOf(UserError);
    expect(leftovers()).toEqual([]);
    const warning = await setUpModalClient({ onProgress: () => {}, signal: new AbortController().signal, env: fake.env });
    expect(warning).toMatchObject({ what: "Modal's client was not installed", kept: 'everything local is ready' });
    expect(warning?.why).toMatch(/index cannot be reached.*name resolution/);
    expect(readFileSync(setupLog(), 'utf8')).toContain('name resolution');
  });

  test('a client that does not run, or is another version, gets no stamp', async () => {
    python(undefined, 'echo "ImportError: libssl" >&2; exit 1');
    await expect(install()).rejects.toMatchObject({ failure: { why: expect.stringContaining('libssl') } });
    python(undefined, 'echo 1.4.0');
    await expect(install()).rejects.toBeInstanceOf(UserError);
    expect(leftovers()).toEqual([]);
  });

  test('no Python', async () => {
    await expect(install()).rejects.toMatchObject({ failure: { what: 'Python was not found' } });
  });

  test('an abort leaves nothing', async () => {
    python('echo started; sleep 60; exit 0');
    const controller = new AbortController();
    const going = installModalClient({
      onProgress: ({ detail }) => {
        if (detail === 'started') controller.abort(new Error('enough'));
      },
      signal: controller.signal,
      env: fake.env,
    });
    await expect(going).rejects.toThrow('enough');
    expect(leftovers()).toEqual([]);
  });

  test('remains go; a version of yesterday goes, one of today stays', async () => {
    python();
    const make = (name: string, made: string | undefined): void => {
      mkdirSync(path.join(paths().python, name), { recursive: true });
      if (made !== undefined)
        writeFileSync(stampFile(path.join(paths().python, name)), JSON.stringify({ v: 1, modal: '1.5.4', python: '3.11', made }));
    };
    make('modal-1.5.4-py3.11', '2020-01-01T00:00:00Z');
    make('modal-1.5.9-py3.11', new Date().toISOString());
    make('modal-1.6.0-py3.11', undefined);
    expect(await modalClientStatus(fake.env)).toMatchObject({ ready: false, why: expect.stringContaining('1.6.4 is wanted') });
    await install();
    expect(leftovers().toSorted()).toEqual(['modal-1.5.9-py3.11', path.basename(folder())].toSorted());
  });

  test('a Python that is gone', async () => {
    python();
    await install();
    rmSync(pythonIn(folder()));
    expect(await modalClientStatus(fake.env)).toMatchObject({ ready: false, why: 'the Python that it was made from is gone' });
    await install();
    expect(existsSync(pythonIn(folder()))).toBe(true);
  });
});

describe('on the PATH', () => {
  const onPath = (version: string, shebang = `#!${path.join(fake.folder, 'bin/python3.11')}`): void => {
    fake.script('python3.11', `echo ${version}`);
    fake.script('modal', '');
    writeFileSync(path.join(fake.folder, 'bin/modal'), `${shebang}\nimport sys\n`);
  };

  test('a supported one will do, and set-up installs none', async () => {
    onPath('1.5.4');
    const found = { python: path.join(fake.folder, 'bin/python3.11'), program: path.join(fake.folder, 'bin/modal'), version: '1.5.4' };
    expect(await modalClientStatus(fake.env)).toEqual({ ready: true, private: false, ...found });
    expect(await setUpModalClient({ onProgress: () => {}, signal: new AbortController().signal, env: fake.env })).toBeUndefined();
    expect(existsSync(paths().python)).toBe(false);
  });

  test('our own is preferred', async () => {
    onPath('1.6.1');
    python();
    await install();
    expect(await modalClientStatus(fake.env)).toMatchObject({ private: true });
  });

  test.each([
    ['1.5.3', /is 1\.5\.3; 1\.5\.4 or newer, below 1\.7 is needed/],
    ['1.7.0', /is 1\.7\.0/],
    ['', /does not find the client/],
  ])('"%s" is not', async (version, why) => {
    onPath(version);
    const status = await modalClientStatus(fake.env);
    expect(status.ready ? '' : status.why).toMatch(why);
    await expect(modalProgram(fake.env)).rejects.toMatchObject({ failure: { hint: 'ann-tui setup' } });
  });

  test('something else that is called modal is not', async () => {
    onPath('1.6.4', '#!/usr/bin/env node');
    expect(await modalClientStatus(fake.env)).toMatchObject({
      ready: false,
      why: expect.stringContaining('is no program of a Python client'),
    });
  });
});

test('the interpreter of a script, in the forms that installers write', () => {
  expect(interpreterOf('#!/opt/x/bin/python3.11\n')).toBe('/opt/x/bin/python3.11');
  expect(interpreterOf(`#!/bin/sh\n'''exec' '/a long/bin/python' "$0" "$@"\n' '''\n`)).toBe('/a long/bin/python');
  expect(interpreterOf(`#!/bin/sh\n'''exec' /a/bin/python "$0" "$@"\n`)).toBe('/a/bin/python');
  expect(interpreterOf('#!/usr/bin/env node\n')).toBeUndefined();
});
