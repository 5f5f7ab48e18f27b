import { afterEach, describe, expect, test } from 'vitest';
import { duration, money } from '../../../../src/text/format.ts';
import { type ForecastRow, forecastTraining } from '../../../../src/workloads/train/forecast.ts';
import type { TrainRun } from '../../../../src/workloads/train/spec.ts';
import { begun, trainSpec, trainState } from '../../../support/training.ts';
import { cleanup, openApp } from '../../support/open-app.tsx';
import { createFakeServices, hardware } from '../../support/services.ts';

afterEach(cleanup);

const now = () => begun + 300_000;

describe('the wizard of a training', () => {
  test('Enter alone goes from home to a run: the laptop’s config, its model, made-up patients, this machine', async () => {
    const app = openApp();
    await app.waitFor('Train the seizure detector');
    await app.press('t');
    expect(await app.waitFor('trains on a laptop')).toContain('▸ laptop');
    await app.press('enter');
    await app.waitFor('Where shall it run?');
    await app.press('enter');
    await app.waitFor('▸ synthetic-seizures');
    await app.press('enter');
    const review = await app.waitFor('enter starts it');
    expect(review).toMatch(/what +tiny +laptop/);
    expect(review).toMatch(/windows +32 × 30 s a step/);
    expect(review).toMatch(/steps +300/);
    expect(review).toMatch(/checkpoint +every 50 steps/);
    expect(review).toMatch(/on +synthetic-seizures \(synthetic\)/);
    expect(review).toMatch(/evaluation +on test/);
    expect(review).toMatch(/time +≈/);
    // What the forecast says of that GPU, not what the time of this machine would cost there.
    const { seconds = 0, dollars = 0 } = forecastTraining(trainSpec(), { rows: hardware, cores: 2, paces: [] }).find(
      row => row.hardware?.id === 'l4',
    ) as ForecastRow;
    expect(review.replace(/\s+/g, ' ')).toContain(`cost $0 here ≈ ${money(dollars)} for ≈ ${duration(seconds)} of training alone on L4`);
    await app.press('enter');
    await app.waitFor('› bench-0001');
    expect(app.services.calls.join('\n')).toContain('launch train synthetic-seizures');
  });

  test('another config, model and several seeds are a key each', async () => {
    const app = openApp();
    await app.waitFor('Train the seizure detector');
    await app.press('t');
    await app.waitFor('trains on a laptop');
    await app.press('down');
    await app.waitFor('▸ smoke_test');
    await app.press('m');
    await app.waitFor('for a corpus of tens of hours');
    await app.press('s');
    await app.waitFor('mean ± sd');
    await app.press('enter', 'enter');
    await app.waitFor('▸ synthetic-seizures');
    await app.press('enter');
    const review = await app.waitFor('enter starts it');
    expect(review).toMatch(/what +small +smoke_test/);
    expect(review).toMatch(/seeds +3: 0, 1, 2/);
  });

  test('a model is chosen for one config; t begins with the usual choices again', async () => {
    const app = openApp();
    await app.waitFor('Train the seizure detector');
    await app.press('t');
    await app.waitFor('trains on a laptop');
    await app.press('m');
    await app.waitFor('for a corpus of tens of hours');
    await app.press('down');
    await app.waitFor('▸ smoke_test');
    expect(app.frame()).toMatch(/model +tiny /);
    await app.press('up');
    await app.waitFor(/▸ laptop[\s\S]*model +small /);
    await app.press('down', 'm');
    await app.waitFor(/▸ smoke_test[\s\S]*model +small /);
    await app.press('enter');
    await app.waitFor('Where shall it run?');
    // A step back, and what was chosen is there; home, and it is not.
    await app.press('esc');
    await app.waitFor(/▸ smoke_test[\s\S]*model +small /);
    await app.press('esc');
    await app.waitFor('Train the seizure detector');
    await app.press('t');
    await app.waitFor(/▸ laptop[\s\S]*model +tiny /);
  });

  test('shows what it would take on each GPU of Modal', async () => {
    const app = openApp({ columns: 120, rows: 40 });
    await app.waitFor('Train the seizure detector');
    await app.press('t');
    await app.waitFor('trains on a laptop');
    await app.press('enter', 'p');
    const table = await app.waitFor('windows/s');
    expect(table).toMatch(/here: 2 cores +– +\$0 +≈ [\d,.]+ .* \$0/);
    expect(table).toMatch(/H100 +80 GiB +\$5\.73\/h +≈ [\d,]+ +≈ .* ≈ \$.* \d\.\d× +fits: ≈ 0\.\d GiB/);
    expect(table).toMatch(/★ \w+: the cheapest for this run/);
    // Rows without a GPU train nothing.
    expect(table).not.toContain('32 cores · 32 GiB');
  });
});

