/** Calls and the containers that answer them: by id, by Modal's timers, interrupted, and within a budget. */
import { money } from '../../text/format.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import { launchName } from './launch-name.ts';
import { smallTerms } from './plan.ts';
import { appOf, ask, endOf, eventually, once, probe, spawnProbe, type Trial, wordsOfEnd } from './trial.ts';

export const leadName = 'Dict';
export const callName = 'call';

const dict: Check<Trial> = {
  name: leadName,
  assumes: 'a word left in a modal.Dict reaches a running container, and its answer comes back, within seconds',
  needs: [launchName],
  limit: 600,
  run: async (trial, signal) => {
    // The first one waits for the container, the second one for the Dict alone.
    const { task } = await ask(trial, 'hello', {}, signal);
    await once(trial, 'lead', async () => task);
    const begun = performance.now();
    await ask(trial, 'hello', {}, signal);
    const seconds = (performance.now() - begun) / 1000;
    const found = `there and back in ${seconds.toFixed(1)} s`;
    return seconds > 10 ? warn(found, { seconds }) : ok(found, { seconds });
  },
};

type Seen = {
  readonly task: string;
  /** Unix seconds. */
  readonly born: number;
  readonly time: number;
  readonly steady: number;
  readonly wall: number;
  readonly machine: Readonly<Record<string, unknown>>;
};

const look = (trial: Trial, signal: AbortSignal) => once(trial, 'look', () => probe<Seen>(trial, { probe: 'look' }, signal));

const call: Check<Trial> = {
  name: callName,
  assumes: 'a container starts another one; its outcome is had by the id of its call (fc-…), from here and from a container',
  needs: [leadName],
  limit: 600,
  run: async (trial, signal) => {
    const { call: id, value } = await look(trial, signal);
    const { value: there } = await ask(trial, 'value', { call: id }, signal);
    const facts = { machine: value.machine };
    if ((there as Seen | undefined)?.task !== value.task) return fail('a container sees another outcome than this machine', facts);
    const { cpu, isa } = value.machine;
    return ok(`the same from both; ran on ${String(cpu)} (${String(isa)})`, facts);
  },
};

const times: Check<Trial> = {
  name: 'container times',
  assumes: 'the list tells of each container when it was asked for and when it started; its own name is the same (ta-…)',
  needs: [leadName],
  run: async (trial, signal) => {
    const { task } = await ask(trial, 'hello', {}, signal);
    const app = appOf(trial);
    const found = await eventually(
      trial,
      async () => {
        const list = await trial.client.containers(app, { signal });
        const own = list.find(one => one.task === task);
        return own?.started != null && own.enqueued !== null ? own : undefined;
      },
      signal,
    );
    if (found === undefined) return fail(`the container ${String(task)} has no start in the list`);
    const { enqueued, started } = found;
    const facts = { enqueued, started };
    if ((enqueued ?? 0) > (started ?? 0)) return fail('a container started before it was asked for', facts);
    return ok(`started ${(((started ?? 0) - (enqueued ?? 0)) / 1000).toFixed(1)} s after it was asked for`, facts);
  },
};

const ends: Check<Trial> = {
  name: 'container end',
  assumes: 'a container is gone, and no longer billed, within seconds of the end of its only call',
  needs: [callName],
  limit: 300,
  run: async (trial, signal) => {
    const { value, end } = await look(trial, signal);
    const info = await eventually(
      trial,
      async () => {
        const found = await trial.client.taskInfo(value.task, { signal });
        return found?.finished == null ? undefined : found;
      },
      signal,
    );
    if (info === undefined) return fail(`it has no end ${trial.patience} s after its call`);
    const ended = end.state === 'done' && end.at !== null ? end.at : value.time * 1000;
    const seconds = Math.max(0, ((info.finished ?? 0) - ended) / 1000);
    const facts = { seconds };
    if (seconds > 30) return fail(`it was gone ${seconds.toFixed(1)} s after its call`, facts);
    return seconds > 5
      ? warn(`it was gone ${seconds.toFixed(1)} s after its call`, facts)
      : ok(`gone ${seconds.toFixed(1)} s after its call`, facts);
  },
};

/** Seconds by which clocks may differ: what lies between two of their words. */
const near = 3;

