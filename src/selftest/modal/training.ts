/** A training in miniature on the cheapest GPU: what torch sees of it, and an interruption in the middle. */
import { size } from '../../text/format.ts';
import { type Check, type Finding, fail, ok, warn } from '../check.ts';
import { callName } from './calls.ts';
import { interrupt, type Note, noteOf, notTakenUp } from './interruption.ts';
import type { TrainingPlan } from './plan.ts';
import { endOf, eventually, once, type Probed, spawnProbe, type Trial, wordsOfEnd } from './trial.ts';

/** The note of the container that trains (`NOTE` of seizure.selftest.cloud). `kept`: the step of the newest checkpoint of the one to be interrupted. */
type TrainingNote = Note & { readonly kept?: number };

/** What torch says of its machine. */
export type Seen = {
  readonly device: string;
  readonly precision: string;
  readonly torch: string;
  readonly cuda: string | null;
  readonly gpus: number;
  readonly memory_bytes?: number;
  readonly capability?: string;
};

type Resumed = { readonly step: number; readonly exact: boolean; readonly why: string | null };

/** What the last container tells: `after` says after what end of the one before each began, by its own account; `difference` of the weights. */
export type Trained = Note & {
  readonly steps: number;
  readonly failure: { readonly what: string; readonly why: string } | null;
  readonly seen?: Seen & { readonly step: number; readonly resumed: Resumed | null };
  readonly after?: readonly (string | null)[];
  readonly difference?: number;
};

type Outcome = { readonly why: string } | { readonly value: Trained; readonly probed: Probed; readonly uninterrupted?: string };

/** Once, however many checks look at it. */
const trained = (trial: Trial, { gpu, containers }: TrainingPlan, signal: AbortSignal): Promise<Outcome> =>
  once(trial, 'trained', async () => {
    const { timers } = trial.plan;
    const id = await spawnProbe(trial, { function: 'train', machine: gpu, containers }, signal);
    // Longer than that nobody asks the container that leads, and it would leave.
    const patience = 4 * trial.patience;
    const kept = await eventually(
      { patience },
      async () => {
        const note = await noteOf<TrainingNote>(trial, 'training', signal);
        if (note?.kept !== undefined && note.kept > 0) return note;
        const state = await trial.client.call(id, { signal });
        return state.state === 'running' ? undefined : (note ?? { starts: [] });
      },
      signal,
    );
    const first = kept?.starts[0]?.task;
    if (kept === undefined || first === undefined) {
      await trial.client.cancelCall(id, { terminate: true }).catch(() => {});
      return { why: `no container with a ${gpu} had kept a checkpoint ${patience} s after it was asked for` };
    }
    const uninterrupted = await interrupt(trial, first, signal);
    const probed = await endOf(trial, id, signal, timers.train + 2 * trial.patience);
    if (probed === undefined) return { why: 'it did not end' };
    if (probed.end.state !== 'done') return { why: wordsOfEnd(probed.end) };
    return { value: probed.end.value as Trained, probed, ...(uninterrupted !== undefined && { uninterrupted }) };
  });

/** Pure. `gpu`: the one that was asked for. */
export const seenFinding = ({ device, precision, torch, cuda, gpus, memory_bytes, capability }: Seen, gpu: string): Finding => {
  const facts = { device, gpus, memory_bytes, capability, torch, cuda, precision };
  if (gpus === 0) return fail(`torch ${torch} finds no GPU: it trained on the processor, and the ${gpu} was billed`, facts);
  const found = `${device}, ${size(memory_bytes ?? 0)}, torch ${torch}, CUDA ${cuda}; a training computes in ${precision}`;
  if (gpus > 1) return warn(`${gpus} GPUs, one was asked for: ${found}`, facts);
  return device.toUpperCase().includes(gpu.split('-')[0] ?? gpu) ? ok(found, facts) : warn(`${gpu} was asked for: ${found}`, facts);
};

/** Pure. `why`: it was not taken up by another container. */
export const trainedFinding = (value: Trained, why: string | undefined): Finding => {
  const { steps, seen, after = [], difference = 0, starts } = value;
  const resumed = seen?.resumed ?? null;
  const facts = { starts: starts.length, after, resumed, difference };
  if (why !== undefined) return fail(why, facts);
  if (resumed === null || resumed.step === 0) return fail('it was begun again from the beginning: its checkpoint was not there', facts);
  const taken = `interrupted in the middle, taken up in another container at step ${resumed.step} of ${steps}`;
  if (difference !== 0)
    return fail(`${taken}; the weights differ by up to ${difference.toPrecision(2)} from an unbroken training's`, facts);
  if (!resumed.exact) return warn(`${taken}, with the same weights; yet it says that it is not exact: ${resumed.why}`, facts);
  if (after.at(-1) !== 'preemption') return warn(`${taken}, with the same weights; the one before was taken for a ${after.at(-1)}`, facts);
  return ok(`${taken}; the same weights, to the last bit, as an unbroken one`, facts);
};

const planned = ({ plan }: Trial): TrainingPlan => {
  if (plan.training === undefined) throw new Error('no training was planned');
  return plan.training;
};

const name = 'training, interrupted';

const training: Check<Trial> = {
  name,
  assumes: 'a training that is interrupted goes on in another container at its checkpoint, to the same weights as one that is not',
  needs: [callName],
  limit: 1800,
  run: async (trial, signal) => {
    const found = await trained(trial, planned(trial), signal);
    if ('why' in found) return fail(found.why);
    const { value, probed, uninterrupted } = found;
    if (value.failure !== null) return fail(`${value.failure.what}: ${value.failure.why}`);
    if (value.starts.length < 2) {
      const why = uninterrupted ?? 'its container was told to stop, and trained on to the end';
      return warn(`it could not be interrupted: ${why}`, { starts: value.starts.length, difference: value.difference });
    }
    return trainedFinding(value, notTakenUp(value, probed));
  },
};

const gpu: Check<Trial> = {
  name: 'GPU',
  assumes: 'a container has the GPU that was asked for, and the torch of its image computes on it',
  needs: [name],
  limit: 1800,
  run: async (trial, signal) => {
    const plan = planned(trial);
    const found = await trained(trial, plan, signal);
    if ('why' in found) return fail(found.why);
    const { seen, failure } = found.value;
    return seen === undefined ? fail(`it was not told: ${failure?.what}`) : seenFinding(seen, plan.gpu);
  },
};

/** Tried only where a training is planned. */
export const trainingChecks: readonly Check<Trial>[] = [training, gpu];
