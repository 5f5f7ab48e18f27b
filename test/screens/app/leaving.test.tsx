import { afterEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices } from '../support/services.ts';
import { running } from '../support/states.ts';

afterEach(cleanup);

const withRun = (...runs: readonly string[]) => createFakeServices({ runs: runs.map(run => running(run, 4, Date.now() - 9000)) });

describe('leaving', () => {
  test('asks nothing when nothing runs', async () => {
    const app = openApp();
    await app.waitFor('Nothing was run yet');
    await app.press('q');
    expect(app.farewells).toEqual([{ code: 0 }]);
  });

  test('Ctrl-C leaves at once with 130, and says how to come back', async () => {
    const app = openApp({ services: withRun('bench-aaaaaa') });
    await app.waitFor('Running');
    await app.press('ctrl-c');
    expect(app.farewells).toMatchObject([{ code: 130 }]);
    expect(app.farewells[0]?.text).toContain('ann-tui attach bench-aaaaaa');
    expect(app.services.calls).toEqual([]);
  });

  test('with a run at work, Enter leaves it running', async () => {
    const app = openApp({ services: withRun('bench-aaaaaa') });
    await app.waitFor('Running');
    await app.press('q');
    await app.waitFor('A run is at work');
    await app.press('enter');
    expect(app.farewells).toMatchObject([{ code: 0, text: expect.stringContaining('ann-tui attach bench-aaaaaa') }]);
    expect(app.services.calls).toEqual([]);
  });

  test('s stops it first', async () => {
    const app = openApp({ services: withRun('bench-aaaaaa') });
    await app.waitFor('Running');
    await app.press('q');
    await app.waitFor('A run is at work');
    await app.press('s');
    expect(app.services.calls).toEqual(['stop bench-aaaaaa']);
    expect(app.farewells).toEqual([{ code: 0 }]);
  });

  test('esc stays; Ctrl-C works behind the question', async () => {
    const app = openApp({ services: withRun('bench-aaaaaa') });
    await app.waitFor('Running');
    await app.press('q');
    await app.waitFor('A run is at work');
    await app.press('esc');
    await app.waitFor('Running');
    expect(app.farewells).toEqual([]);
    await app.press('q');
    await app.waitFor('A run is at work');
    await app.press('ctrl-c');
    expect(app.farewells).toMatchObject([{ code: 130 }]);
  });

  test('of several runs none is stopped by one key', async () => {
    const app = openApp({ services: withRun('bench-aaaaaa', 'bench-bbbbbb') });
    await app.waitFor('Running');
    await app.press('q');
    await app.waitFor('2 runs are at work');
    await app.press('s');
    await app.waitFor('Open a run to stop it');
    expect(app.services.calls).toEqual([]);
  });
});

test('a run that is over asks nothing, though the list of runs does not know yet', async () => {
  const services = withRun('bench-aaaaaa');
  const over = { ...running('bench-aaaaaa', 9), status: 'ended', outcome: 'done' } as const;
  const app = openApp({
    services: {
      ...services,
      runs: {
        ...services.runs,
        watch(_, onChange) {
          queueMicrotask(() => onChange(over));
          return () => {};
        },
      },
    },
    run: 'bench-aaaaaa',
  });
  await app.waitFor('enter shows the result');
  await app.press('q');
  expect(app.farewells).toEqual([{ code: 0 }]);
});

test('a run that only just started is asked about, though the list of runs does not know yet', async () => {
  const services = withRun('bench-aaaaaa');
  const app = openApp({
    services: {
      ...services,
      runs: {
        ...services.runs,
        watchAll(onChange) {
          queueMicrotask(() => onChange([], []));
          return () => {};
        },
      },
    },
    run: 'bench-aaaaaa',
  });
  await app.waitFor('4 of 9 points');
  await app.press('q');
  await app.waitFor('A run is at work');
});

test('a run that ends while the question stands lets leaving go on', async () => {
  const services = withRun('bench-aaaaaa');
  const app = openApp({ services });
  await app.waitFor('Running');
  await app.press('q');
  await app.waitFor('A run is at work');
  services.set({ ...running('bench-aaaaaa', 9), status: 'ended', outcome: 'done' });
  await vi.waitFor(() => expect(app.farewells).toEqual([{ code: 0 }]), 120_000);
});

test('a run that was removed meanwhile leads back, with a word why', async () => {
  const services = withRun('bench-aaaaaa');
  const gone = () => {
    throw new UserError({ what: 'There is no run bench-aaaaaa', why: 'its folder is gone' });
  };
  const app = openApp({ services: { ...services, runs: { ...services.runs, watch: gone } } });
  await app.waitFor('Running');
  await app.press('enter');
  await app.waitFor('its folder is gone');
  expect(app.frame()).toContain('Start');
});

describe('help', () => {
  test('lists what works here, is searched by typing, and runs what is selected', async () => {
    const app = openApp();
    await app.waitFor('Nothing was run yet');
    await app.press('?');
    await app.waitFor('type to search');
    expect(app.frame()).toContain('Benchmark an ANN implementation');
    await app.press('lacks');
    await app.waitFor(/▸ .*What this machine lacks/);
    expect(app.frame()).not.toContain('Every run, with filter');
    await app.press('enter');
    await app.waitFor('ann-tui › doctor');
  });

  test('letters that are commands elsewhere only search; esc closes', async () => {
    const app = openApp();
    await app.waitFor('Nothing was run yet');
    await app.press('?', 'q', 'd', 'backspace', 'backspace');
    await app.waitFor('type to search');
    await app.press('esc');
    await app.waitFor('Nothing was run yet');
    expect(app.farewells).toEqual([]);
  });

  test('says why a command cannot run', async () => {
    const app = openApp();
    await app.waitFor('Nothing was run yet');
    await app.press('r');
    await app.waitFor('No run yet');
    await app.press('?', 'resume');
    await app.waitFor('No run is selected');
  });
});

test('keys that come in one burst reach the screens they are meant for', async () => {
  const app = openApp();
  await app.waitFor('Nothing was run yet');
  await app.press('d');
  await app.waitFor(/▸ +C\+\+ compiler/);
  await app.press('kjj');
  await app.waitFor(/▸ +Environment/);
  await app.press('\x1b');
  await app.waitFor('Nothing was run yet');
  await app.press('?doc\r');
  await app.waitFor('ann-tui › doctor');
});

test('two Escapes in one read lead back twice', async () => {
  const app = openApp({ services: withRun('bench-aaaaaa') });
  await app.waitFor('Running');
  await app.press('r', 'enter');
  await app.waitFor('runs › bench-aaaaaa');
  app.stdin.write('\u001b\u001b');
  await app.waitFor('Running');
});

test('doctor names what mends, and Enter on the environment opens its set-up', async () => {
  const app = openApp();
  await app.press('d');
  await app.waitFor('One thing is missing');
  await app.waitFor('apt-get install g++');
  await app.press('j', 'enter');
  await app.waitFor('Set-up makes a private Python environment');
});
