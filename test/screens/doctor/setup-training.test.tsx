/** What a run needs beside the core's environment is made on its way: what it takes is said, and Enter agrees. */
import { afterEach, expect, test } from 'vitest';
import type { Progress } from '../../../src/setup/making.ts';
import type { Runtime } from '../../../src/workloads/workload.ts';
import { cleanup, openApp } from '../support/open-app.tsx';
import { createFakeServices, type FakeServices } from '../support/services.ts';

afterEach(cleanup);

const takes = 'PyTorch 2.13.0 for CPUs: about 260 MB to fetch, 1.2 GB on disk, 2 to 5 minutes';
const missing = { what: 'The training environment is not ready', why: 'it was never set up', hint: 'ann-tui setup --training' };

/** A machine with the core's environment only, on which every run needs the other one. */
const withoutTraining = (trainingTakes = async () => takes) => {
  const services = createFakeServices();
  let ready = false;
  const setup: FakeServices['setup'] = {
    ...services.setup,
    trainingTakes,
    status: async runtime => {
      if (runtime === 'core' || ready) return { ready: true, folder: '/data/python' };
      return { ready: false, why: missing.why, folder: '/data/python' };
    },
    install: async (runtime: Runtime, onProgress: (progress: Progress) => void) => {
      services.calls.push(`install ${runtime}`);
      onProgress({ step: 'Installing PyTorch' });
      ready = true;
    },
  };
  const plans = { ...services.plans, check: async () => (ready ? undefined : missing) };
  return { ...services, setup, plans };
};

const toSetup = async (services: FakeServices) => {
  const app = openApp({ services });
  await app.waitFor('Nothing was run yet');
  for (const seen of ['2 chosen', 'Where shall it run?', /▸ quick/]) {
    await app.press('enter');
    await app.waitFor(seen);
  }
  await app.press('enter');
  await app.waitFor('This needs the environment for trainings');
  return app;
};

test('Enter alone leads through it to the review and to the run', async () => {
  const app = await toSetup(withoutTraining());
  await app.waitFor('about 260 MB to fetch, 1.2 GB on disk');
  expect(app.frame()).toContain('It was never set up.');
  expect(app.frame()).toContain('enter agrees and starts it');
  await app.press('enter');
  await app.waitFor('✓ Installing PyTorch');
  expect(app.services.calls).toContain('install training');
  await app.press('enter');
  await app.waitFor('enter starts it');
  await app.press('enter');
  await app.waitFor('enter shows the result');
});

test('nobody agrees before it is said what it takes, and esc leaves everything', async () => {
  let say: (words: string) => void = () => {};
  const services = withoutTraining(
    () =>
      new Promise(resolve => {
        say = resolve;
      }),
  );
  const app = await toSetup(services);
  await app.press('enter');
  await app.waitFor('Still looking for what it takes.');
  say(takes);
  await app.waitFor('1.2 GB on disk');
  await app.press('esc');
  await app.waitFor(/▸ quick/);
  expect(app.services.calls).not.toContain('install training');
});

test('the doctor leads there too', async () => {
  const services = withoutTraining();
  const found = [{ name: 'Training', verdict: 'warn', found: 'not ready: …', fix: missing.hint }] as const;
  const app = openApp({ services: { ...services, setup: { ...services.setup, doctor: async () => found } } });
  await app.waitFor('Benchmark an ANN');
  await app.press('d');
  await app.waitFor('Training');
  await app.press('enter');
  await app.waitFor('1.2 GB on disk');
});
