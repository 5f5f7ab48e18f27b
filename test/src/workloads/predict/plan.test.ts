/** What a prediction at Modal is planned as, and what is refused before anything is sent. */
import { expect, test } from 'vitest';
import { specMisfit } from '../../../../src/runs/spec-check.ts';
import { choicesOf, commandFor } from '../../../../src/workloads/predict/plan.ts';
import { predict } from '../../../../src/workloads/predict/workload.ts';
import { choices, predictSpec } from '../../../support/predict.ts';

test('one container without a GPU predicts all; what is carried is counted and priced', async () => {
  const spec = await predictSpec({ budget: 1 });
  expect(spec).toMatchObject({ kind: 'predict', threshold: 0.62, synthetic: true, budget: 1, cloud: { containers: 1 } });
  expect(spec.cloud?.container).toMatchObject({ cores: 4, gpu: null });
  expect(spec.carried.bytes).toBe(120_500_000);
  // 0.112 GiB at the price list's rate.
  expect(spec.carried.dollarsPerMonth).toBeCloseTo(0.01, 2);
  expect(specMisfit(JSON.parse(JSON.stringify(spec)))).toBeUndefined();
  const [part, ...others] = predict.parts(spec, { cores: 4 });
  expect([part?.name, part?.units, others]).toEqual(['w1', 3, []]);
  expect(part?.seconds).toBeGreaterThan(1);
  expect([predict.title(spec), predict.total(spec)]).toEqual(['tiny (train-aaaaaa) on 3 recordings', 3]);
  expect(predict.title(await predictSpec({}, {}, ['night.edf']))).toBe('tiny (train-aaaaaa) on night.edf');
  expect((await predictSpec({ hardware: '4x16+T4' })).cloud?.container.gpu).toBe('T4');
});

test('its job names what was carried by the places that it has there', async () => {
  const spec = await predictSpec({ threshold: 0.8 });
  expect(predict.carries?.(spec)).toEqual(['/runs/best', '/eeg/night-1.edf', '/eeg/night-2.edf', '/eeg/pairs.edf']);
  const carriedAt = (local: string) => `carried/x${local}`;
  expect(predict.job(spec, { cores: 4, sourceAt: () => '', carriedAt })).toEqual({
    v: 1,
    job: 'predict',
    checkpoint: { name: 'train-aaaaaa-seed-0', title: 'tiny (train-aaaaaa)', folder: 'carried/x/runs/best' },
    recordings: ['night-1', 'night-2', 'pairs'].map(name => ({
      name: `${name}.edf`,
      edf: `carried/x/eeg/${name}.edf`,
      tsv: `${name}_events.tsv`,
    })),
    threshold: 0.8,
    workers: 4,
  });
});

test('a model that was never given a threshold needs one; this machine needs no run', async () => {
  await expect(predictSpec({}, { threshold: null })).rejects.toMatchObject({
    exitCode: 2,
    failure: { what: 'tiny (train-aaaaaa) has no threshold', hint: expect.stringContaining('--threshold 0.5 --target modal') },
  });
  expect((await predictSpec({ threshold: 0.4 }, { threshold: null })).threshold).toBe(0.4);
  await expect(predictSpec({ target: 'local' })).rejects.toMatchObject({
    failure: { hint: 'ann-tui predict /eeg --checkpoint /runs/best' },
  });
});

test('the same again asks for the same; a command is what can be typed', async () => {
  const spec = await predictSpec({ threshold: 0.8 });
  expect(choicesOf(spec)).toEqual(choices({ threshold: 0.8 }));
  const words = choices({ edfs: ['/my eeg/a.edf', '/b'], model: 'mine.py' });
  expect(commandFor(words)).toBe("ann-tui predict '/my eeg/a.edf' /b --checkpoint /runs/best --model mine.py --target modal");
});
