import { afterEach, describe, expect, test } from 'vitest';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices } from '../support/services.ts';

afterEach(cleanup);

/** From home to the review by Enter alone. */
const toReview = async (app: ReturnType<typeof openApp>) => {
  await app.waitFor('Nothing was run yet');
  await app.press('enter');
  await app.waitFor('2 chosen');
  await app.press('enter');
  await app.waitFor('Where shall it run?');
  await app.press('enter');
  await app.waitFor(/▸ quick/);
  await app.press('enter');
};

describe('from home to a result', () => {
  test('Enter on every screen measures naive and hnsw on quick', async () => {
    const app = openApp();
    await toReview(app);
    await app.waitFor('enter starts it');
    expect(app.frame()).toContain('$0 here');
    await app.press('enter');
    await app.waitFor('enter shows the result');
    expect(app.services.calls).toEqual(['savePreferences', 'launch naive,hnsw quick cpu-32']);
    await app.press('enter');
    await app.waitFor('at recall');
    expect(app.frame()).toContain('QPS (log) by recall@10');
  });

  test('a machine that is not set up is set up on the way', async () => {
    const app = openApp({ services: createFakeServices({ ready: false }) });
    await toReview(app);
    await app.waitFor('not set up yet');
    await app.press('enter');
    await app.waitFor('enter goes on');
    expect(app.frame()).toContain('✓ C++ core');
    await app.press('enter');
    await app.waitFor('Ready to run?');
  });

  test('esc goes one level back, and the choices stay', async () => {
    const app = openApp();
    await app.press('b');
    await app.waitFor('2 chosen');
    await app.press('space');
    await app.waitFor('1 chosen');
    await app.press('enter');
    await app.waitFor('Where shall it run?');
    await app.press('esc');
    await app.waitFor('1 chosen');
    await app.press('esc');
    await app.waitFor('Nothing was run yet');
  });

  test('without an implementation it does not go on', async () => {
    const app = openApp();
    await app.press('b');
    await app.waitFor('2 chosen');
    await app.press('space', 'j', 'space', 'enter');
    await app.waitFor('Choose at least one');
  });

  test('the last choices are preselected', async () => {
    const app = openApp({
      services: createFakeServices({ preferences: { what: { bench: ['hnsw'] }, hardware: { bench: 'cpu-8' }, datasets: ['quick'] } }),
    });
    await app.press('b');
    await app.waitFor('1 chosen');
    await app.press('enter', 'p');
    await app.waitFor(/▸ +8 cores · 16 GiB/);
  });
});

describe('settings', () => {
  test.each([60, 80, 120])('r on the first screen: those that reach a recall instead of the sweep; %i columns', async columns => {
    const app = openApp({ columns });
    await app.press('b');
    await app.waitFor('2 chosen, 9 points');
    expect(app.frame().replace(/\s+/g, ' ')).toContain('r finds those that reach recall 0.9, 0.95, 0.99 and 0.999 instead.');
    await app.press('r');
    await app.waitFor('2 chosen, 5 points');
    expect(app.frame()).toMatch(/hnsw.* 4 points/);
    expect(app.frame()).toMatch(/naive.* 1 point/);
    await app.press('enter');
    await app.waitFor('Where shall it run?');
    await app.press('enter');
    await app.waitFor(/▸ quick/);
    await app.press('enter');
    await app.waitFor('Ready to run?');
    expect(app.frame()).toMatch(/points +5/);
    if (columns >= 80) expect(app.frame().replace(/\s+/g, ' ')).toContain('settings for recall 0.9, 0.95, 0.99, 0.999');
    await app.press('i');
    await app.waitFor('2 chosen, 5 points');
    await app.press('r');
    await app.waitFor('2 chosen, 9 points');
  });

  test('where none of those chosen has one to be found, r says so', async () => {
    const app = openApp();
    await app.press('b');
    await app.waitFor('2 chosen');
    await app.press('r', 'j', 'space');
    await app.waitFor('1 chosen, 1 point ');
    await app.press('r');
    await app.waitFor('None of those chosen has a setting that can be found for a recall.');
    expect(app.frame()).not.toContain('Settings:');
    await app.press('space');
    await app.waitFor('2 chosen, 5 points');
  });
});