const clocks: Check<Trial> = {
  name: 'clocks at Modal',
  assumes: "containers, Modal's control plane and this machine have the same time within seconds; a container's steady clock is steady",
  needs: [callName],
  run: async (trial, signal) => {
    const { value, end, seenAt } = await look(trial, signal);
    if (end.state !== 'done' || end.at === null) return fail('Modal does not tell when a call ended');
    const container = end.at / 1000 - value.time;
    const here = (seenAt - end.at) / 1000;
    const facts = { plane_minus_container: container, here_minus_plane: here, steady: value.steady, wall: value.wall };
    if (Math.abs(value.steady - value.wall) > 0.05)
      return fail(`in a container a second is ${value.steady.toFixed(3)} s steady and ${value.wall.toFixed(3)} s by the wall`, facts);
    const off = [
      ...(Math.abs(container) > near ? [`Modal's clock is ${container.toFixed(1)} s from its container's`] : []),
      ...(Math.abs(here) > near ? [`this machine's clock is ${here.toFixed(1)} s from Modal's`] : []),
    ];
    // Only Modal's own times count for money, whatever the others say.
    return off.length > 0 ? warn(off.join('; '), facts) : ok(`container ${container.toFixed(1)} s, here ${here.toFixed(1)} s apart`, facts);
  },
};

const timeout: Check<Trial> = {
  name: 'function timeout',
  assumes: "a call that hangs is ended by Modal's own timer, and told as that",
  needs: [leadName],
  limit: 600,
  run: async (trial, signal) => {
    const { hang } = trial.plan.timers;
    const id = await spawnProbe(trial, { function: 'hang' }, signal);
    const begun = performance.now();
    const probed = await endOf(trial, id, signal, hang + trial.patience);
    const seconds = (performance.now() - begun) / 1000;
    if (probed === undefined) {
      await trial.client.cancelCall(id, { terminate: true }).catch(() => {});
      return fail(`it still ran ${seconds.toFixed(0)} s after it was begun; its timer is ${hang} s`, { seconds });
    }
    const { end } = probed;
    const facts = { seconds, end: wordsOfEnd(end) };
    if (end.state !== 'failed') return fail(`it ended otherwise: ${wordsOfEnd(end)}`, facts);
    if (end.error.type !== 'FunctionTimeoutError' && end.error.status !== 'timeout') return fail(`told as ${wordsOfEnd(end)}`, facts);
    return ok(`ended as ${end.error.type} ${seconds.toFixed(1)} s after it was begun (start included); its timer is ${hang} s`, facts);
  },
};

type Spent = {
  readonly task: string;
  readonly steps: number;
  readonly refused: string | null;
  readonly left: boolean;
  readonly time: number;
};

const budget: Check<Trial> = {
  name: 'budget',
  assumes: 'a job that keeps its budget is billed for no more than that, and one look of two seconds',
  needs: [leadName],
  limit: 900,
  run: async (trial, signal) => {
    const terms = smallTerms(trial.plan);
    const file = 'spend.txt';
    const { value } = await probe<Spent>(trial, { probe: 'spend', budget: terms, file, most: 600 }, signal);
    const { client, names } = trial;
    if (!value.left) return fail('it did not leave by itself', { ...value });
    if (value.refused !== null) return fail(`it could not keep what it had: ${value.refused}`, { ...value });
    const { bytes } = await client.volumeRead(names.volume, file, { signal });
    if (bytes.toString() !== String(value.steps)) return fail('its last step is not on the volume', { ...value });
    const info = await eventually(
      trial,
      async () => {
        const found = await client.taskInfo(value.task, { signal });
        return found?.finished == null ? undefined : found;
      },
      signal,
    );
    if (info?.finished == null || info.started === null) return fail('its container has no end', { ...value });
    const seconds = (info.finished - info.started) / 1000;
    const allowed = (terms.dollars / terms.coordinator_rate) * 3600;
    const facts = { ...value, seconds, allowed };
    const found = `its budget was ${allowed.toFixed(0)} s of its rate, its container lived ${seconds.toFixed(1)} s`;
    return seconds > allowed + terms.poll ? fail(`more was billed: ${found}`, facts) : ok(`it left by itself: ${found}`, facts);
  },
};

const leading: Check<Trial> = {
  name: 'leading container',
  assumes: 'the container that leads lives through it all, within the budget, and is not interrupted',
  needs: [leadName],
  run: async (trial, signal) => {
    const { task } = await ask(trial, 'hello', {}, signal);
    const first = await once(trial, 'lead', async () => task);
    if (task !== first) return fail('it is another container than at the beginning');
    return ok(`it still answers; by its own account ${money(trial.spent)} so far`, { spent: trial.spent });
  },
};

export const callChecks: readonly Check<Trial>[] = [dict, times, call, ends, clocks];
export const timeoutCheck = timeout;
export const budgetCheck = budget;
export const leadingCheck = leading;
