/** The training part of the self-test at Modal, against the stand-in, which has no GPU: everything else of it is as on Modal, PyTorch included. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadPrices } from '../../../src/config/prices.ts';
import { createModalClient } from '../../../src/modal-client/index.ts';
import { type Checked, runChecks } from '../../../src/selftest/check.ts';
import { modalChecks } from '../../../src/selftest/modal/checks.ts';
import { mostDollars, planSelftest } from '../../../src/selftest/modal/plan.ts';
import { seenFinding, type Trained, trainedFinding } from '../../../src/selftest/modal/training.ts';
import { createTrial, endTrial, type Trial } from '../../../src/selftest/modal/trial.ts';
import { givenSharedHome } from '../../support/home.ts';
import { clientEnv, preparedClient } from '../../support/modal-env.ts';
import { type StandIn, startStandIn } from '../../support/stand-in.ts';
import { hasTorch, makeTorchPython } from '../../support/torch-python.ts';

describe('what torch tells of a GPU', () => {
  const seen = { device: 'Tesla T4', precision: 'float32', torch: '2.13.0', cuda: '13.0', gpus: 1, memory_bytes: 15_642_329_088 };
  test('as asked for, another one, more than one, none', () => {
    expect(seenFinding(seen, 'T4')).toMatchObject({
      verdict: 'ok',
      found: expect.stringContaining('Tesla T4, 15.6 GB, torch 2.13.0, CUDA 13.0'),
    });
    expect(seenFinding({ ...seen, device: 'NVIDIA L4' }, 'T4')).toMatchObject({ verdict: 'warn' });
    expect(seenFinding({ ...seen, gpus: 2 }, 'T4')).toMatchObject({ verdict: 'warn', found: expect.stringContaining('2 GPUs') });
    expect(seenFinding({ ...seen, device: 'cpu', gpus: 0 }, 'T4')).toMatchObject({
      verdict: 'fail',
      found: expect.stringContaining('no GPU'),
    });
  });
});

describe('what became of an interrupted training', () => {
  const start = { input: 'in-1' };
  const seen = {
    device: 'Tesla T4',
    precision: 'float32',
    torch: '2',
    cuda: '13',
    gpus: 1,
    step: 20,
    resumed: { step: 8, exact: true, why: null },
  };
  const value: Trained = {
    starts: [
      { ...start, task: 'ta-1' },
      { ...start, task: 'ta-2' },
    ],
    steps: 20,
    failure: null,
    seen,
    after: [null, 'preemption'],
    difference: 0,
  };
  test('the same weights, others, from the beginning, not exactly, for another reason', () => {
    expect(trainedFinding(value, undefined)).toMatchObject({ verdict: 'ok', found: expect.stringContaining('at step 8 of 20') });
    expect(trainedFinding({ ...value, difference: 0.00125 }, undefined)).toMatchObject({
      verdict: 'fail',
      found: expect.stringContaining('differ by up to 0.0013'),
    });
    expect(trainedFinding({ ...value, seen: { ...seen, resumed: null } }, undefined)).toMatchObject({ verdict: 'fail' });
    const inexact = { ...seen, resumed: { step: 8, exact: false, why: 'another GPU' } };
    expect(trainedFinding({ ...value, seen: inexact }, undefined)).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('another GPU'),
    });
    expect(trainedFinding({ ...value, after: [null, 'loss'] }, undefined)).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('loss'),
    });
    expect(trainedFinding(value, 'it was begun again under another input')).toMatchObject({ verdict: 'fail' });
  });
});

describe.skipIf(!hasTorch())('at the stand-in', () => {
  let standIn: StandIn;
  let torch: ReturnType<typeof makeTorchPython>;
  let variables: ReturnType<typeof clientEnv>;
  const shared = givenSharedHome();
  const { signal } = new AbortController();
  const where = { profile: null, environment: null };

  beforeAll(async () => {
    await preparedClient();
    shared.begin();
    torch = makeTorchPython();
    standIn = await startStandIn(['--container-python', torch.python]);
    variables = clientEnv(standIn.env);
    variables.set();
  });
  afterAll(async () => {
    variables.restore();
    await standIn.close();
    torch.remove();
    shared.end();
  });
  // A machine that is busy with other things takes longer than one of Modal's.
  beforeEach(() => standIn.fault('function_timeout', { function: 'train' }, { seconds: 900 }, null));
  afterEach(() => standIn.clear());

  describe('one app', () => {
    let trial: Trial;
    const begin = async (dollars: number): Promise<void> => {
      trial = createTrial(createModalClient(where), where, { ...planSelftest((await loadPrices()).value, mostDollars), budget: dollars });
      const checks = await runChecks(modalChecks, trial, { only: ['volume version', 'launch', 'Dict'], signal });
      expect(checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    };
    const look = async (name: string): Promise<Checked> => {
      const check = modalChecks.find(one => one.name === name);
      if (check === undefined) throw new Error(`there is no check ${name}`);
      const [checked] = await runChecks([{ ...check, needs: [] }], trial, { signal });
      return checked as Checked;
    };
    const training = 'training, interrupted';

    beforeEach(() => begin(10));
    afterEach(async () => {
      await standIn.clear();
      expect(await endTrial(trial)).toEqual([]);
      await trial.client.close();
    });

    test('as it should be, for less than was said: only the GPU is missing', async () => {
      expect(await look(training)).toMatchObject({
        verdict: 'ok',
        found: expect.stringMatching(/taken up in another container at step \d+ of 20; the same weights, to the last bit/),
        facts: { starts: 2, after: [null, 'preemption'], difference: 0 },
      });
      expect(await look('GPU')).toMatchObject({ verdict: 'fail', found: expect.stringMatching(/torch \S+ finds no GPU/) });
      const { total } = (await standIn.admin('bill')) as { total: string };
      expect(Number(total)).toBeGreaterThan(0);
      expect(Number(total)).toBeLessThan(trial.plan.most);
    });

    test('a stop that is no more than a kill: what was kept before is gone on with', async () => {
      await standIn.fault('stop_kills', { function: 'train' }, {}, null);
      expect(await look(training)).toMatchObject({
        verdict: 'warn',
        found: expect.stringMatching(/same weights; the one before was taken for a loss/),
      });
    });

    test('no machine has such a GPU: told, and nothing of it is left waiting', async () => {
      trial.patience = 3;
      await standIn.fault('no_machine', { function: 'train' }, {}, null);
      expect(await look(training)).toMatchObject({
        verdict: 'fail',
        found: expect.stringMatching(/no container with a T4 had kept a checkpoint/),
      });
      trial.patience = 60;
    });
  });

  test('a budget that could not pay for it, should it hang: it is not asked for', async () => {
    const trial = createTrial(createModalClient(where), where, { ...planSelftest((await loadPrices()).value, mostDollars), budget: 0.05 });
    try {
      const checks = await runChecks(modalChecks, trial, { only: ['training, interrupted'], signal });
      expect(checks.at(-1)).toMatchObject({
        verdict: 'fail',
        found: expect.stringMatching(/should it hang, it would cost \$0\.0\d+, and \$0\.0\d+ are left/),
      });
      const containers = (await standIn.admin('containers')) as readonly { function: string; app: string }[];
      expect(containers.filter(one => one.function === 'train' && trial.apps.has(one.app))).toEqual([]);
    } finally {
      await endTrial(trial);
      await trial.client.close();
    }
  });
});
