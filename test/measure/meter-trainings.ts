/** Trainings whose meter is held against their bill, and those whose budgets are too small for them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../src/util/paths.ts';
import { takeFew } from '../e2e/few-patients.ts';
import { Home } from '../e2e/program.ts';
import { trainingOf } from '../e2e/training-there.ts';
import type { StandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import type { CloudRunOptions } from './cloud-run.ts';
import { befall, type Case, hasFinished, killAll, type Under, workersIn } from './meter-case.ts';

type Training = {
  readonly gpu?: string;
  /** Each takes a sixth of a second, whatever the machine. */
  readonly steps?: number;
  /** Of `train`, beside what every run has. */
  readonly args?: readonly string[];
  /** Lines of configs/modal.yaml that are otherwise, by their keys. */
  readonly modal?: Readonly<Record<string, number>>;
};

/** Thirteen patients onto the volume; nothing of them is prepared. */
export const sendPatients = async (standIn: StandIn): Promise<void> => {
  const sender = new Home({ env: standIn.env });
  try {
    await takeFew(sender);
    const { exitCode, stdout, stderr } = await sender.run(['sync', 'few', '--target', 'modal', '--yes']);
    if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
  } finally {
    await sender.close();
  }
};

const usual = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');

const training =
  ({ gpu = 'T4', steps = 150, args = [], modal = {} }: Training = {}): CloudRunOptions['words'] =>
  home => {
    const changed = Object.entries(modal).reduce(
      (text, [key, value]) => text.replace(new RegExp(`^${key}: .*$`, 'm'), `${key}: ${value}`),
      usual,
    );
    home.write('config/modal.yaml', changed);
    const budget = args.includes('--budget') ? [] : ['--budget', '50'];
    return [...trainingOf(home, steps, gpu), '--cpu', '4', '--memory', '16', ...budget, ...args];
  };

const preempted =
  (times: number): NonNullable<Case['meanwhile']> =>
  async (run, standIn) => {
    for (let time = 1; time <= times; time += 1) {
      await hasFinished(run, 3 * time);
      await befall(run, standIn, 'preempt');
    }
  };

/** A machine for this GPU is never found; nothing else here asks for it. */
const scarce = 'L40S';

/** The first of them has recordings prepared, which the others then use. */
export const trainings: readonly Case[] = [
  {
    what: 'a training whose recordings are prepared first',
    words: training(),
    wants: ({ outcome, containers = [] }) => outcome === 'done' && containers.some(({ role }) => role === 'preparer'),
  },
  { what: 'a training in us-west', words: training({ gpu: 'A100-80GB', args: ['--region', 'us-west'] }) },
  { what: 'a training of two seeds', words: training({ gpu: 'H100', steps: 80, args: ['--seeds', '2'] }) },
  { what: 'a training that is preempted twice', words: training({ steps: 200 }), meanwhile: preempted(2) },
  {
    what: 'a training that is preempted when nobody is there',
    words: training({ gpu: 'A100-80GB', steps: 200 }),
    meanwhile: async (run, standIn) => {
      await hasFinished(run);
      await befall(run, standIn, 'preempt');
      killAll(run);
      await sleep(8000);
      await run.home.run(['attach', run.run]);
    },
  },
  {
    what: 'a training longer than a container lives',
    words: training({ steps: 700, modal: { longest_call: 100 } }),
    wants: state => state.outcome === 'done' && workersIn(state) > 2,
  },
  {
    what: 'a training that gets the second GPU of its list',
    words: training({ gpu: `${scarce},T4`, modal: { gpu_patience: 5 } }),
    before: standIn => standIn.fault('no_machine', { gpu: scarce }, {}, null),
    wants: ({ outcome, containers = [] }) =>
      outcome === 'done' && containers.some(({ role, machine }) => role === 'worker' && machine === 'T4'),
  },
  {
    what: 'a training that its budget stops',
    words: training({ steps: 4000, args: ['--budget', '0.1', '--over-budget'] }),
    wants: ({ outcome }) => outcome === 'budget',
  },
  {
    what: 'a training that would cost more than its budget',
    words: training({ steps: 8000, args: ['--budget', '0.12'] }),
    wants: ({ outcome }) => outcome === 'budget',
  },
  {
    what: 'a training that is stopped and resumed',
    words: training(),
    meanwhile: async run => {
      await hasFinished(run, 2);
      await run.home.run(['stop', run.run]);
      await run.home.run(['resume', run.run, '--yes']);
      await until('a second attempt', () => run.state().attempt === 2);
    },
    wants: ({ outcome, attempt }) => outcome === 'done' && attempt === 2,
  },
];

const under = (gpu: string, budget: number, args: readonly string[] = []) =>
  training({ gpu, steps: 8000, args: ['--budget', String(budget), '--over-budget', ...args] });

export const trainingsUnder: readonly Under[] = [
  { what: 'a training on an A100-80GB, preempted', budget: 0.2, preempted: true, words: under('A100-80GB', 0.2) },
  { what: 'a training in us-west', budget: 0.15, preempted: false, words: under('T4', 0.15, ['--region', 'us-west']) },
];