test.each([60, 80, 120])('at %i columns the prices say why no GPU is faster, and stand on the row with the star', async columns => {
  const app = openApp({ columns });
  await app.waitFor('Train the seizure detector');
  await app.press('t');
  await app.waitFor('trains on a laptop');
  await app.press('enter', 'p');
  const text = await app.waitFor('windows/s');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('No GPU is faster than another: the steps are too small to keep one busy.');
  expect(text).toMatch(/▸ +\w+ ★/);
});

test('several GPUs are named by f, the first that is to be had is taken; one that there is not is told', async () => {
  const app = openApp({ columns: 120, rows: 40 });
  await app.waitFor('Train the seizure detector');
  await app.press('t');
  await app.waitFor('trains on a laptop');
  await app.press('enter', 'p');
  await app.waitFor('windows/s');
  await app.press('f');
  await app.waitFor(/GPUs, the first that is to be had +\w+/);
  await app.press('ctrl-u', 'h100, z9', 'enter');
  await app.waitFor('There is no GPU “Z9” in this list.');
  await app.press('f', 'ctrl-u', 'h100, l4', 'enter');
  await app.waitFor('On which data?');
});

describe('a training at work', () => {
  test('v gives the curves the room of the log, p goes round its views', async () => {
    const services = createFakeServices({ runs: [trainState('train-4kq2', { step: 190, live: true })] });
    services.log.add('a line of the log');
    const app = openApp({ services, run: 'train-4kq2', now, columns: 120, rows: 40 });
    await app.waitFor('a line of the log');
    await app.press('v');
    await app.waitFor('gradient norm');
    expect(app.frame()).not.toContain('a line of the log');
    await app.press('v');
    await app.waitFor('a line of the log');
    for (const shows of ['learning rate', '★ best', 'how it stands', 'Once it is trained', 'compute-bound']) {
      await app.press('p');
      await app.waitFor(shows);
    }
  });
});

test('a model of one’s own that broke: what begins anew is told, and no key that would use the same copy', async () => {
  const { exitCode, ...run } = trainState('train-4kq5', { step: 20 });
  const source = { file: 'mine.py', sha256: 'ab', from: '/home/me/mine.py' };
  const verdict = { model: 'mine', verdict: 'crashed', what: 'mine.py crashed in training', why: 'mine.py:15: so it is' };
  const failure = { what: 'Your model broke', why: 'mine.py:15: so it is', hint: 'ann-tui train --config laptop --model /home/me/mine.py' };
  const failed: TrainRun = {
    ...run,
    spec: { ...run.spec, source },
    results: { ...run.results, verdict },
    outcome: 'failed',
    exitCode: 1,
    jobFailure: failure,
    failure,
  };
  const open = (state: TrainRun) =>
    openApp({ services: createFakeServices({ runs: [state] }), run: state.run, now, columns: 120, rows: 34 });
  const shown = await open(failed).waitFor('Your model broke');
  expect(shown).toContain('l shows the log, esc leaves it, or type: ');
  expect(shown).not.toContain('R goes on with it');
  const { verdict: _, ...results } = failed.results;
  await open({ ...failed, results }).waitFor('l shows the log, R goes on with it, esc leaves it');
});

