/** Data at Modal in the screens: what is where, and bringing it there, with its price first. */
import stringWidth from 'string-width';
import { afterEach, describe, expect, test } from 'vitest';
import type { VolumeDatasets } from '../../../src/datasets/places.ts';
import { cleanup, type OpenOptions, openApp } from '../support/open-app.tsx';
import { createFakeServices, type FakeOptions, obstacles, signedIn } from '../support/services.ts';

afterEach(cleanup);

type App = ReturnType<typeof openApp>;

const volume = (
  datasets: Readonly<Record<string, { readonly state: 'verified' | 'partial'; readonly bytes: number }>>,
): VolumeDatasets => ({
  state: 'ready',
  volume: 'ann-datasets',
  storage: { gibMonth: 0.09, freeGiB: 1024 },
  datasets: new Map(Object.entries(datasets)),
});

const gistThere = volume({ 'gist-960-euclidean': { state: 'verified', bytes: 3_600_000_000 } });

const open = (fake: FakeOptions, more: Omit<OpenOptions, 'services'> = {}): App =>
  openApp({ services: createFakeServices({ modal: signedIn, ...fake }), ...more });

/** To the datasets of a run on Modal, or on this machine. */
const toDatasets = async (app: App, target: 'modal' | 'local' = 'modal') => {
  await app.waitFor('Benchmark an ANN');
  await app.press('b');
  await app.waitFor('2 chosen');
  await app.press('enter');
  await app.waitFor('Where shall it run?');
  if (target === 'modal') {
    await app.press('j');
    await app.waitFor('✓ acme/main');
  }
  await app.press('enter');
  if (target === 'modal') {
    await app.waitFor('≈ $');
    await app.press('enter');
  }
  await app.waitFor('On which data?');
  await app.waitFor('quick');
};

describe('what is where', () => {
  test('both places stand in the row; the volume’s word comes when it comes', async () => {
    let answer: (found: VolumeDatasets) => void = () => {};
    const app = open({
      volume: () =>
        new Promise(resolve => {
          answer = resolve;
        }),
    });
    await toDatasets(app, 'local');
    // Nothing is known of Modal yet, and no column is taken for that.
    expect(app.frame()).toMatch(/gist-960.*! partly here\s*$/m);
    answer(gistThere);
    await app.waitFor(/gist-960.*! partly here.*✓ on Modal/);
    expect(app.frame()).toMatch(/fashion.*· not here.*· not on Modal/);
  });

  test('of a run on Modal the volume comes first, with what it costs to keep', async () => {
    const app = open({ volume: async () => gistThere });
    await toDatasets(app);
    await app.waitFor(/gist-960.*✓ on Modal.*! partly here/);
    expect(app.frame()).toMatch(/fashion.*· fetched there/);
    await app.press('G');
    await app.waitFor(/\$0\.30\d\d a month/);
    await app.press('y');
    await app.waitFor('is on Modal already, verified');
  });

  test('who cannot be asked is said, and everything else goes on', async () => {
    const app = open({ volume: async () => ({ state: 'unknown', volume: 'ann-datasets', failure: obstacles.unreachable.failure }) });
    await toDatasets(app, 'local');
    await app.waitFor('on Modal: not known. Modal does not answer');
    expect(app.frame()).toMatch(/gist-960.*\? Modal/);
    await app.press('enter');
    await app.waitFor('Ready to run?');
  });
});

describe('bringing it there', () => {
  test('its price is asked first, and Enter is no', async () => {
    const app = open({ volume: async () => volume({}) });
    await toDatasets(app);
    await app.press('j', 'y');
    await app.waitFor('Bring fashion-mnist-784-euclidean to Modal?');
    for (const words of ['0.5 cores · 1 GiB', '$0.0317/h', 'an estimate', 'At most $0.1268']) expect(app.frame()).toContain(words);
    await app.press('enter');
    await app.waitFor('On which data?');
    expect(app.services.calls).toEqual([]);
  });

  test('agreed to, it is followed to its end', async () => {
    const app = open({ volume: async () => volume({}), pace: 60 });
    await toDatasets(app);
    await app.press('j', 'y');
    await app.waitFor('start, and pay');
    await app.press('y');
    await app.showed('25 %');
    await app.showed('25.0 MB/s');
    await app.waitFor('✓ on ann-datasets and checked');
    expect(app.services.calls).toEqual(['syncToVolume fashion-mnist-784-euclidean']);
    await app.press('enter');
    await app.waitFor('On which data?');
  });
});

describe('y on marked ones', () => {
  /** Marks quick and the two below it. */
  const mark = async (app: App, count: number) => {
    for (let n = 0; n < count; n++) await app.press('space');
    await app.waitFor(`${count} marked: enter takes them`);
  };

  test('offers those that are not here, one after the other, wherever the cursor is', async () => {
    const app = open({ volume: async () => volume({}) });
    await toDatasets(app, 'local');
    await mark(app, 2);
    await app.press('G', 'y');
    await app.waitFor('fashion-mnist-784-euclidean is not here yet');
    await app.press('enter');
    await app.waitFor('here and checked');
    await app.press('enter');
    await app.waitFor('2 marked: enter takes them');
    await app.waitFor(/fashion.*✓ here/);
    expect(app.services.calls).toEqual(['sync fashion-mnist-784-euclidean']);
    await app.press('y');
    await app.waitFor('All 2 that are marked are there already.');
  });

  test('on Modal: those that the volume has not', async () => {
    const app = open({ volume: async () => volume({ quick: { state: 'verified', bytes: 16_600_000 } }) });
    await toDatasets(app);
    await app.waitFor(/quick.*✓ on Modal/);
    await mark(app, 2);
    await app.press('G', 'y');
    await app.waitFor('Bring fashion-mnist-784-euclidean to Modal?');
  });

  test('one that is there already is no work', async () => {
    const app = open({ volume: async () => volume({ quick: { state: 'verified', bytes: 16_600_000 } }) });
    await toDatasets(app);
    await app.waitFor(/quick.*✓ on Modal/);
    await mark(app, 1);
    await app.press('y');
    await app.waitFor('The marked one is there already.');
  });
});

describe.each([60, 80, 120])('%i columns', columns => {
  test('nothing is wider than the terminal, and the states can be read', async () => {
    const app = open({ volume: async () => gistThere }, { columns });
    await toDatasets(app);
    await app.waitFor('✓ on Modal');
    const frames = [app.frame()];
    await app.press('k', 'j', 'y');
    await app.waitFor('to Modal?');
    frames.push(app.frame());
    for (const frame of frames) {
      for (const row of frame.split('\n')) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
      if (process.env.SHOW_FRAMES) console.log(frame);
    }
  });
});