describe('hardware', () => {
  const openHardware = async (columns = 120) => {
    const app = openApp({ columns });
    await app.press('b');
    await app.waitFor('2 chosen');
    await app.press('enter', 'p');
    await app.waitFor('≈ $');
    return app;
  };

  test('sorts', async () => {
    const app = await openHardware();
    await app.press('s');
    await app.waitFor('by price');
    const shapes = app
      .frame()
      .split('\n')
      .flatMap(line => /(\d+) cores · \d+ GiB/.exec(line)?.[0] ?? []);
    expect(shapes.slice(1, 4)).toEqual(['8 cores · 16 GiB', '4 cores · 16 GiB', '16 cores · 32 GiB']);
  });

  test('filters while typing; esc takes the filter away, then goes back', async () => {
    const app = await openHardware();
    await app.press('/', 'a100');
    await app.waitFor('with “a100”');
    expect(app.frame()).not.toContain('16 cores · 32 GiB');
    await app.press('enter', 'esc');
    await app.waitFor('16 cores · 32 GiB');
    await app.press('esc');
    await app.waitFor('Where shall it run?');
  });

  test('this machine stands there at $0, and cannot be chosen', async () => {
    const app = await openHardware();
    await app.press('k', 'k', 'k');
    expect(app.frame()).toMatch(/ {3}this machine: 2 cores · 8 GiB .* \$0/);
    expect(app.frame()).toMatch(/▸ +32 cores/);
  });

  test('a narrow terminal gets fewer columns', async () => {
    const app = await openHardware();
    expect(app.frame()).toContain('VRAM GiB');
    app.resize(60, 24);
    await app.waitFor(/^(?![\s\S]*good for)/);
    expect(app.frame()).toContain('container $/h');
  });
});

describe('a dataset that is not here', () => {
  const openDatasets = async (columns = 80) => {
    const app = openApp({ columns });
    await app.press('b');
    await app.waitFor('2 chosen');
    await app.press('enter', 'enter');
    await app.waitFor('On which data?');
    await app.waitFor('fashion-mnist');
    return app;
  };

  test('is fetched on the spot', async () => {
    const app = await openDatasets();
    await app.press('j', 'enter');
    await app.waitFor('is not here yet');
    await app.press('enter');
    await app.waitFor('here and checked');
    await app.press('enter');
    await app.waitFor(/fashion-mnist.*✓ here/);
    expect(app.services.calls).toContain('sync fashion-mnist-784-euclidean');
  });

  test('marked together with another, it is fetched first; then both are measured in one run', async () => {
    const app = await openDatasets();
    await app.press('space', 'space');
    await app.waitFor('2 marked: enter takes them');
    expect(app.frame()).toMatch(/\[x\] quick[\s\S]*\[x\] fashion-mnist/);
    await app.press('enter');
    await app.waitFor('fashion-mnist-784-euclidean is not here yet');
    await app.press('enter');
    await app.waitFor('here and checked');
    await app.press('enter');
    await app.waitFor(/\[x\] fashion-mnist.*✓ here/);
    await app.press('enter');
    await app.waitFor('quick, fashion-mnist-784-euclidean');
    await app.press('enter');
    await app.waitFor(/runs › bench-/);
    expect(app.services.calls).toContain('launch naive,hnsw quick,fashion-mnist-784-euclidean cpu-32');
  });

  test('where each is can be read at 60 columns too when some are marked', async () => {
    const app = await openDatasets(60);
    await app.press('space');
    await app.waitFor('1 marked');
    expect(app.frame()).toMatch(/\[x\] quick .* ✓ here/);
    expect(app.frame()).toMatch(/\[ \] fashion-mnist-784-eucl.*… .* · not here/);
    expect(app.frame()).toMatch(/not known\.\s+Modal does not answer/);
  });

  test('is taken from a path, with the one its note names filled in', async () => {
    const app = await openDatasets();
    await app.press('j', 'enter');
    await app.waitFor('is not here yet');
    await app.press('f');
    await app.waitFor('path /usr/share/datasets/fashion-mnist');
    await app.press('enter');
    await app.waitFor('here and checked');
    expect(app.services.calls).toContain('sync fashion-mnist-784-euclidean from /usr/share/datasets/fashion-mnist');
  });

  test('a pasted path counts whole, and its newline is not Enter', async () => {
    const app = await openDatasets();
    await app.press('j', 'enter');
    await app.waitFor('is not here yet');
    await app.press('f', 'ctrl-u');
    await app.press('\x1b[200~/some/j k/q?\n\x1b[201~');
    await app.waitFor('path /some/j k/q?');
    expect(app.services.calls).toEqual([]);
  });

  test('a wrong path is four lines, and can be mended', async () => {
    const app = await openDatasets();
    await app.press('j', 'enter');
    await app.waitFor('is not here yet');
    await app.press('f', 'ctrl-u', '/nowhere', 'enter');
    await app.waitFor('✗ The dataset could not be read');
    for (const word of ['why', 'kept', 'next']) expect(app.frame()).toContain(word);
    await app.press('esc');
    await app.waitFor('On which data?');
  });
});

describe('data on which the two rules of recall differ', () => {
  test('are named at the review, before anything is started', async () => {
    const services = createFakeServices();
    const plan: typeof services.plans.plan = async choices => ({ ...(await services.plans.plan(choices)), recallRules: { quick: 0.008 } });
    const app = openApp({ services: { ...services, plans: { ...services.plans, plan } }, rows: 30, columns: 100 });
    await toReview(app);
    await app.waitFor("quick: recall@10 is strict; by ann-benchmarks' tolerance of 0.001 it can be 0.008 higher");
  });
});