describe('the result of a training', () => {
  const open = (seeds: readonly number[] = [0]) => {
    const run = trainState('train-4kq4', { judged: true, seeds });
    const app = openApp({ services: createFakeServices({ runs: [run] }), run: run.run, now, columns: 100, rows: 34 });
    return app;
  };

  test('says first how much better it is than the best baseline, then the patients, worst first', async () => {
    const app = open([0, 1, 2]);
    await app.press('enter');
    const text = (await app.waitFor('worst first')).replaceAll(/\s+/g, ' ');
    expect(text).toContain('tiny, seed 0: AUROC 0.912 [0.871, 0.944], better than the best baseline (2–8 Hz power) by 0.128 AUROC');
    expect(text).toContain('tiny: AUROC 0.901 ± 0.011 over 3 seeds');
    expect(text).toContain('synthetic');
    await app.press('enter');
    await app.waitFor(/sub-\d+, 1 of/);
  });

  test('v shows every curve, p seeds and checkpoints with where the best lies', async () => {
    const app = open();
    await app.press('enter');
    await app.waitFor('worst first');
    await app.press('v');
    await app.waitFor('gradient norm');
    await app.press('p');
    await app.waitFor('runs/train-4kq4/job/checkpoints/seed-0/best');
    await app.press('p');
    await app.waitFor('worst first');
    await app.press('r');
    // What went well is no warning.
    await app.waitFor('✓ ./train-4kq4.html');
    expect(app.services.calls).toContain('report train-4kq4');
  });

  test('e opens an evaluation of what it trained', async () => {
    const app = open();
    await app.press('enter');
    await app.waitFor('worst first');
    await app.press('e');
    const text = await app.waitFor('the baselines, or a training?');
    expect(text).toMatch(/▸ train-4kq4 +tiny on synthetic-seizures · AUROC 0\.91/);
    // What is said is of what is selected.
    expect(text).toContain('Scored is the best checkpoint of train-4kq4, beside the baselines.');
    expect(text).toContain('As it was trained: 19 channels, average · 128 Hz · 0.5–40 Hz zero-phase.');
    expect(text).not.toContain('configs/prepare.yaml');
    await app.press('up');
    const baselines = await app.waitFor('By configs/prepare.yaml: 256 Hz');
    expect(baselines).toContain('Scored are the baselines');
    expect(baselines).not.toContain('128 Hz');
  });

  test('is as it was left once one comes back: from an evaluation, and from running it again', async () => {
    const app = open();
    await app.press('enter');
    await app.waitFor('worst first');
    await app.press('down', 'down');
    const patient = /▸ (sub-\d+)/.exec(app.frame())?.[1];
    expect(patient).toMatch(/^sub-/);
    await app.press('e');
    await app.waitFor('the baselines, or a training?');
    await app.press('esc');
    await app.waitFor(`▸ ${patient}`);
    await app.press('a');
    await app.waitFor('enter starts it');
    await app.press('esc');
    await app.waitFor(`▸ ${patient}`);
    await app.press('p');
    await app.waitFor('★ best');
    await app.press('e');
    await app.waitFor('the baselines, or a training?');
    await app.press('esc');
    await app.waitFor('★ best');
  });

  test('of a run that was not judged is its curves; enter runs it again', async () => {
    const run = { ...trainState('train-4kq4', { step: 100 }), outcome: 'stopped' as const };
    const app = openApp({ services: createFakeServices({ runs: [run] }), run: run.run, now, columns: 100, rows: 34 });
    await app.press('enter');
    await app.waitFor('gradient norm');
    await app.press('enter');
    await app.waitFor('Ready to run?');
  });
});

test('an evaluation stands on the baselines, and offers what was trained below them', async () => {
  const runs = [trainState('train-4kq4', { judged: true }), trainState('train-4kq5', { step: 10 })];
  const app = openApp({ services: createFakeServices({ runs }), now });
  await app.waitFor('Recent');
  await app.press('e');
  const text = await app.waitFor('the baselines, or a training?');
  expect(text).toMatch(/▸ referential +baselines/);
  expect(text).toContain('train-4kq4');
  // Nothing was looked at yet: it has no best checkpoint.
  expect(text).not.toContain('train-4kq5');
});
